/** Rows to tables, under the lock: recording and taking back. What the other rooms may use. */
export { type Gain, type Gains, selectGains } from './gains.js';
export { createSettingsCheck, type FindOtherSettings, type OtherSettings } from './other-settings.js';
export {
  addBatchSummaries,
  beginRun,
  beginStreams,
  finishRun,
  forgetOldRuns,
  recordContents,
  recordFailure,
  recordSeen,
  reopenRun,
} from './record.js';
export {
  createUnknownRunError,
  type Recount,
  takeBack,
  type UndoneRun,
  undoRun,
} from './undo.js';
