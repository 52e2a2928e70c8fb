/** Logs that grow, and the writing of them: what the commands use. */

export { type DatePattern, parseDatePattern } from './date-pattern.js';
export { checkTimeZone } from './time-zone.js';
export {
  createLogWriter,
  type LogWriter,
  type LogWriterOptions,
  type WriterEvent,
  writeInput,
} from './writing/writing.js';
