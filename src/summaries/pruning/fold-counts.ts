/**
 * Folds the counts of months in which no run can be undone any more. What several runs have counted of a key becomes one row; in old
 * months also what was counted on several days, but for the parts whose days must stay.
 */

import type { Database } from '../../database/database.js';
import { sql } from '../../database/sql.js';
import { getText } from '../../database/values.js';
import { findLastOfMonth } from '../../days.js';
import { listFoldedParts } from '../count-parts.js';
import { startOfMonth } from './old-days.js';
import {
  ADDS,
  type MonthState,
  type OldDays,
  type PruneStatement,
  type PruneStep,
  REMOVES,
  runStatements,
} from './prune-step.js';

/** Lists the months before a day of which something is left for a step. */
export async function findCountMonths(
  database: Database,
  before: string,
  what: 'runs' | 'days' | 'networks' | 'visitors',
): Promise<readonly string[]> {
  const { rows } = await database.query(sql.findCountMonths, [before, what]);
  return rows.map((row) => getText(row, 'month_on'));
}

async function findState(database: Database, { first }: OldDays): Promise<MonthState> {
  const { rows } = await database.query(sql.hasKeptCounts, [first, findLastOfMonth(first)]);
  return rows[0]?.['has_kept'] === false ? 'due' : 'waiting';
}

/** Lists the statements that make one row of several in a month. @param parts the numbers of those whose days become one */
function listFolding(first: string, parts: readonly number[]): readonly PruneStatement[] {
  const values = [first, findLastOfMonth(first), parts];
  return [
    [sql.insertFoldedSources, []],
    [sql.foldSiteCounts, values, ['site_count', ADDS]],
    [sql.deleteFoldedSiteCounts, values, ['site_count', REMOVES]],
    [sql.foldObjectCounts, values, ['object_count', ADDS]],
    [sql.deleteFoldedObjectCounts, values, ['object_count', REMOVES]],
  ];
}

/** One row for each key and month. */
export const FOLD_COUNTS: PruneStep = {
  limit: 'keep_days',
  isPromised: true,
  tellsWaiting: true,
  findMonths: (database, { before }) => findCountMonths(database, startOfMonth(before), 'days'),
  findState,
  pruneMonth: (database, { first }) =>
    runStatements(database, [
      ...listFolding(first, listFoldedParts()),
      [sql.markCountMonth, [first, 'days']],
    ]),
};

/** One row for each key and day, in months that are over. */
export const FOLD_RUNS: PruneStep = {
  limit: 'keep_days',
  isPromised: false,
  tellsWaiting: false,
  findMonths: (database, { today }) => findCountMonths(database, startOfMonth(today), 'runs'),
  findState,
  pruneMonth: (database, { first }) =>
    runStatements(database, [...listFolding(first, []), [sql.markCountMonth, [first, 'runs']]]),
};
