/**
 * The numbers of the sources of counts. They are given before the database knows a log, so they begin with the number of the run
 * (sql/migrations/002_create_counts.sql).
 */

/** Sources that a run can have. */
export const SOURCES_OF_RUN = 2 ** 32;

/** The first number that a source of a run can have. */
export function getFirstSource(run: number): bigint {
  return BigInt(run) * BigInt(SOURCES_OF_RUN);
}

/** The first and the last number that a source of a run can have, as text. */
export function listSourceBounds(run: number): readonly string[] {
  return [getFirstSource(run), getFirstSource(run + 1) - 1n].map(String);
}
