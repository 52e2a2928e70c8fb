/** What runs as long as the web server does: logs that grow, and their writing. What the other rooms may use. */
export { type DatePattern, parseDatePattern } from './date-pattern.js';
export { type FollowEvents, type FollowSettings, type FollowWatch, follow } from './following/follow.js';
export { createServiceManager, type ServiceManager } from './service-manager.js';
export { checkTimeZone } from './time-zone.js';
export {
  createLogWriter,
  type LogWriter,
  type LogWriterOptions,
  type WriterEvent,
  writeInput,
} from './writing/writing.js';
