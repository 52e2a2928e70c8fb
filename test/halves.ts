/**
 * The folders of `test` whose tests need a process, a server or the built program. All others are unit tests: functions of the
 * source alone, without a build and without a database.
 */
export const SYSTEM_FOLDERS = [
  'cli',
  'database',
  'faults',
  'follow',
  'library',
  'logrotate',
  'metamorphic',
  'model',
  'page',
  'programs',
  'summaries',
  'support',
] as const;

/** The tests that run on Citus too, if there is one: those that speak of tables. The last folder has those for Citus alone. */
export const CITUS_TESTS = [
  'cli/closed-months',
  'cli/concatenations',
  'cli/exactly-once',
  'cli/export',
  'cli/groups',
  'cli/ingest',
  'cli/pipes',
  'cli/own-summaries',
  'cli/prefix',
  'cli/prune',
  'cli/requests',
  'cli/summaries',
  'cli/recount',
  'cli/rejects',
  'cli/runs',
  'cli/top',
  'cli/top-summaries',
  'cli/undo',
  'cli/verify',
  'database/any-bytes',
  'database/sql-examples',
  'faults/guards',
  'faults/kill',
  'faults/recount',
  'metamorphic/packaging',
  'page/report',
  'summaries/export',
  'summaries/old-days',
  'summaries/several-logs',
  'summaries/taken-back',
  'summaries/visitor-days',
  'citus/*',
] as const;
