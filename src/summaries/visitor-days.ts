/**
 * The days of visitors. While a day is open, a stored key tells its visitors apart, in any number of batches. Two days after its last
 * line the key is destroyed: lines that come later are counted, but not as visitors.
 */
import { subDays } from 'date-fns/subDays';
import type { Database } from '../database/database.js';
import { SQLSTATE } from '../database/database-errors.js';
import { lockMerges } from '../database/merge-lock.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';
import { DatabaseError } from '../errors.js';

/** The key of a site's visitors on a day. */
export interface VisitorKey {
  readonly site: string;
  /** `2026-04-14` */
  readonly day: string;
  readonly key: Buffer;
}

/** Where the key of ids stands that the log has: they are the same on all days. */
export const ID_KEY_SITE = '';
export const ID_KEY_DAY = 'infinity';

/** A day is closed when it has had no line for so long. */
const OPEN_DAYS = 2;

/**
 * Stores the keys that visitors in copied rows were told apart by. Call it under the merge lock, when what is counted again was taken
 * back, and before the sources of the rows are stored.
 *
 * @param sources the numbers of the sources of the rows, and their sites
 * @returns the requests of people that came too late to be counted as visitors
 * @throws DatabaseError that passes, if another run has stored other keys
 */
export async function storeVisitorKeys(
  database: Database,
  used: readonly VisitorKey[],
  sources: readonly [numbers: readonly string[], sites: readonly string[]],
): Promise<number> {
  if (used.length === 0) return 0;
  const [sites, days] = [used.map(({ site }) => site), used.map(({ day }) => day)];
  const keys = used.map(({ key }) => key.toString('hex'));
  const moved = await database.query(sql.countMovedKeys, [sites, days, keys]);
  if (getNumber(moved.rows[0], 'moved_keys') > 0) {
    throw new DatabaseError(`${database.name}: another run has begun to count the visitors of the same day`, {
      code: SQLSTATE.serializationFailure,
    });
  }
  const visited = (await database.query(sql.findVisitedDays, [days])).rows;
  await database.query(sql.reopenVisitorDays, [
    ...[sites, days],
    visited.map((row) => getText(row, 'site')),
    visited.map((row) => getText(row, 'day')),
  ]);
  await database.query(sql.upsertVisitorKeys, [sites, days, keys, new Date().toISOString()]);
  const closed = await database.query(sql.countClosedDays, [sites, days]);
  if (getNumber(closed.rows[0], 'closed_days') === 0) return 0;
  const { rows } = await database.query(sql.dropLateVisitors, sources);
  await database.query(sql.dropLateObjectVisitors, sources);
  return rows.reduce((sum, row) => sum + getNumber(row, 'late_requests'), 0);
}

/** Destroys the keys of days that have had no line for two days, in a transaction of its own. */
export async function closeVisitorDays(database: Database): Promise<void> {
  const before = [subDays(new Date(), OPEN_DAYS).toISOString()];
  const { rows } = await database.transaction('reading', () => database.query(sql.findDaysToClose, before));
  if (rows[0]?.['has_old'] !== true) return;
  await database.transaction('writing', async () => {
    await lockMerges(database);
    await database.query(sql.closeVisitorDays, before);
  });
}
