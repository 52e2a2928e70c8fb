/**
 * Takes counted lines back, of whole runs or of one log: the summaries become what they would be without them, and their bytes
 * can be counted again. Each merge has kept what it added; this is subtracted.
 */
import type { Database } from '../../../database/database.js';
import { sql } from '../../../database/sql.js';
import { getNumber } from '../../../database/values.js';
import { SUMMARIES } from '../../../summaries/summaries.js';
import type { Summary, Taken } from '../../../summaries/summary.js';

/**
 * Takes back what runs counted. Call it under the merge lock, in a transaction that created the staging tables.
 *
 * @returns how many keys of each summary lost something
 * @throws DatabaseError if the result would not be what is promised; nothing must be committed then
 */
export async function takeBack(
  database: Database,
  taken: Taken,
  summaries = SUMMARIES,
): Promise<ReadonlyMap<Summary, number>> {
  const lost = new Map<Summary, number>();
  for (const summary of summaries) lost.set(summary, await summary.takeBack(database, taken));
  const whose = [taken.runs, taken.streamId];
  // the first three steps read the batches, so these are deleted after them
  const steps: readonly (readonly [statement: string, values?: readonly unknown[]])[] = [
    [sql.deleteKnownArchives, whose],
    [sql.deleteDigests, whose],
    [sql.reopenStreams, whose],
    [sql.deleteBatches, whose],
    [sql.deletePipedLines, whose],
    [sql.deleteStreams],
  ];
  for (const [statement, values] of steps) {
    taken.onStep();
    await database.query(statement, values);
  }
  return lost;
}

/**
 * Finds the runs that cannot be taken back: they counted lines, and what they added to a summary is no longer kept.
 *
 * @param streamId the log that they counted; null for all of theirs
 * @returns their numbers, in order
 */
export async function findUnkeptRuns(
  database: Database,
  runs: readonly number[],
  streamId: number | null,
  summaries = SUMMARIES,
): Promise<readonly number[]> {
  const unkept = new Set<number>();
  for (const summary of summaries) {
    const { rows } = await database.query(summary.sql.findUnkeptRuns, [runs, streamId]);
    for (const row of rows) unkept.add(getNumber(row, 'run_id'));
  }
  return [...unkept].toSorted((a, b) => a - b);
}
