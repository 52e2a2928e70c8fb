/** Forgets the visitors of old days: how many a site, a content type and an object had stays, and the day's key is destroyed. */
import type { Database } from '../../database/database.js';
import { sql } from '../../database/sql.js';
import { getText } from '../../database/values.js';
import { findCountMonths } from './fold-counts.js';
import { ADDS, type OldDays, type PruneStep, REMOVES, runStatements } from './prune-step.js';

interface VisitorDays {
  /** Days whose visitors can be forgotten. */
  readonly due: readonly string[];
  /** Whether other days of the month have visitors that a run counted which can still be undone. */
  readonly isWaiting: boolean;
}

async function findVisitorDays(database: Database, { first, last }: OldDays): Promise<VisitorDays> {
  const { rows } = await database.query(sql.findVisitorDays, [first, last]);
  const due = rows.filter((row) => row['has_kept'] === false).map((row) => getText(row, 'day'));
  return { due, isWaiting: due.length < rows.length };
}

export const FORGET_VISITORS: PruneStep = {
  limit: 'keep_visitor_days',
  isPromised: true,
  tellsWaiting: true,
  findMonths: (database, { before }) => findCountMonths(database, before, 'visitors'),
  async findState(database, days) {
    const { due, isWaiting } = await findVisitorDays(database, days);
    if (due.length > 0) return 'due';
    if (isWaiting) return 'waiting';
    return days.isWholeMonth ? 'due' : 'clean';
  },
  async pruneMonth(database, days) {
    const { due, isWaiting } = await findVisitorDays(database, days);
    const isDone = days.isWholeMonth && !isWaiting;
    const { removed } = await runStatements(database, [
      [sql.insertFoldedSources, []],
      [sql.totalVisitors, [due], ['site_count', ADDS]],
      [sql.deleteVisitors, [due], ['site_count', REMOVES]],
      [sql.totalTypeVisitors, [due], ['site_count', ADDS]],
      [sql.totalObjectVisitors, [due], ['object_count', ADDS]],
      [sql.deleteObjectVisitors, [due], ['object_count', REMOVES]],
      [sql.destroyVisitorKeys, [due]],
      ...(isDone ? [[sql.markCountMonth, [days.first, 'visitors']] as const] : []),
    ]);
    return { removed, isWaiting };
  },
};
