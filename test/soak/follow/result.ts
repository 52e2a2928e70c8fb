/** What a promise was found to be worth. */
export interface Result {
  readonly promise: string;
  /** What was measured. */
  readonly found: string;
  readonly isKept: boolean;
}

/** Of numbers in rising order: the one below which the given share lies. */
export function findQuantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
