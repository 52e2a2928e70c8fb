/** Which log an input is, and which bytes of it are new. What the other rooms may use. */

export { type FoundLog, findLog, openLog, type ReadingPlace, resumeLog } from './find-log.js';
export { findNewLogs, type IdentifyOptions, type Identity } from './identify.js';
export {
  type Archive,
  CONTENT_CHECKS,
  type ContentCheck,
  describeArchive,
  KnownArchives,
  rememberArchives,
} from './known/archives.js';
export { BeginningWatch } from './known/beginning-watch.js';
export { Beginnings } from './known/beginnings.js';
export { type Checkpoint, HEAD_BYTES, isLastingCheckpoint } from './known/checkpoints.js';
export { PipedLines } from './known/piped-lines.js';
export {
  findKnownFile,
  type KnownFile,
  type KnownRange,
  listRuns,
  type PlainFile,
  readRanges,
  type StreamState,
} from './known/streams.js';
export { checkArchiveEnd, checkNotRepeated, checkRejected, refuseGap } from './next-log.js';
export type { RangePiece, RangeReader, ReadRange } from './ranges.js';
export { Rereader } from './reread.js';
export {
  ChangedError,
  checkNothingAppeared,
  checkUnchanged,
  checkUnmoved,
  describeReading,
  MovedError,
  type Reading,
} from './unchanged.js';
