/** Rebuilds the ranks, which follow from the totals. */
import type { Database } from '../../../database/database.js';
import { lockMerges } from '../../../database/merge-lock.js';
import { sql } from '../../../database/sql.js';
import { getNumber } from '../../../database/values.js';

/**
 * Recomputes all ranks from the totals of the objects.
 *
 * @returns how many rows of ranks were wrong, missing or too many
 */
export async function repairRanks(database: Database): Promise<number> {
  return database.transaction('writing', async () => {
    await lockMerges(database);
    const first = (await database.query(sql.compareRanks)).rows[0];
    if (first === undefined) return 0;
    await database.query(sql.deleteRanks);
    await database.query(sql.rebuildRanks);
    return getNumber(first, 'differences');
  });
}
