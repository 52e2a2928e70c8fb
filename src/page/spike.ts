/** Where a small chart is cut, so that one spike does not flatten all the rest. */

/** Of the steps that may be cut, one at least: what is higher is no spike, but how the object is. */
const CUT_SHARE = 0.05;
/** A spike is so many times as high as the highest step that is not cut. */
const SPIKE = 4;
/** Fewer hits than this are noise. */
const LEAST_HITS = 10;
/** What is left of it, above the highest of the others. */
const MARGIN = 1.2;

/** Finds the height at which counts are cut; null if none of them is a spike. */
export function findCut(counts: readonly number[]): number | null {
  const sorted = counts.toSorted((a, b) => b - a);
  const highest = sorted[0] ?? 0;
  const usual = sorted[Math.max(1, Math.floor(counts.length * CUT_SHARE))] ?? 0;
  return usual > 0 && highest >= LEAST_HITS && highest > SPIKE * usual ? usual * MARGIN : null;
}
