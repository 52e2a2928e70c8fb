/** Rows to tables, under the lock: merging, recording and taking back. What the other rooms may use. */
export { type Gain, type Gains, selectGains } from './gains.js';
export { mergeHits } from './merge.js';
export { recordBatches } from './record-batches.js';
export { repairRanks } from './repair-ranks.js';
export { finishRun, forgetOldRuns, recordFailure, startRun } from './run.js';
export { takeBack } from './take-back.js';
export { createUnknownRunError, type UndoneRun, undoRun } from './undo.js';
