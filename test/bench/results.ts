// From single measurements to what the report says, and to whether the project's promises hold.

import type { Contender, ContenderName } from './contenders.js';
import { type Measurement, type Spread, toSpread } from './measure.js';

export interface Result {
  readonly name: ContenderName;
  readonly command: string;
  readonly seconds: Spread;
  /** Every run, in order. */
  readonly runs: readonly Measurement[];
  /** By the median. */
  readonly linesPerSecond: number;
  /** The highest of all runs, in bytes; null where nothing could be measured. */
  readonly peakBytes: number | null;
  /** How many times the time of logtally it takes, median by median: 2 is half as fast. */
  readonly timesLogtally: number;
}

export interface Promised {
  readonly promise: string;
  /** What was measured, in words. */
  readonly found: string;
  /** Null where it was not judged: the log was too short, or memory could not be measured. */
  readonly holds: boolean | null;
}

/** The promises are about a log of at least so many lines; over a shorter one, starting up is most of the time. */
const PROMISED_LINES = 1_000_000;
const MAX_PEAK_BYTES = 200_000_000;
const MIN_TIMES_FASTER = 20;

/** Sums the measurements of each contender up, in the order of the contenders. */
export function toResults(
  contenders: readonly Contender[],
  measurements: ReadonlyMap<ContenderName, readonly Measurement[]>,
  lines: number,
): readonly Result[] {
  const toSeconds = (name: ContenderName) =>
    toSpread((measurements.get(name) ?? []).map((measurement) => measurement.seconds));
  const logtally = toSeconds('logtally').median;
  return contenders.map(({ name, command }) => {
    const runs = measurements.get(name) ?? [];
    const seconds = toSeconds(name);
    const peaks = runs.flatMap(({ peakBytes }) => (peakBytes === null ? [] : [peakBytes]));
    return {
      ...{ name, command, seconds, runs },
      linesPerSecond: Math.round(lines / seconds.median),
      peakBytes: peaks.length === 0 ? null : Math.max(...peaks),
      timesLogtally: seconds.median / logtally,
    };
  });
}

/** Holds the results against what the project promises. */
export function judgePromises(results: readonly Result[], lines: number): readonly Promised[] {
  const peakBytes = results.find(({ name }) => name === 'logtally')?.peakBytes ?? null;
  const faster = results.find(({ name }) => name === 'SQL-only script')?.timesLogtally ?? null;
  const judge = (holds: boolean | null) => (lines < PROMISED_LINES ? null : holds);
  return [
    {
      promise: `logtally takes less than ${MAX_PEAK_BYTES / 1e6} MB of memory for 1,000,000 lines`,
      found: peakBytes === null ? 'not measured' : `${(peakBytes / 1e6).toFixed(0)} MB at its highest`,
      holds: judge(peakBytes === null ? null : peakBytes < MAX_PEAK_BYTES),
    },
    {
      promise: `logtally is at least ${MIN_TIMES_FASTER} times as fast as the SQL-only script`,
      found: faster === null ? 'not measured' : `${faster.toFixed(1)} times as fast`,
      holds: judge(faster === null ? null : faster >= MIN_TIMES_FASTER),
    },
  ];
}
