/** Standard input into log files or a spool. What the other rooms may use. */

export { createLogWriter, type LogWriter, type LogWriterOptions } from './log-writer.js';
export type { WriterEvent } from './places/deliveries.js';
export { FINISHED_SEGMENT, OPEN_SEGMENT } from './places/spool-segments.js';
export { writeInput } from './standard-input.js';
