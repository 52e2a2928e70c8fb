/** Logs that grow: what the commands use. */

export { type DatePattern, parseDatePattern } from './date-pattern.js';
