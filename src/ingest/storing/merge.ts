/** Brings staged rows into the tables of the summaries, within the transaction of the COPY. */
import type { Database } from '../../database/database.js';
import { SUMMARIES } from '../../summaries/summaries.js';
import type { Batch } from '../../summaries/summary.js';

/**
 * Adds the staged rows to each summary. Call it within the transaction that staged them, under the merge lock.
 *
 * @throws DatabaseError if what would be committed is not what was counted
 * @throws InputError, exit code 4, if the lines name more new content types than a log can have
 */
export async function mergeBatch(database: Database, batch: Batch, summaries = SUMMARIES): Promise<void> {
  for (const summary of summaries) await summary.merge(database, batch);
}

/** Keeps what the merges before it have added of a log, to take it back with. */
export async function keepGains(
  database: Database,
  { run, streamId }: { readonly run: number; readonly streamId: number },
  summaries = SUMMARIES,
): Promise<void> {
  for (const summary of summaries) await database.query(summary.sql.keepGains, [run, streamId]);
}

/** Drops what is kept of runs that began more than so many days ago: they cannot be taken back any more. */
export async function dropOldGains(
  database: Database,
  undoDays: number,
  summaries = SUMMARIES,
): Promise<void> {
  for (const summary of summaries) await database.query(summary.sql.dropOldGains, [undoDays]);
}
