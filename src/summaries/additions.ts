/**
 * What each run added of each log has a number, its addition, under which every summary keeps what it needs to take it back. It is kept
 * for as long as a run can be undone.
 */
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber } from '../database/values.js';

/** Numbers what a run adds of logs, unless it has a number from an earlier merge. Call it under the merge lock, before anything is merged. */
export async function beginAdditions(
  database: Database,
  run: number,
  streams: readonly number[],
): Promise<void> {
  await database.query(sql.insertAdditions, [run, streams]);
}

/** Whether `dropOldAdditions` would find anything; needs no lock. */
export async function hasOldAdditions(database: Database, undoDays: number): Promise<boolean> {
  return (await database.query(sql.findOldAdditions, [undoDays])).rows[0]?.['has_old'] === true;
}

/**
 * Finds the runs that cannot be taken back: they counted lines, and what they added is no longer kept.
 *
 * @param streamId the log that they counted; null for all of theirs
 * @returns their numbers, in order
 */
export async function findUnkeptRuns(
  database: Database,
  runs: readonly number[],
  streamId: number | null,
): Promise<readonly number[]> {
  const { rows } = await database.query(sql.findUnkeptRuns, [runs, streamId]);
  return rows.map((row) => getNumber(row, 'run_id')).toSorted((a, b) => a - b);
}
