// Two logs beside DuckDB, which stores the same two tables with their keys in a file of its own: no ranks, no identity of logs,
// no undo. It has two threads. Which of the two goes first alternates.

import { join } from 'node:path';
import { formatTable } from '../../src/output/table.js';
import { formatBytes, formatCount } from '../../src/output/text.js';
import { type Breakdown, breakDown } from './breakdown.js';
import { type Contender, ingestFirst } from './contenders.js';
import { type Spread, toSpread } from './measure.js';
import type { Bench } from './part.js';
import { atMost, type Promised } from './promises.js';
import { findMissingDuckDb, readDuckDbTotals, runDuckDb } from './rivals.js';
import { runRounds, toFiles } from './rounds.js';
import { formatBreakdowns, formatDigits, toColumns } from './sections.js';
import type { Totals } from './totals.js';
import { type LogFile, TABLE_LINES, WORKLOADS, writeLog } from './workloads.js';

const THREADS = '2';
/** The logs, and how many times DuckDB's time each may take. */
const LOGS = [
  { name: 'one_day', most: 1 },
  { name: 'five_days', most: 0.75 },
] as const;

interface StoringResult {
  readonly log: Omit<LogFile, 'path'>;
  readonly counted: Totals;
  readonly seconds: Spread;
  readonly peakBytes: number | null;
  readonly duckDbSeconds: Spread;
  readonly duckDbPeakBytes: number | null;
  /** Ours divided by DuckDB's, round by round. */
  readonly ratio: Spread;
  /** Where the time of one of our runs goes, which is not one of those above. */
  readonly breakdown: Breakdown;
}

export interface Storing {
  readonly runs: number;
  /** How to install DuckDB; null where it is there. Without it nothing is measured. */
  readonly missing: string | null;
  readonly results: readonly StoringResult[];
  readonly promises: readonly Promised[];
}

/** Talks on stderr meanwhile. */
export async function measureStoring(bench: Bench): Promise<Storing> {
  const { runs, lines } = bench.options;
  const missing = findMissingDuckDb();
  const results: StoringResult[] = [];
  const promises: Promised[] = [];
  for (const { name, most } of missing === null ? LOGS : []) {
    const { result, differences } = await measureLog(bench, name);
    results.push(result);
    const log = `${formatCount(result.log.lines)} lines`;
    promises.push(
      {
        promise: `DuckDB counts the same of ${log}`,
        found: differences.length === 0 ? 'it does' : differences.join('; '),
        holds: differences.length === 0,
      },
      {
        promise: `${log} are stored in at most ${most} of the time of DuckDB`,
        found: atMost(most).describe(result.ratio.median),
        holds: lines < TABLE_LINES ? null : result.ratio.median <= most,
      },
    );
  }
  return { runs, missing, results, promises };
}

async function measureLog({ server, folder, options }: Bench, name: (typeof LOGS)[number]['name']) {
  const { runs, lines } = options;
  const workload = WORKLOADS[name];
  console.error(`writing ${lines * workload.timesLines} lines: ${name} ...`);
  const { path, ...log } = await writeLog(workload, lines * workload.timesLines, join(folder, `${name}.log`));
  const contenders: readonly Contender[] = [
    {
      ...{ key: 'duckdb', name: 'DuckDB', command: '', logs: [name], comparedTo: 'duckdb', countsAs: name },
      run: (place) => runDuckDb(path, THREADS, join(place.folder, 'hits.duckdb')),
      readTotals: readDuckDbTotals,
    },
    {
      ...{ key: 'logtally', name: 'logtally', command: '', comparedTo: 'duckdb', countsAs: name },
      ...ingestFirst(name),
    },
  ];
  const { measurements, totals, differences } = await runRounds({
    ...{ contenders, server, folder, runs },
    files: toFiles({ path, ...log }),
    onRun: (who, round, { seconds }) =>
      console.error(`run ${round} of ${runs}: ${who} ${seconds.toFixed(2)} s`),
  });
  const [ours, theirs] = [measurements.get('logtally') ?? [], measurements.get('duckdb') ?? []];
  const counted = totals[name];
  if (counted === undefined) throw new Error(`nothing was counted of ${name}`);
  console.error(`taking apart: ${name}`);
  const result: StoringResult = {
    log,
    breakdown: await breakDown(server, runs, {
      run: `${formatCount(log.lines)} lines`,
      log: { path, ...log },
      before: null,
    }),
    counted,
    seconds: toSpread(ours.map(({ seconds }) => seconds)),
    peakBytes: Math.max(...ours.map(({ peakBytes }) => peakBytes ?? 0)) || null,
    duckDbSeconds: toSpread(theirs.map(({ seconds }) => seconds)),
    duckDbPeakBytes: Math.max(...theirs.map(({ peakBytes }) => peakBytes ?? 0)) || null,
    ratio: toSpread(ours.map(({ seconds }, round) => seconds / (theirs[round]?.seconds ?? Number.NaN))),
  };
  return { result, differences };
}

/** The part's lines of the report. */
export function formatStoring({ runs, missing, results }: Storing): readonly string[] {
  if (missing !== null) return ['', `storing   DuckDB: not installed, left out; to install: ${missing}`];
  const seconds = ({ median, min, max }: Spread) =>
    `${formatDigits(median)} (${formatDigits(min)}-${formatDigits(max)})`;
  const bytes = (found: number | null) => (found === null ? '-' : formatBytes(found));
  return [
    '',
    `storing   medians of ${runs} runs beside DuckDB with ${THREADS} threads, which stores hits by object and day and totals by object, each with`,
    '          its primary key, in its own file, without ranks, identity of logs, or undo; its time is without the start of Node; in brackets: least and most',
    ...results.map(
      ({ log }) => `          ${log.description}: ${formatBytes(log.bytes)}; sha256 ${log.fingerprint}...`,
    ),
    '',
    formatTable(
      toColumns('lines', 'objects', 'logtally s', 'DuckDB s', 'ratio by round', 'memory', 'DuckDB'),
      results.map((result) => [
        formatCount(result.log.lines),
        formatCount(result.counted.objects),
        seconds(result.seconds),
        seconds(result.duckDbSeconds),
        seconds(result.ratio),
        bytes(result.peakBytes),
        bytes(result.duckDbPeakBytes),
      ]),
    ).trimEnd(),
    '',
    formatBreakdowns(results.map(({ breakdown }) => breakdown)).trimEnd(),
  ];
}
