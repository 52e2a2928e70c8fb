// What the summaries beside the hits cost: one log with none of them, with each alone, and with all, in alternation; and two logs with
// each request as a row.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatTable } from '../../src/output/table.js';
import { formatBytes, formatCount } from '../../src/output/text.js';
import { COUNT_SUMMARIES, REQUESTS_SUMMARY } from '../../src/summaries/count-parts.js';
import { type Contender, ingestFirst, runLogtally } from './contenders.js';
import { type Spread, toSpread } from './measure.js';
import type { Bench } from './part.js';
import { atMost, type Promised } from './promises.js';
import { runRounds, toFiles } from './rounds.js';
import { formatDigits, toColumns } from './sections.js';
import { type LogFile, TABLE_LINES, WORKLOADS, type WorkloadName, writeLog } from './workloads.js';

/** All summaries together take at most so many times as long as none. */
const MAX_TIMES = 2.5;

/** With each request as a row, so many lines are counted in a second at least. */
const LEAST_LINES_PER_SECOND = 200_000;

const NONE = 'none';
const ALL = 'all';
/** The log has no field that could be a title. */
const NAMES = COUNT_SUMMARIES.map(({ name }) => name).filter((name) => name !== 'titles');
type Sets = readonly (readonly [key: string, summaries: string])[];
const COUNT_SETS: Sets = [
  [NONE, NONE],
  ...NAMES.map((name) => [name, name] as const),
  [ALL, NAMES.join(',')],
];
const ROW_SETS: Sets = [
  [NONE, NONE],
  [REQUESTS_SUMMARY, REQUESTS_SUMMARY],
];

/** The logs, and the summaries that each is counted with. */
const LOGS = [
  { name: 'table', sets: [...COUNT_SETS, ...ROW_SETS.slice(1)] },
  { name: 'five_days', sets: ROW_SETS },
] as const satisfies readonly { readonly name: WorkloadName; readonly sets: Sets }[];

interface SummaryResult {
  /** The summary, `none` or `all`. */
  readonly key: string;
  readonly seconds: Spread;
  readonly peakBytes: number | null;
  /** Its time divided by that of none, round by round. */
  readonly ratio: Spread;
}

interface LogResult {
  readonly log: Omit<LogFile, 'path'>;
  readonly results: readonly SummaryResult[];
}

export interface SummaryCosts {
  readonly runs: number;
  readonly logs: readonly LogResult[];
  readonly promises: readonly Promised[];
}

/** Talks on stderr meanwhile. */
export async function measureSummaries(bench: Bench): Promise<SummaryCosts> {
  const { runs, lines } = bench.options;
  const logs: LogResult[] = [];
  const differences: string[] = [];
  for (const { name, sets } of LOGS) {
    const measured = await measureLog(bench, name, sets);
    logs.push(measured.result);
    differences.push(...measured.differences);
  }
  const [table, fiveDays] = logs;
  const times = findResult(table, ALL)?.ratio.median ?? Number.NaN;
  const seconds = findResult(fiveDays, REQUESTS_SUMMARY)?.seconds.median ?? Number.NaN;
  const linesPerSecond = (fiveDays?.log.lines ?? 0) / seconds;
  const isFull = lines >= TABLE_LINES;
  const promises: readonly Promised[] = [
    {
      promise: 'hits are the same with each set of summaries',
      found: differences.length === 0 ? 'they are' : differences.join('; '),
      holds: differences.length === 0,
    },
    {
      promise: `all summaries take at most ${MAX_TIMES} times as long as none`,
      found: atMost(MAX_TIMES).describe(times),
      holds: isFull ? times <= MAX_TIMES : null,
    },
    {
      promise: `with each request as a row, at least ${formatCount(LEAST_LINES_PER_SECOND)} lines/s of the longer log`,
      found: `${formatCount(Math.round(linesPerSecond))} lines/s`,
      holds: isFull ? linesPerSecond >= LEAST_LINES_PER_SECOND : null,
    },
  ];
  return { runs, logs, promises };
}

function findResult(log: LogResult | undefined, key: string): SummaryResult | undefined {
  return log?.results.find((result) => result.key === key);
}

async function measureLog(
  { server, folder, options }: Bench,
  name: WorkloadName,
  sets: Sets,
): Promise<{ readonly result: LogResult; readonly differences: readonly string[] }> {
  const { runs, lines } = options;
  const workload = WORKLOADS[name];
  console.error(`writing ${formatCount(lines * workload.timesLines)} lines: ${name} ...`);
  const { path, ...log } = await writeLog(workload, lines * workload.timesLines, join(folder, `${name}.log`));
  const { measurements, differences } = await runRounds({
    ...{ contenders: sets.map(toContender), server, folder, runs },
    files: toFiles({ path, ...log }),
    onRun: (who, round, { seconds }) =>
      console.error(`run ${round} of ${runs}: ${who} ${seconds.toFixed(2)} s`),
  });
  await rm(path);
  const none = measurements.get(NONE) ?? [];
  const results = sets.map(([key]): SummaryResult => {
    const found = measurements.get(key) ?? [];
    return {
      key,
      seconds: toSpread(found.map(({ seconds }) => seconds)),
      peakBytes: Math.max(...found.map(({ peakBytes }) => peakBytes ?? 0)) || null,
      ratio: toSpread(found.map(({ seconds }, round) => seconds / (none[round]?.seconds ?? Number.NaN))),
    };
  });
  return { result: { log, results }, differences };
}

function toContender([key, summaries]: Sets[number]): Contender {
  return {
    ...{ key, name: key, command: '', comparedTo: NONE, countsAs: 'table' },
    ...ingestFirst('table'),
    run: ({ databaseUrl, getLog }) =>
      runLogtally(['ingest', '--summary', summaries, getLog('table').path], databaseUrl),
  };
}

/** The part's lines of the report. */
export function formatSummaries({ runs, logs }: SummaryCosts): readonly string[] {
  const spread = ({ median, min, max }: Spread) =>
    `${formatDigits(median)} (${formatDigits(min)}-${formatDigits(max)})`;
  return [
    '',
    `summaries medians of ${runs} runs into an empty PostgreSQL, each with these summaries beside the hits; in brackets: least and most`,
    ...logs.flatMap(({ log, results }) => [
      `          ${formatCount(log.lines)} lines: ${log.description}: ${formatBytes(log.bytes)}; sha256 ${log.fingerprint}...`,
      '',
      formatTable(
        toColumns('summaries', 'seconds', 'times none, by round', 'lines/s', 'memory'),
        results.map(({ key, seconds, peakBytes, ratio }) => [
          key,
          spread(seconds),
          spread(ratio),
          formatCount(Math.round(log.lines / seconds.median)),
          peakBytes === null ? '-' : formatBytes(peakBytes),
        ]),
      ),
    ]),
  ];
}
