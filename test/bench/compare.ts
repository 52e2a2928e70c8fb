// The first part of the benchmark: writes the logs, lets everybody run, and sums it up.

import { join } from 'node:path';
import type { PostgresServer } from '../support/postgres.js';
import { type Breakdown, breakDown } from './breakdown.js';
import { type Contender, OWN_CONTENDERS } from './contenders.js';
import { type FinishedRows, writeFinishedRows } from './floor.js';
import type { BenchOptions } from './options.js';
import { judgeResults, type Promised } from './promises.js';
import { type Result, toResults } from './results.js';
import { RIVALS } from './rivals.js';
import { runRounds } from './rounds.js';
import type { Totals } from './totals.js';
import {
  type LogFile,
  type LogName,
  WORKLOADS,
  type WorkloadName,
  writeGzip,
  writeLog,
} from './workloads.js';

export interface Comparison {
  readonly lines: number;
  readonly runs: number;
  readonly data: readonly (Omit<LogFile, 'path'> & { readonly name: LogName })[];
  /** What was counted of each workload. */
  readonly totals: Readonly<Partial<Record<WorkloadName, Totals>>>;
  readonly results: readonly Result[];
  /** Contenders that are not installed, and how to install them. */
  readonly missing: readonly { readonly name: string; readonly install: string }[];
  readonly breakdowns: readonly Breakdown[];
  readonly promises: readonly Promised[];
}

/** The runs that are taken apart, and the log that was counted before. */
const BREAKDOWNS = [
  { run: 'first run', log: 'table', before: null },
  { run: 'second run', log: 'next_day', before: 'table' },
  { run: 'skewed', log: 'skewed', before: null },
] as const;

/** Talks on stderr meanwhile. */
export async function compare(
  server: PostgresServer,
  folder: string,
  { lines, runs, only }: BenchOptions,
): Promise<Comparison> {
  const all = [...RIVALS, ...OWN_CONTENDERS];
  const keys = [...all.map(({ key }) => key), 'breakdown'];
  const unknown = only?.find((key) => !keys.includes(key));
  if (unknown !== undefined) throw new RangeError(`--only: "${unknown}" is none of ${keys.join(', ')}`);
  const wanted = all.filter(({ key }) => only === null || only.includes(key));
  const missing = wanted.flatMap(({ name, findMissing }) => {
    const install = findMissing?.() ?? null;
    return install === null ? [] : [{ name, install }];
  });
  const contenders = wanted.filter(({ name }) => !missing.some((one) => one.name === name));
  const isTakenApart = only === null || only.includes('breakdown');
  const names = [...contenders.flatMap(({ logs }) => logs)];
  if (isTakenApart) names.push(...BREAKDOWNS.map(({ log }) => log), 'table');
  const logs = await writeLogs(new Set(names), folder, lines);
  const getLog = (name: LogName) => {
    const log = logs.get(name);
    if (log === undefined) throw new Error(`the log "${name}" was not written`);
    return log;
  };
  const finished = contenders.some(({ key }) => key === 'floor')
    ? await writeFinishedRows(getLog('table').path, join(folder, 'finished-rows'))
    : null;
  const { measurements, totals, differences } = await runRounds({
    ...{ contenders, server, folder, runs },
    files: { getLog, getFinishedRows: () => getFinished(finished) },
    onRun: (name, round, { seconds }) =>
      console.error(`run ${round} of ${runs}: ${name} ${seconds.toFixed(2)} s`),
  });
  const results = toResults(contenders, measurements, (contender) => getLog(toLogName(contender)).lines);
  const breakdowns: Breakdown[] = [];
  for (const { run, log, before } of isTakenApart ? BREAKDOWNS : []) {
    console.error(`taking apart: ${run}`);
    const logBefore = before === null ? null : getLog(before);
    breakdowns.push(await breakDown(server, runs, { run, log: getLog(log), before: logBefore }));
  }
  return {
    ...{ lines, runs, totals, results, missing, breakdowns },
    data: [...logs].map(([name, { path: _, ...log }]) => ({ name, ...log })),
    promises: judgeResults(results, differences, lines),
  };
}

async function writeLogs(names: ReadonlySet<LogName>, folder: string, lines: number) {
  const logs = new Map<LogName, LogFile>();
  const wanted = Object.values(WORKLOADS).filter(
    ({ name }) => names.has(name) || (name === 'table' && names.has('table_gzip')),
  );
  for (const workload of wanted) {
    const count = lines * workload.timesLines;
    console.error(`writing ${count} lines: ${workload.name} ...`);
    logs.set(workload.name, await writeLog(workload, count, join(folder, `${workload.name}.log`)));
  }
  const table = logs.get('table');
  if (names.has('table_gzip') && table !== undefined)
    logs.set('table_gzip', await writeGzip(table, join(folder, 'table.log.gz')));
  return logs;
}

/** The log that is measured: the last one, after those that are counted before. */
function toLogName({ logs }: Contender): LogName {
  return logs.at(-1) ?? 'table';
}

function getFinished(finished: FinishedRows | null): FinishedRows {
  if (finished === null) throw new Error('the rows of the floor were not prepared');
  return finished;
}
