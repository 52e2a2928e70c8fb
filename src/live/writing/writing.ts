/** Standard input into log files or a spool. What the other rooms may use. */

export type { WriterEvent } from './deliveries.js';
export { createLogWriter, type LogWriter, type LogWriterOptions } from './log-writer.js';
export { FINISHED_SEGMENT, OPEN_SEGMENT } from './spool-segments.js';
export { writeInput } from './standard-input.js';
