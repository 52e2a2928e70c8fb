/**
 * Folds the days of objects in old months: one row for each object, which says from which day to which its hits are. So the first and
 * the last day of each object stay what they are, and totals the sums of their days.
 */

import { sql } from '../../database/sql.js';
import { getText } from '../../database/values.js';
import { findLastOfMonth } from '../../days.js';
import { listCloseSteps } from '../closed-months.js';
import { startOfMonth } from './old-days.js';
import { type PruneStep, REMOVES, runStatements } from './prune-step.js';

export const FOLD_HITS: PruneStep = {
  limit: 'keep_days',
  isPromised: true,
  tellsWaiting: true,
  async findMonths(database, { before }) {
    const { rows } = await database.query(sql.findMonthsToFold, [startOfMonth(before)]);
    return rows.map((row) => getText(row, 'month_on'));
  },
  async findState(database, { first }) {
    const { rows } = await database.query(sql.hasKeptHits, [first, findLastOfMonth(first)]);
    return rows[0]?.['has_kept'] === false ? 'due' : 'waiting';
  },
  async pruneMonth(database, { first, last }) {
    const removed = await runStatements(database, [
      [sql.foldDays, [first, last]],
      [sql.deleteFoldedDays, [first, last], ['object_hits_daily', REMOVES]],
      [sql.markFoldedMonth, [first]],
    ]);
    // its sums stay the same, but those of content types by day do not
    for (const [statement, values] of listCloseSteps(first)) await database.query(statement, values);
    return removed;
  },
};
