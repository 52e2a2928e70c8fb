/**
 * Adds up the months that get no more lines, so that questions about years need not read their days. It costs a run nothing
 * before its end: a merge only opens the months that it adds to. A month that is open is read day by day, so answers are the same.
 */

import type { Database } from '../database/database.js';
import { tryLockMerges } from '../database/merge-lock.js';
import { sql } from '../database/sql.js';
import { getText } from '../database/values.js';
import { findLastOfMonth } from '../days.js';
import { runSteps, type Step } from './summary.js';

/** After so long no further month is begun: cron may wait for the run. Later runs go on. */
const MOST_SECONDS = 10;

/**
 * Closes the months that the run has not added to, the last ones first, each in a transaction of its own under the merge lock.
 *
 * @param added the first days of the months that the run has added to: most likely the next run adds to them as well
 */
export async function closeMonths(database: Database, added: readonly string[]): Promise<void> {
  const startedAt = performance.now();
  const { rows } = await database.transaction('reading', () =>
    database.query(sql.findMonthsToClose, [added]),
  );
  for (const row of rows) {
    if (performance.now() - startedAt > MOST_SECONDS * 1000) return;
    if (!(await closeMonth(database, getText(row, 'month_on')))) return;
  }
}

/**
 * Closes a month, under the lock. Another run may have added to it meanwhile: all that is stored then is added up.
 *
 * @returns false, and does nothing, if it would have to wait for another run, or for a worker of Citus that keeps days which were
 *   committed: a later run closes the month as well
 */
async function closeMonth(database: Database, first: string): Promise<boolean> {
  return database.transaction('writing', async () => {
    if (!(await tryLockMerges(database))) return false;
    await runSteps(database, listCloseSteps(first), () => undefined);
    return true;
  });
}

/** Lists the statements that add a month up and close it, under the lock. */
export function listCloseSteps(first: string): readonly Step[] {
  const year = `${first.slice(0, -'mm-dd'.length)}01-01`;
  const month = Number(first.slice(-'mm-dd'.length, -'-dd'.length));
  const last = findLastOfMonth(first);
  return [
    [sql.addUpMonth, [year, month, first, last]],
    [sql.deleteEmptyYears, [year]],
    [sql.deleteTypeDays, [first, last]],
    [sql.addUpTypeDays, [first, last]],
    [sql.closeMonth, [first]],
    [sql.deleteEmptyMonth, [first, last]],
  ];
}
