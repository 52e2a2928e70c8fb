// Other programs that read the same log: they set the scale, and are left out where they are not installed.

import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Contender, Place } from './contenders.js';
import { measureCommand, type Ran } from './measure.js';
import type { Totals } from './totals.js';

const DUCKDB_JOB = join(import.meta.dirname, 'duckdb-job.ts');
const CORES = String(availableParallelism());
/** Apache's combined format and two fields (goaccess(1), "CUSTOM LOG/DATE FORMAT"). */
const GOACCESS_FORMAT = [
  `--log-format=%h %^ %e [%d:%t %^] "%r" %s %b "%R" "%u" %^ %^`,
  '--date-format=%d/%b/%Y',
  '--time-format=%T',
];

/** In the order of a round: wc reads the log first, so that the others find it in the file cache. */
export const RIVALS: readonly Contender[] = [
  {
    key: 'wc',
    name: 'wc -l',
    command: 'wc -l LOG: it reads the log and knows no objects',
    ...{ logs: ['table'], comparedTo: 'first', countsAs: null },
    run: ({ getLog }) => measureCommand({ program: 'wc', args: ['-l', getLog('table').path] }),
  },
  {
    key: 'zcat',
    name: 'zcat | wc -l',
    command: 'zcat LOG.gz | wc -l',
    ...{ logs: ['table_gzip'], comparedTo: 'first', countsAs: null },
    run: ({ getLog }) =>
      measureCommand({ program: 'sh', args: ['-c', 'zcat "$0" | wc -l', getLog('table_gzip').path] }),
  },
  {
    key: 'duckdb',
    name: 'DuckDB',
    command: `regexp_extract, group by type, object and day, in memory, ${CORES} threads; stores nothing; the time is without the start of Node, the memory with it`,
    ...{ logs: ['table'], comparedTo: 'first', countsAs: 'table' },
    findMissing: findMissingDuckDb,
    run: ({ getLog }) => runDuckDb(getLog('table').path, CORES, null),
    readTotals: readDuckDbTotals,
  },
  {
    key: 'goaccess',
    name: 'GoAccess',
    command: 'goaccess LOG -o report.json, its own report; two threads where it has --jobs',
    ...{ logs: ['table'], comparedTo: 'first', countsAs: null, maxRuns: 1 },
    findMissing: () => (findProgram('goaccess') ? null : 'apt-get install goaccess'),
    run: async ({ getLog, folder }) => {
      // its help ends with 1
      const help = await measureCommand({ program: 'sh', args: ['-c', 'goaccess --help 2>&1 || true'] });
      const jobs = help.output.includes('--jobs') ? [`--jobs=${CORES}`] : [];
      const output = ['--no-global-config', '--no-progress', '-o', join(folder, 'report.json')];
      const args = [getLog('table').path, ...GOACCESS_FORMAT, ...jobs, ...output];
      return measureCommand({ program: 'goaccess', args });
    },
  },
];

interface DuckDbResult {
  readonly seconds: number;
  readonly objects: number;
  readonly hits: number;
}

/** Says how to install DuckDB; null where it is there. */
export function findMissingDuckDb(): string | null {
  return isDuckDbThere()
    ? null
    : 'npm install --prefix /tmp/rivals @duckdb/node-api, then NODE_PATH=/tmp/rivals/node_modules npm run bench';
}

/** Lets DuckDB group a log, and store it where a file is named; its process also compiles a script, which is not DuckDB's time. */
export async function runDuckDb(logPath: string, cores: string, database: string | null): Promise<Ran> {
  const args = ['--import', 'tsx', DUCKDB_JOB, logPath, cores, ...(database === null ? [] : [database])];
  const { measurement, output } = await measureCommand({ program: process.execPath, args });
  return { measurement: { ...measurement, seconds: parseDuckDb(output).seconds }, output };
}

/** Reads what it has counted from its output; it keeps no ranks. */
export async function readDuckDbTotals(_place: Place, output: string): Promise<Totals> {
  const { objects, hits } = parseDuckDb(output);
  return { objects, hits, digest: null };
}

function parseDuckDb(output: string): DuckDbResult {
  return JSON.parse(output) as DuckDbResult;
}

function isDuckDbThere(): boolean {
  try {
    createRequire(import.meta.url).resolve('@duckdb/node-api');
    return true;
  } catch {
    return false;
  }
}

function findProgram(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
