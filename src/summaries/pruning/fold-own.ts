/** Folds the operator's summaries of old months: one row for each key and month. */

import { sql } from '../../database/sql.js';
import { getText } from '../../database/values.js';
import { findLastOfMonth } from '../../days.js';
import { startOfMonth } from './old-days.js';
import { ADDS, type PruneStep, REMOVES, runStatements } from './prune-step.js';

export const FOLD_OWN: PruneStep = {
  limit: 'keep_days',
  isPromised: true,
  tellsWaiting: true,
  async findMonths(database, { before }) {
    const { rows } = await database.query(sql.findOwnMonths, [startOfMonth(before)]);
    return rows.map((row) => getText(row, 'month_on'));
  },
  async findState(database, { first }) {
    const { rows } = await database.query(sql.hasKeptOwn, [first, findLastOfMonth(first)]);
    return rows[0]?.['has_kept'] === false ? 'due' : 'waiting';
  },
  pruneMonth(database, { first, last }) {
    return runStatements(database, [
      [sql.insertFoldedSources, []],
      [sql.foldOwnCounts, [first, last], ['own_count', ADDS]],
      [sql.deleteFoldedOwnCounts, [first, last], ['own_count', REMOVES]],
    ]);
  },
};
