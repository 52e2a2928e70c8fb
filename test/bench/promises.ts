// What the project promises of its speed and memory, and whether it holds.

import type { Result } from './results.js';

export interface Promised {
  readonly promise: string;
  /** What was measured, in words. */
  readonly found: string;
  /** Null where it was not judged: too little was measured, or it is an aim and no promise. */
  readonly holds: boolean | null;
}

/** The promises are about a log of at least so many lines; over a shorter one, starting up is most of the time. */
const PROMISED_LINES = 1_000_000;
const MAX_PEAK_BYTES = 150_000_000;
const MIN_TIMES_FASTER = 40;
const MAX_TIMES_FLOOR = 1.3;
const MIN_SKEWED_LINES_PER_SECOND = 2_000_000;
const MAX_TIMES_GZIP = 1.3;
const MAX_TIMES_EMBEDDED = 3;
const AIMED_TIMES_DUCKDB = 1.5;

/** Holds the results against what the project promises of a log of so many lines. */
export function judgeResults(
  results: readonly Result[],
  differences: readonly string[],
  lines: number,
): readonly Promised[] {
  const find = (key: string) => results.find((result) => result.key === key) ?? null;
  const findSeconds = (key: string) => find(key)?.seconds.median ?? null;
  const judge = (promise: string, found: number | null, rule: Rule): Promised => ({
    promise,
    found: found === null ? 'not measured' : rule.describe(found),
    holds: found === null || rule.isAim || lines < PROMISED_LINES ? null : rule.holds(found),
  });
  const [first, floor, zcat] = [findSeconds('first'), findSeconds('floor'), findSeconds('zcat')];
  // with the floor missing nobody knows which of the two is the higher
  const gzipBase = zcat === null || floor === null ? null : Math.max(zcat, floor);
  return [
    {
      promise: 'all contenders have the same totals',
      found: differences.length === 0 ? 'they have' : differences.join('; '),
      holds: differences.length === 0,
    },
    judge(
      `ingest is at least ${MIN_TIMES_FASTER} times as fast as the SQL-only script`,
      divide(findSeconds('sql'), first),
      atLeast(MIN_TIMES_FASTER, (times) => `${times.toFixed(1)} times as fast`),
    ),
    judge(
      `ingest takes at most ${MAX_TIMES_FLOOR} times the floor`,
      divide(first, floor),
      atMost(MAX_TIMES_FLOOR),
    ),
    judge(
      `ingest takes at most ${AIMED_TIMES_DUCKDB} times DuckDB (an aim, not judged)`,
      divide(first, findSeconds('duckdb')),
      { ...atMost(AIMED_TIMES_DUCKDB), isAim: true },
    ),
    judge(
      'the skewed log is counted at 2 million lines/s at least',
      find('skewed')?.linesPerSecond ?? null,
      atLeast(MIN_SKEWED_LINES_PER_SECOND, (rate) => `${(rate / 1e6).toFixed(2)} million lines/s`),
    ),
    judge(
      `gzip takes at most ${MAX_TIMES_GZIP} times the higher of zcat | wc -l and the floor`,
      divide(findSeconds('gzip'), gzipBase),
      atMost(MAX_TIMES_GZIP),
    ),
    ...(['', '-second'] as const).map((suffix) =>
      judge(
        `the embedded database takes at most ${MAX_TIMES_EMBEDDED} times PostgreSQL, ${suffix === '' ? 'first' : 'second'} run`,
        divide(findSeconds(`embedded${suffix}`), findSeconds(suffix === '' ? 'first' : 'second')),
        atMost(MAX_TIMES_EMBEDDED),
      ),
    ),
    judge(
      `ingest into PostgreSQL takes less than ${MAX_PEAK_BYTES / 1e6} MB of memory, every log`,
      findPeak(results),
      { ...atMost(MAX_PEAK_BYTES), describe: (bytes) => `${(bytes / 1e6).toFixed(0)} MB at its highest` },
    ),
  ];
}

export interface Rule {
  readonly holds: (found: number) => boolean;
  readonly describe: (found: number) => string;
  readonly isAim: boolean;
}

export function atMost(most: number): Rule {
  return {
    holds: (found) => found <= most,
    describe: (times) => `${times.toFixed(2)} times`,
    isAim: false,
  };
}

function atLeast(least: number, describe: Rule['describe']): Rule {
  return { holds: (found) => found >= least, describe, isAim: false };
}

function divide(dividend: number | null, divisor: number | null): number | null {
  return dividend === null || divisor === null ? null : dividend / divisor;
}

function findPeak(results: readonly Result[]): number | null {
  const peaks = results.flatMap(({ name, peakBytes }) =>
    name.startsWith('logtally') && peakBytes !== null ? [peakBytes] : [],
  );
  return peaks.length === 0 ? null : Math.max(...peaks);
}
