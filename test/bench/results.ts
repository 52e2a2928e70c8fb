// From single measurements to what the report says of each contender.

import type { Contender } from './contenders.js';
import { type Measurement, type Spread, toSpread } from './measure.js';

export interface Result {
  readonly key: string;
  readonly name: string;
  readonly command: string;
  readonly lines: number;
  readonly seconds: Spread;
  /** Every run, in order. */
  readonly runs: readonly Measurement[];
  /** By the median. */
  readonly linesPerSecond: number;
  /** The highest of all runs, in bytes; null where nothing could be measured. */
  readonly peakBytes: number | null;
  /** How many times the time of another one it takes, median by median; null where that one did not run. */
  readonly ratio: number | null;
  /** The name of the other one. */
  readonly comparedTo: string;
}

/** Sums the measurements of each contender up, in the order of the contenders. */
export function toResults(
  contenders: readonly Contender[],
  measurements: ReadonlyMap<string, readonly Measurement[]>,
  getLines: (contender: Contender) => number,
): readonly Result[] {
  const findMedian = (key: string) => {
    const runs = measurements.get(key) ?? [];
    return runs.length === 0 ? null : toSpread(runs.map(({ seconds }) => seconds)).median;
  };
  return contenders.map((contender) => {
    const { key, name, command } = contender;
    const runs = measurements.get(key) ?? [];
    const seconds = toSpread(runs.map((run) => run.seconds));
    const peaks = runs.flatMap(({ peakBytes }) => (peakBytes === null ? [] : [peakBytes]));
    const base = findMedian(contender.comparedTo);
    const lines = getLines(contender);
    return {
      ...{ key, name, command, lines, seconds, runs },
      linesPerSecond: Math.round(lines / seconds.median),
      peakBytes: peaks.length === 0 ? null : Math.max(...peaks),
      ratio: base === null ? null : seconds.median / base,
      comparedTo:
        contenders.find((other) => other.key === contender.comparedTo)?.name ?? contender.comparedTo,
    };
  });
}
