// Who runs against whom: each contender gets the logs and an empty database, and says where it left its totals.

import { join } from 'node:path';
import { queryOnce } from '../support/database-server.js';
import { type FinishedRows, prepareFloor, runFloor } from './floor.js';
import { measureCommand, measureTask, type Ran } from './measure.js';
import { prepareSqlOnly, runSqlOnly, type SqlOnlyShape } from './sql-only.js';
import { readEmbeddedTotals, readTotals, type Totals } from './totals.js';
import type { LogFile, LogName, WorkloadName } from './workloads.js';

export interface Contender {
  /** What `--only` calls it. */
  readonly key: string;
  readonly name: string;
  /** What is run, for the report. */
  readonly command: string;
  readonly logs: readonly LogName[];
  /** The key of the contender whose time is 1 beside it. */
  readonly comparedTo: string;
  /** Contenders with the same one must have counted the same; null for one that counts no objects. */
  readonly countsAs: WorkloadName | null;
  /** For one that takes minutes: how often it is run at most. */
  readonly maxRuns?: number;
  /** How to install what is missing on this machine; null where nothing is. */
  readonly findMissing?: () => string | null;
  /** Makes in the empty database what is there before; not measured. */
  readonly prepare?: (place: Place) => Promise<void>;
  readonly run: (place: Place) => Promise<Ran>;
  readonly readTotals?: (place: Place, output: string) => Promise<Totals>;
}

/** Where one run takes place. */
export interface Place {
  /** An empty database of the server. */
  readonly databaseUrl: string;
  /** An empty folder. */
  readonly folder: string;
  /** Those that the contender has asked for. */
  readonly getLog: (name: LogName) => LogFile;
  readonly getFinishedRows: () => FinishedRows;
}

export const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'logtally.js');
const OUR_TOTALS = 'logtally.object_ranking';

/** Runs the program of this checkout. */
export function runLogtally(args: readonly string[], databaseUrl: string | null): Promise<Ran> {
  const environment: Record<string, string> = databaseUrl === null ? {} : { DATABASE_URL: databaseUrl };
  return measureCommand({ program: process.execPath, args: [PROGRAM, ...args], environment });
}

/** Counts a log into a new database and leaves it as a server does that had time for its housekeeping. */
export async function prepareFirstDay(databaseUrl: string, log: LogFile): Promise<void> {
  await runLogtally(['ingest', log.path], databaseUrl);
  await queryOnce(databaseUrl, 'vacuum (analyze)');
}

const readOurTotals = ({ databaseUrl }: Place) => readTotals(databaseUrl, OUR_TOTALS);

/** Ingests one log into an empty database of the server. */
export function ingestFirst(log: LogName): Pick<Contender, 'logs' | 'run' | 'readTotals'> {
  return {
    logs: [log],
    run: ({ databaseUrl, getLog }) => runLogtally(['ingest', getLog(log).path], databaseUrl),
    readTotals: readOurTotals,
  };
}

function ingestEmbedded(log: LogName): Pick<Contender, 'logs' | 'run' | 'readTotals'> {
  return {
    logs: [log],
    run: ({ folder, getLog }) => runLogtally(['ingest', '--data-dir', folder, getLog(log).path], null),
    readTotals: ({ folder }) => readEmbeddedTotals(join(folder, 'postgres'), OUR_TOTALS),
  };
}

function runScript(
  shape: SqlOnlyShape,
): Pick<Contender, 'logs' | 'maxRuns' | 'prepare' | 'run' | 'readTotals'> {
  return {
    logs: ['table'],
    maxRuns: 1,
    prepare: ({ databaseUrl }) => prepareSqlOnly(databaseUrl),
    run: ({ databaseUrl, getLog }) => measureTask(() => runSqlOnly(shape, databaseUrl, getLog('table').path)),
    readTotals: ({ databaseUrl }) => readTotals(databaseUrl, 'object_hits'),
  };
}

/** Ours, the floor, and the script in SQL alone. */
export const OWN_CONTENDERS: readonly Contender[] = [
  {
    key: 'floor',
    name: 'floor',
    command: 'connect, COPY of the finished rows, the SQL of ingest, commit; the tables are there',
    ...{ logs: ['table'], comparedTo: 'floor', countsAs: 'table' },
    prepare: ({ databaseUrl }) => prepareFloor(databaseUrl),
    run: ({ databaseUrl, getFinishedRows }) => measureTask(() => runFloor(databaseUrl, getFinishedRows())),
    readTotals: readOurTotals,
  },
  {
    key: 'first',
    name: 'logtally, first run',
    command: 'DATABASE_URL=... logtally ingest LOG, with the creation of its tables',
    ...{ comparedTo: 'floor', countsAs: 'table' },
    ...ingestFirst('table'),
  },
  {
    key: 'gzip',
    name: 'logtally, gzip',
    command: 'the same of LOG.gz',
    ...{ comparedTo: 'zcat', countsAs: 'table' },
    ...ingestFirst('table_gzip'),
  },
  {
    key: 'second',
    name: 'logtally, second run',
    command: 'logtally ingest NEXT_DAY, where LOG was counted before and the tables were vacuumed',
    ...{ comparedTo: 'first', countsAs: 'next_day' },
    ...ingestFirst('next_day'),
    logs: ['table', 'next_day'],
    prepare: ({ databaseUrl, getLog }) => prepareFirstDay(databaseUrl, getLog('table')),
  },
  {
    key: 'skewed',
    name: 'logtally, skewed',
    command: 'logtally ingest SKEWED, a first run',
    ...{ comparedTo: 'first', countsAs: 'skewed' },
    ...ingestFirst('skewed'),
  },
  {
    key: 'dirty',
    name: 'logtally, dirty',
    command: 'logtally ingest DIRTY, a first run',
    ...{ comparedTo: 'first', countsAs: 'dirty' },
    ...ingestFirst('dirty'),
  },
  {
    key: 'embedded',
    name: 'embedded, first run',
    command: 'logtally ingest --data-dir FOLDER LOG, where the database was created before',
    ...{ comparedTo: 'first', countsAs: 'table' },
    ...ingestEmbedded('table'),
    prepare: async ({ folder }) => {
      await runLogtally(['init', '--data-dir', folder], null);
    },
  },
  {
    key: 'embedded-init',
    name: 'embedded, creation',
    command: 'logtally init --data-dir FOLDER: once, by the first command of all',
    ...{ logs: ['table'], comparedTo: 'embedded', countsAs: null },
    run: ({ folder }) => runLogtally(['init', '--data-dir', folder], null),
  },
  {
    key: 'embedded-second',
    name: 'embedded, second run',
    command: 'the same of NEXT_DAY after LOG',
    ...{ comparedTo: 'second', countsAs: 'next_day' },
    ...ingestEmbedded('next_day'),
    logs: ['table', 'next_day'],
    prepare: async ({ folder, getLog }) => {
      await runLogtally(['ingest', '--data-dir', folder, getLog('table').path], null);
    },
  },
  {
    key: 'sql',
    name: 'SQL-only script',
    command:
      'test/bench/sql-only.ts, a statement a step: COPY the raw lines, regexp_matches, group, update, insert, rank',
    ...{ comparedTo: 'first', countsAs: 'table' },
    ...runScript('steps'),
  },
  {
    key: 'sql-grouped',
    name: 'SQL-only, grouped at once',
    command: 'the same with regexp_matches and group in one statement',
    ...{ comparedTo: 'first', countsAs: 'table' },
    ...runScript('grouped'),
  },
];
