/** Where staged rows become totals: the statements of one merge, in their order, within the transaction of the COPY. */
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber } from '../database/values.js';
import { DatabaseError } from '../errors.js';
import type { Account } from './account.js';
import type { ContentTypes } from './content-types.js';

export interface Batch {
  readonly run: number;
  readonly path: string;
  /** Decompressed bytes that the batch covers, from the input's beginning. */
  readonly bytes: number;
  readonly account: Account;
  readonly contentTypes: ContentTypes;
}

/**
 * Adds the staged hits to days and totals, recomputes the ranks of the types they belong to, and records the batch.
 * Call it within the transaction that staged them; it takes the merge lock, which that transaction keeps.
 *
 * @throws DatabaseError where what would be committed is not what was counted
 */
export async function mergeBatch(database: Database, batch: Batch, signal: AbortSignal): Promise<void> {
  const { keys, sites, names } = batch.contentTypes.toColumns();
  const steps: readonly (readonly [statement: string, values?: readonly unknown[]])[] = [
    [sql.lockMerges],
    [sql.insertContentTypes, [sites, names]],
    [sql.stageContentTypes, [keys, sites, names]],
    [sql.aggregateDays],
    [sql.aggregateObjects],
    [sql.insertNewDays],
    [sql.upsertKnownDays],
    [sql.insertNewObjects],
    [sql.updateKnownObjects],
    [sql.upsertObjectCounts],
    [sql.deleteEmptyHitCounts],
    [sql.updateRanks],
    [sql.insertBatch, toBatchValues(batch)],
  ];
  for (const [statement, values] of steps) {
    signal.throwIfAborted();
    await database.query(statement, values);
  }
  await proveBatch(database, batch);
}

function toBatchValues({ run, path, bytes, account }: Batch): readonly unknown[] {
  const { lines, counted, unattributed, filtered, rejected, rejectedFor } = account;
  const reasons = JSON.stringify(Object.fromEntries(rejectedFor));
  return [run, path, 0, bytes, lines, counted, unattributed, filtered, rejected, reasons];
}

/** The last look before COMMIT: hits added to days and to totals are the lines counted, and the account adds up. */
async function proveBatch(database: Database, { account, path }: Batch): Promise<void> {
  const row = (await database.query(sql.proveBatch)).rows[0];
  const dailyHits = getNumber(row, 'daily_hits');
  const objectHits = getNumber(row, 'object_hits');
  if (account.addsUp && dailyHits === account.counted && objectHits === account.counted) return;
  throw new DatabaseError(
    `'${path}': ${account.counted} lines were counted, but ${dailyHits} hits would go to the days and ${objectHits} to the totals; nothing was stored`,
    { hint: 'this is a bug: please report it with these numbers' },
  );
}
