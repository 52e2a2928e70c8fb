/** Rows to tables, under the lock: recording and taking back. What the other rooms may use. */
export { type Gain, type Gains, selectGains } from './gains.js';
export { beginRun, finishRun, forgetOldRuns, insertStream, recordBatches, recordFailure } from './record.js';
export { createUnknownRunError, findUnkeptRuns, takeBack, type UndoneRun, undoRun } from './undo.js';
