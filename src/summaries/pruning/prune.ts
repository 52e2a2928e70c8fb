/**
 * Removes what is older than the limits say: each step month by month, each month in a transaction of its own under the merge lock. So
 * other runs wait for one month at most, and a run that dies leaves whole months. Totals and ranks stay as they are.
 */

import type { Database } from '../../database/database.js';
import { mayDelete } from '../../database/grants.js';
import { lockMerges, tryLockMerges } from '../../database/merge-lock.js';
import { sql } from '../../database/sql.js';
import { getToday, moveDay } from '../../days.js';
import { reachFaultPoint } from '../../faults.js';
import { hasLimits, type LimitKey, type Retention } from '../retention.js';
import { findOldDays } from './old-days.js';
import type { MonthState, OldDays, PruneStep, RemovedRows } from './prune-step.js';
import { PRUNED_TABLES, STEPS } from './steps.js';

export type { Retention } from '../retention.js';

export interface PrunedMonth {
  readonly limit: LimitKey;
  /** Its first day: `2026-04-01`. */
  readonly month: string;
  /** Whether the limit has done there what it promises; else several rows of a key and day have become one. */
  readonly isPromised: boolean;
  /** By how many rows each table has become smaller. */
  readonly removed: RemovedRows;
}

export type WaitingMonth = Pick<PrunedMonth, 'limit' | 'month'>;

export interface Pruned {
  readonly months: readonly PrunedMonth[];
  /** Months that have to wait until no run that counted some of their lines can be undone any more. */
  readonly waiting: readonly WaitingMonth[];
}

export interface PruneOptions {
  /** The day that limits count back from. */
  readonly today: string;
  /** After so long no further month is begun, and none waits for another run; null if all is done at once. */
  readonly mostSeconds: number | null;
}

/** Removes what is older than the limits say. */
export async function prune(
  database: Database,
  retention: Retention,
  { today, mostSeconds }: PruneOptions,
): Promise<Pruned> {
  const startedAt = performance.now();
  const months: PrunedMonth[] = [];
  const waiting: WaitingMonth[] = [];
  const isPatient = mostSeconds === null;
  for (const step of STEPS) {
    const { limit, isPromised } = step;
    const keptDays = retention[limit];
    if (keptDays === undefined) continue;
    const before = moveDay(today, -keptDays);
    const found = await database.transaction('reading', () => step.findMonths(database, { before, today }));
    for (const month of found) {
      if (!isPatient && performance.now() - startedAt > mostSeconds * 1000) return { months, waiting };
      const days = findOldDays(month, before);
      const { isBusy, isWaiting, removed } = await pruneMonth(database, step, { days, isPatient });
      if (isBusy) return { months, waiting };
      if (removed !== null) months.push({ limit, month, isPromised, removed });
      if (isWaiting && step.tellsWaiting) waiting.push({ limit, month });
    }
  }
  return { months, waiting };
}

/** What became of a month. */
interface MonthOutcome {
  /** Whether another run has the lock. */
  readonly isBusy: boolean;
  /** Whether some of it has to wait until no run there can be undone any more. */
  readonly isWaiting: boolean;
  /** Null if nothing was done. */
  readonly removed: RemovedRows | null;
}

const BUSY: MonthOutcome = { isBusy: true, isWaiting: false, removed: null };

/** What becomes of a month that is not due. */
function leave(state: MonthState): MonthOutcome {
  return { isBusy: false, isWaiting: state === 'waiting', removed: null };
}

async function pruneMonth(
  database: Database,
  step: PruneStep,
  { days, isPatient }: { readonly days: OldDays; readonly isPatient: boolean },
): Promise<MonthOutcome> {
  // most months that have to wait are found without the lock
  const state = await database.transaction('reading', () => step.findState(database, days));
  if (state !== 'due') return leave(state);
  return database.transaction('writing', async () => {
    if (isPatient) await lockMerges(database);
    else if (!(await tryLockMerges(database))) return BUSY;
    await database.query(sql.useOneConnection);
    const stateThen = await step.findState(database, days);
    if (stateThen !== 'due') return leave(stateThen);
    const { removed, isWaiting = false } = await step.pruneMonth(database, days);
    await reachFaultPoint('pruned', database);
    return { isBusy: false, isWaiting, removed };
  });
}

/** After so long the end of a run begins no further month: cron may wait for the run. Later runs go on. */
const MOST_SECONDS = 10;

/**
 * Does at the end of a run what `prune` does, as far as it takes little time and no wait; nothing in a rehearsal, which keeps no row.
 *
 * @returns what was pruned; null if the role may not
 */
export async function pruneAfterRun(database: Database, retention: Retention): Promise<Pruned | null> {
  if (!hasLimits(retention) || database.isInTransaction()) return { months: [], waiting: [] };
  if (!(await mayDelete(database, PRUNED_TABLES))) return null;
  return prune(database, retention, { today: getToday(), mostSeconds: MOST_SECONDS });
}
