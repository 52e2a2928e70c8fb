/**
 * The folders of `test` whose tests need a process, a server or the built program. All others are unit tests: functions of the
 * source alone, without a build and without a database.
 */
export const SYSTEM_FOLDERS = [
  'cli',
  'database',
  'faults',
  'logrotate',
  'metamorphic',
  'model',
  'page',
  'programs',
  'summaries',
  'support',
] as const;
