/** Logs that grow: what the commands use. */

export { type DatePattern, parseDatePattern } from './date-pattern.js';
export { type FollowEvents, type FollowSettings, type FollowWatch, follow } from './following/follow.js';
