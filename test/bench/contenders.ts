// Who runs against whom: each contender gets the log and an empty database, and says where it left its totals.

import { join } from 'node:path';
import { type Measurement, measureCommand, measureTask } from './measure.js';
import { prepareSqlOnly, runSqlOnly } from './sql-only.js';

export interface Contender {
  readonly name: ContenderName;
  /** What is run, for the report. */
  readonly command: string;
  /** Relation that holds its totals, for `readTotals`; null for one that counts no objects. */
  readonly totals: string | null;
  /** For one that takes minutes: how often it is run at most. */
  readonly maxRuns?: number;
  /** Makes in the empty database what is there before the first log; not measured. */
  readonly prepare: (databaseUrl: string) => Promise<void>;
  readonly run: (databaseUrl: string, logPath: string) => Promise<Measurement>;
}

export type ContenderName = 'wc -l' | 'logtally' | 'SQL-only script' | 'SQL-only, grouped at once';

const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'logtally.js');
const nothing = async () => {};

/** In the order of a round: wc reads the log first, so that the others find it in the file cache. */
export const CONTENDERS: readonly Contender[] = [
  {
    name: 'wc -l',
    command: 'wc -l LOG (the floor: it reads the log and knows no objects)',
    totals: null,
    prepare: nothing,
    run: (_databaseUrl, logPath) => measureCommand({ program: 'wc', args: ['-l', logPath] }),
  },
  {
    name: 'logtally',
    command: 'DATABASE_URL=... logtally ingest LOG (its first run, with the creation of its tables)',
    totals: 'logtally.object_ranking',
    prepare: nothing,
    run: (databaseUrl, logPath) =>
      measureCommand({
        program: process.execPath,
        args: [PROGRAM, 'ingest', logPath],
        environment: { DATABASE_URL: databaseUrl },
      }),
  },
  {
    name: 'SQL-only script',
    command:
      'test/bench/sql-only.ts, a statement a step: COPY the raw lines, regexp_matches, group, update, insert, rank',
    totals: 'object_hits',
    maxRuns: 1,
    prepare: prepareSqlOnly,
    run: (databaseUrl, logPath) => measureTask(() => runSqlOnly('steps', databaseUrl, logPath)),
  },
  {
    name: 'SQL-only, grouped at once',
    command: 'the same with regexp_matches and group in one statement',
    totals: 'object_hits',
    prepare: prepareSqlOnly,
    run: (databaseUrl, logPath) => measureTask(() => runSqlOnly('grouped', databaseUrl, logPath)),
  },
];
