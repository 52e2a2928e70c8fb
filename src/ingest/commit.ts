/** A transaction whose outcome is certain, also where the connection is lost before COMMIT is answered. */
import type { Database } from '../database/database.js';
import { lockMerges } from '../database/merge-lock.js';
import { sql } from '../database/sql.js';
import { createStaging, emptyStaging } from './merge.js';
import type { CountedRange } from './ranges.js';
import { isLost, reconnect, retry } from './retry.js';

interface CommitOptions {
  readonly run: number;
  /** Those that `work` records; it sets their ends. */
  readonly ranges: readonly CountedRange[];
  readonly signal: AbortSignal;
}

/** What a transaction has recorded. */
interface Recorded {
  /** The stream that it was recorded for; null where nothing was. */
  readonly streamId: number | null;
}

/**
 * Runs `work` in one transaction. Where COMMIT is not answered, the database is asked whether it happened: it is never
 * sent again.
 *
 * @throws what `work` throws, and the loss of the connection where nothing was committed
 */
export async function commitOnce<Result extends Recorded>(
  database: Database,
  options: CommitOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  let result: Result | null = null;
  if (database.isInTransaction()) await prepareRehearsal(database);
  try {
    return await database.transaction('writing', async () => {
      result = await work();
      return result;
    });
  } catch (error) {
    if (result === null || !isLost(error)) throw error;
    if (!(await askAfterLoss(database, options, result))) throw error;
    return result;
  }
}

/**
 * In a rehearsal the staging tables stay, outside its savepoints, where they shrink at once when they are emptied. Dropped
 * tables would keep their disk space and their locks, a dozen for each merge, to its end.
 */
async function prepareRehearsal(database: Database): Promise<void> {
  await createStaging(database);
  await emptyStaging(database);
}

/** Asks until there is an answer: the connection may be lost again while it is waited for. */
async function askAfterLoss(
  database: Database,
  options: CommitOptions,
  recorded: Recorded,
): Promise<boolean> {
  let isCommitted = false;
  await reconnect(database, options.signal);
  await retry(database, options.signal, async () => {
    isCommitted = await wasCommitted(database, options, recorded);
  });
  return isCommitted;
}

/** The merge lock waits until the transaction that may have committed has ended: the answer is certain. */
async function wasCommitted(
  database: Database,
  { run, ranges }: CommitOptions,
  { streamId }: Recorded,
): Promise<boolean> {
  const range = ranges.find(({ start, end }) => end > start);
  if (range === undefined || streamId === null) return false;
  return database.transaction('writing', async () => {
    await lockMerges(database);
    const { rows } = await database.query(sql.findBatch, [run, streamId, range.start, range.end]);
    return rows[0]?.['is_committed'] === true;
  });
}
