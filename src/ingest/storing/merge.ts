/** Where staged rows become totals: the statements of one merge, in their order, within the transaction of the COPY. */
import type { Database } from '../../database/database.js';
import { sql } from '../../database/sql.js';
import { getNumber } from '../../database/values.js';
import { DatabaseError, EXIT, InputError } from '../../errors.js';
import type { ContentTypes } from '../counting/counting.js';

/** A batch is small where the objects are at least so many times its hits: then it looks each of its objects up. */
const SMALL_SHARE = 10;

/** More new content types in one run mean that the last two fields of the lines are something else. */
const MAX_NEW_TYPES = 1000;

export interface Merge {
  readonly contentTypes: ContentTypes;
  /** Lines that were counted, and so hits that must be added. */
  readonly counted: number;
  readonly allowNewTypes: boolean;
  readonly signal: AbortSignal;
}

/**
 * Adds the staged hits to days and totals, and recomputes the ranks of the types they belong to.
 * Call it within the transaction that staged them, under the merge lock.
 *
 * @throws DatabaseError where what would be committed is not what was counted
 * @throws InputError, exit code 4, where the lines name more new content types than a log can have
 */
export async function mergeHits(database: Database, merge: Merge): Promise<void> {
  const { keys, sites, names } = merge.contentTypes.toColumns();
  await checkNewTypes(database, merge, [sites, names]);
  const steps: readonly (readonly [statement: string, values?: readonly unknown[]])[] = [
    [sql.insertContentTypes, [sites, names]],
    [sql.stageContentTypes, [keys, sites, names]],
    [(await isSmall(database, merge.counted)) ? sql.aggregateFewDays : sql.aggregateDays],
    [sql.aggregateObjects],
    [sql.insertNewDays],
    [sql.upsertKnownDays],
    [sql.insertNewObjects],
    [sql.updateKnownObjects],
    [sql.upsertObjectCounts],
    [sql.deleteEmptyHitCounts],
    [sql.updateRanks],
  ];
  for (const [statement, values] of steps) {
    merge.signal.throwIfAborted();
    await database.query(statement, values);
  }
  await proveHits(database, merge.counted);
}

/** Whether the batch has few hits beside the objects that there are. */
async function isSmall(database: Database, counted: number): Promise<boolean> {
  const { rows } = await database.query(sql.estimateObjects);
  return counted * SMALL_SHARE < getNumber(rows[0], 'objects');
}

async function checkNewTypes(database: Database, merge: Merge, columns: readonly unknown[]): Promise<void> {
  if (merge.allowNewTypes || merge.contentTypes.size <= MAX_NEW_TYPES) return;
  const newTypes = getNumber((await database.query(sql.countNewTypes, columns)).rows[0], 'new_types');
  if (newTypes <= MAX_NEW_TYPES) return;
  throw new InputError(`the lines name ${newTypes} new content types; nothing of them is counted`, {
    hint: 'are the last two fields content type and object id? --allow-new-types counts them all the same',
    exitCode: EXIT.held,
  });
}

/** The last look before COMMIT: the hits added to days and to totals are the lines that were counted. */
async function proveHits(database: Database, counted: number): Promise<void> {
  const row = (await database.query(sql.proveBatch)).rows[0];
  const dailyHits = getNumber(row, 'daily_hits');
  const objectHits = getNumber(row, 'object_hits');
  if (dailyHits === counted && objectHits === counted) return;
  throw new DatabaseError(
    `${counted} lines were counted, but ${dailyHits} hits would go to the days and ${objectHits} to the totals; nothing was stored`,
    { hint: 'this is a bug: please report it with these numbers' },
  );
}
