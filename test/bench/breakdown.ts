// Where the time of one ingest goes: the statements of the server's log, and what is left between them. The parts add up to
// the time of the process by the wall clock.

import { SQL_FILES, type SqlName, sql } from '../../src/database/sql.js';
import { dropDatabase, queryOnce } from '../support/database-server.js';
import type { PostgresServer } from '../support/postgres.js';
import { prepareFirstDay, runLogtally } from './contenders.js';
import { listHolds } from './lock-waits.js';
import type { Measurement } from './measure.js';
import { logStatements, type Statement, watchStatements } from './server-log.js';
import type { LogFile } from './workloads.js';

/** A step, and the names of the SQL files that it consists of; a file of `object_hits` that is in none counts as record. */
const MERGE_STEPS: readonly (readonly [step: string, files: RegExp])[] = [
  ['aggregate days', /^(?:aggregate\w*Days|estimate\w*)$/],
  ['aggregate objects', /^aggregate\w*Objects$/],
  ['new days', /^insertNewDays$/],
  ['known days', /^upsertKnownDays$/],
  ['new objects', /^insertNewObjects$/],
  ['known objects', /^updateKnownObjects$/],
  ['hit counts', /^(?:upsertObjectCounts|deleteEmptyHitCounts)$/],
  ['ranks', /^updateRanks$/],
  ['deltas', /^appendDeltas$/],
];

const STEP_OF_COMMENT = new Map(
  Object.entries(SQL_FILES).flatMap(([name, file]) => {
    const step = MERGE_STEPS.find(([, names]) => file.startsWith('object_hits/') && names.test(name))?.[0];
    return step === undefined ? [] : [[sql[name as SqlName].split('\n', 1)[0] ?? '', step]];
  }),
);

export interface Part {
  readonly step: string;
  /** Who works meanwhile. */
  readonly who: 'program' | 'server' | 'both';
  readonly seconds: number;
}

export interface Breakdown {
  /** Which run it is of. */
  readonly run: string;
  readonly seconds: number;
  readonly parts: readonly Part[];
}

/** One ingest with its statements; `seconds` of the parts are those of its process. */
export interface WatchedRun {
  readonly measurement: Measurement;
  /** Under the merge lock. */
  readonly lockSeconds: number;
  readonly parts: readonly Part[];
}

/** Runs `logtally` on a database whose statements are logged, and takes its time apart. */
export async function watchLogtally(
  server: PostgresServer,
  databaseUrl: string,
  args: readonly string[],
): Promise<WatchedRun> {
  await logStatements(server.url, databaseUrl);
  let measurement: Measurement = { seconds: 0, peakBytes: null };
  const startedAt = Date.now();
  const statements = await watchStatements(server, databaseUrl, async () => {
    measurement = (await runLogtally(args, databaseUrl)).measurement;
  });
  const lockMilliseconds = listHolds(statements).reduce((sum, { from, until }) => sum + until - from, 0);
  const parts = toParts(statements, { startedAt, seconds: measurement.seconds });
  return { measurement, lockSeconds: lockMilliseconds / 1000, parts };
}

/** Takes the time of one run of median length apart. */
export async function breakDown(
  server: PostgresServer,
  runs: number,
  { run, log, before }: { readonly run: string; readonly log: LogFile; readonly before: LogFile | null },
): Promise<Breakdown> {
  const watched: WatchedRun[] = [];
  for (let round = 1; round <= runs; round += 1) {
    const databaseUrl = await server.createDatabase();
    try {
      if (before !== null) await prepareFirstDay(databaseUrl, before);
      await queryOnce(server.url, 'checkpoint');
      watched.push(await watchLogtally(server, databaseUrl, ['ingest', log.path]));
    } finally {
      await dropDatabase(server.url, databaseUrl);
    }
  }
  watched.sort((a, b) => a.measurement.seconds - b.measurement.seconds);
  const median = watched[Math.floor((watched.length - 1) / 2)];
  if (median === undefined) throw new RangeError('a breakdown needs a run');
  return { run, seconds: median.measurement.seconds, parts: median.parts };
}

/**
 * Gives each statement to its step. One log is one transaction, from its COPY to the next commit; what comes before and
 * after are small transactions of their own.
 */
function toParts(
  statements: readonly Statement[],
  { startedAt, seconds }: { readonly startedAt: number; readonly seconds: number },
): readonly Part[] {
  const copyAt = statements.findIndex(({ beginning }) => beginning.startsWith('copy '));
  const commitAt = statements.findIndex(({ beginning }, at) => at > copyAt && beginning === 'commit');
  const [first, last] = [statements[0], statements.at(-1)];
  if (copyAt < 0 || commitAt < 0 || first === undefined || last === undefined)
    throw new Error('the server has not logged a transaction with a COPY; is nothing new in the log?');
  const spent = new Map<string, number>();
  const add = (step: string, milliseconds: number) =>
    spent.set(step, (spent.get(step) ?? 0) + milliseconds / 1000);
  for (const [at, { beginning, milliseconds }] of statements.entries()) {
    if (at < copyAt) add('begin', milliseconds);
    else if (at === copyAt) add('copy', milliseconds);
    else if (at < commitAt) add(STEP_OF_COMMENT.get(beginning) ?? 'record', milliseconds);
    else add(at === commitAt ? 'commit' : 'end', milliseconds);
  }
  const inServer = [...spent.values()].reduce((sum, part) => sum + part, 0);
  const start = (first.endedAt - first.milliseconds - startedAt) / 1000;
  const exit = seconds - (last.endedAt - startedAt) / 1000;
  const get = (step: string) => spent.get(step) ?? 0;
  return [
    { step: 'start and connect', who: 'program', seconds: start },
    { step: 'tables, run, which log is it', who: 'server', seconds: get('begin') },
    { step: 'read, parse, COPY', who: 'both', seconds: get('copy') },
    ...MERGE_STEPS.map(([step]) => ({ step, who: 'server' as const, seconds: get(step) })),
    { step: 'types, prove, record', who: 'server', seconds: get('record') },
    { step: 'commit', who: 'server', seconds: get('commit') },
    { step: 'end of the run', who: 'server', seconds: get('end') },
    { step: 'between statements', who: 'program', seconds: seconds - start - exit - inServer },
    { step: 'report and exit', who: 'program', seconds: exit },
  ];
}
