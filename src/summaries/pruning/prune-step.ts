/** What the steps of `prune` have in common. Each works month by month, and says what it is done with: a second time it finds nothing. */
import type { Database } from '../../database/database.js';
import type { LimitKey } from '../retention.js';

/** `waiting`: a run that can still be undone stands in the way. `clean`: there is nothing to prune yet. */
export type MonthState = 'due' | 'waiting' | 'clean';

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
  /** Whether it does what the limit promises: not if it only makes one row of several. */
  readonly isPromised: boolean;
  /** Whether it is told that a month has to wait; not if nothing is promised of it. */
  readonly tellsWaiting: boolean;
  /** Lists the first days of the months that may have something to prune; it costs little if there are none. */
  findMonths(database: Database, bounds: Bounds): Promise<readonly string[]>;
  /** Finds out whether something can be pruned. Called before the merge lock is taken and under it. */
  findState(database: Database, days: OldDays): Promise<MonthState>;
  /**
   * Prunes a month, under the merge lock.
   *
   * @returns `isWaiting` if some of its days have to wait
   */
  pruneMonth(
    database: Database,
    days: OldDays,
  ): Promise<{ readonly removed: RemovedRows; readonly isWaiting?: boolean }>;
}

/** By how many rows each table has become smaller. */
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
): Promise<{ readonly removed: RemovedRows }> {
  const removed: Record<string, number> = {};
  for (const [statement, values, effect] of statements) {
    const { rowCount } = await database.query(statement, values);
    if (effect === undefined) continue;
    const [table, sign] = effect;
    removed[table] = (removed[table] ?? 0) + sign * rowCount;
  }
  return { removed };
}
