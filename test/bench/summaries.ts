// What the summaries beside the hits cost: one log with none of them, with each alone, and with all, in alternation.

import { join } from 'node:path';
import { formatTable } from '../../src/output/table.js';
import { formatBytes, formatCount } from '../../src/output/text.js';
import { COUNT_SUMMARIES } from '../../src/summaries/count-parts.js';
import { type Contender, ingestFirst, runLogtally } from './contenders.js';
import { type Spread, toSpread } from './measure.js';
import type { Bench } from './part.js';
import { atMost, type Promised } from './promises.js';
import { runRounds, toFiles } from './rounds.js';
import { formatDigits, toColumns } from './sections.js';
import { type LogFile, TABLE_LINES, WORKLOADS, writeLog } from './workloads.js';

/** All summaries together take at most so many times as long as none. */
const MAX_TIMES = 2.5;

const NONE = 'none';
const ALL = 'all';
const NAMES = COUNT_SUMMARIES.map(({ name }) => name);
const SETS: readonly (readonly [key: string, summaries: string])[] = [
  [NONE, NONE],
  ...NAMES.map((name) => [name, name] as const),
  [ALL, NAMES.join(',')],
];

interface SummaryResult {
  /** The summary, `none` or `all`. */
  readonly key: string;
  readonly seconds: Spread;
  readonly peakBytes: number | null;
  /** Its time divided by that of none, round by round. */
  readonly ratio: Spread;
}

export interface SummaryCosts {
  readonly runs: number;
  readonly log: Omit<LogFile, 'path'>;
  readonly results: readonly SummaryResult[];
  readonly promises: readonly Promised[];
}

/** Talks on stderr meanwhile. */
export async function measureSummaries({ server, folder, options }: Bench): Promise<SummaryCosts> {
  const { runs, lines } = options;
  console.error(`writing ${lines} lines: table ...`);
  const { path, ...log } = await writeLog(WORKLOADS.table, lines, join(folder, 'summaries.log'));
  const { measurements, differences } = await runRounds({
    ...{ contenders: SETS.map(toContender), server, folder, runs },
    files: toFiles({ path, ...log }),
    onRun: (who, round, { seconds }) =>
      console.error(`run ${round} of ${runs}: ${who} ${seconds.toFixed(2)} s`),
  });
  const none = measurements.get(NONE) ?? [];
  const results = SETS.map(([key]): SummaryResult => {
    const found = measurements.get(key) ?? [];
    return {
      key,
      seconds: toSpread(found.map(({ seconds }) => seconds)),
      peakBytes: Math.max(...found.map(({ peakBytes }) => peakBytes ?? 0)) || null,
      ratio: toSpread(found.map(({ seconds }, round) => seconds / (none[round]?.seconds ?? Number.NaN))),
    };
  });
  const times = results.find(({ key }) => key === ALL)?.ratio.median ?? Number.NaN;
  const promises: readonly Promised[] = [
    {
      promise: 'hits are the same with each set of summaries',
      found: differences.length === 0 ? 'they are' : differences.join('; '),
      holds: differences.length === 0,
    },
    {
      promise: `all summaries take at most ${MAX_TIMES} times as long as none`,
      found: atMost(MAX_TIMES).describe(times),
      holds: lines < TABLE_LINES ? null : times <= MAX_TIMES,
    },
  ];
  return { runs, log, results, promises };
}

function toContender([key, summaries]: (typeof SETS)[number]): Contender {
  return {
    ...{ key, name: key, command: '', comparedTo: NONE, countsAs: 'table' },
    ...ingestFirst('table'),
    run: ({ databaseUrl, getLog }) =>
      runLogtally(['ingest', '--summary', summaries, getLog('table').path], databaseUrl),
  };
}

/** The part's lines of the report. */
export function formatSummaries({ runs, log, results }: SummaryCosts): readonly string[] {
  const spread = ({ median, min, max }: Spread) =>
    `${formatDigits(median)} (${formatDigits(min)}-${formatDigits(max)})`;
  return [
    '',
    `summaries medians of ${runs} runs into an empty PostgreSQL, each with these summaries beside the hits; in brackets: least and most`,
    `          ${formatCount(log.lines)} lines: ${log.description}: ${formatBytes(log.bytes)}; sha256 ${log.fingerprint}...`,
    '',
    formatTable(
      toColumns('summaries', 'seconds', 'times none, by round', 'memory'),
      results.map(({ key, seconds, peakBytes, ratio }) => [
        key,
        spread(seconds),
        spread(ratio),
        peakBytes === null ? '-' : formatBytes(peakBytes),
      ]),
    ).trimEnd(),
  ];
}
