/** What the steps of `prune` have in common. Each works month by month, and says what it is done with: a second time it finds nothing. */
import type { Database } from '../../database/database.js';
import type { LimitKey } from '../retention.js';

/** A month, and the days of it that a limit is about. */
export interface OldDays {
  /** The first day of the month: `2026-04-01`. */
  readonly first: string;
  /** The last day of the month that is older than the limit. */
  readonly last: string;
  /** Whether all of the month is. */
  readonly isWholeMonth: boolean;
}

/** The days that a limit keeps. */
export interface Bounds {
  /** The first day that is kept. */
  readonly before: string;
  readonly today: string;
}

export interface PruneStep {
  readonly limit: LimitKey;
  /** Whether it is told that a month has to wait; not if nothing is promised of it. */
  readonly tellsWaiting: boolean;
  /** Lists the first days of the months that may have something to prune; it costs little if there are none. */
  findMonths(database: Database, bounds: Bounds): Promise<readonly string[]>;
  /** Whether something can be pruned: a run that can still be undone may stand in the way. Called before the merge lock is taken and under it. */
  isDue(database: Database, days: OldDays): Promise<boolean>;
  /**
   * Prunes a month, under the merge lock.
   *
   * @returns by how many rows each table has become smaller
   */
  pruneMonth(database: Database, days: OldDays): Promise<RemovedRows>;
}

export type RemovedRows = Readonly<Record<string, number>>;

/** A statement with its values, and the table that it adds rows to or removes some from; null if these are not told. */
export type PruneStatement = readonly [
  statement: string,
  values: readonly unknown[],
  effect?: readonly [table: string, sign: 1 | -1],
];

/** The sign of statements that remove rows, and of those that add some. */
export const REMOVES = 1;
export const ADDS = -1;

/** Runs statements one after the other. @returns the rows that were removed, less those that were added, by their table */
export async function runStatements(
  database: Database,
  statements: readonly PruneStatement[],
): Promise<RemovedRows> {
  const removed: Record<string, number> = {};
  for (const [statement, values, effect] of statements) {
    const { rowCount } = await database.query(statement, values);
    if (effect === undefined) continue;
    const [table, sign] = effect;
    removed[table] = (removed[table] ?? 0) + sign * rowCount;
  }
  return removed;
}
