/**
 * How many random cases a test tries: few enough for every day, and `LOGTALLY_FUZZ_FACTOR` times as many in
 * `npm run test:fuzz`.
 */
export function countRuns(everyDay: number): number {
  return everyDay * Number(process.env['LOGTALLY_FUZZ_FACTOR'] ?? 1);
}
