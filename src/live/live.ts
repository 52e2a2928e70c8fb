/** What runs as long as the web server does: logs that grow, and their writing. What the other rooms may use. */

export { type CountingChild, startCounting } from './counting-child.js';
export { type DatePattern, parseDatePattern } from './date-pattern.js';
export { follow } from './following/follow.js';
export type { FollowEvents, FollowSettings, FollowWatch } from './following/follow-watch.js';
export { type AwayEvents, tryUntilAnswered } from './following/patience.js';
export { createServiceManager, type ServiceManager } from './service-manager.js';
export { checkTimeZone } from './time-zone.js';
export { createTurnLock } from './turn-lock.js';
export {
  createLogWriter,
  FINISHED_SEGMENT,
  type LogWriter,
  type LogWriterOptions,
  OPEN_SEGMENT,
  type WriterEvent,
  writeInput,
} from './writing/writing.js';
