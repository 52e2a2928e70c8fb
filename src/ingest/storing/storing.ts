/** Rows to tables, under the lock: merging, recording and taking back. What the other rooms may use. */
export { type Gain, type Gains, selectGains } from './gains.js';
export { keepGains, mergeBatch } from './merge.js';
export { recordBatches } from './record-batches.js';
export { beginRun, finishRun, forgetOldRuns, recordFailure } from './run.js';
export { findUnkeptRuns, takeBack } from './undo/undo.js';
