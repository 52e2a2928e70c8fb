/** Bytes from files, archives and pipes, and the lines in them. What the other rooms may use. */
export {
  checkInputs,
  deliversOnce,
  findTotalPackedBytes,
  PACKED_ENDINGS,
  STANDARD_INPUT,
  toInputError,
  toInputName,
} from './inputs.js';
export { createLineCutter, LineCutter } from './line-cutter.js';
export {
  createSampledConsumer,
  type HeldLine,
  LF,
  type LineHandler,
  type LinePosition,
  listLines,
  MAX_LINE_BYTES,
  skipNulBytes,
  trimLineEnd,
} from './lines.js';
export { holdsInput, openFile, openSource } from './open.js';
export {
  type FoundArchive,
  findPackedEnds,
  hasPackedEnds,
  isBeingPacked,
  type PackedEnds,
  readPackedEnds,
  readRange,
} from './packed-ends.js';
export { getRestMs, type Patience, PIPE_PATIENCE } from './patience.js';
export { RereadableInput } from './rereadable-input.js';
export { openSpool, openUnnamedFile, type Spool } from './spool.js';
