/**
 * Removes what is older than the limits say: each step month by month, each month in a transaction of its own under the merge lock. So
 * other runs wait for one month at most, and a run that dies leaves whole months. Totals and ranks stay as they are.
 */
import type { Database } from '../../database/database.js';
import { mayDelete } from '../../database/grants.js';
import { lockMerges, tryLockMerges } from '../../database/merge-lock.js';
import { sql } from '../../database/sql.js';
import { reachFaultPoint } from '../../faults.js';
import { hasLimits, type LimitKey, type Retention } from '../retention.js';
import { findOldDays, getToday, moveBack } from './days.js';
import { FOLD_COUNTS, FOLD_RUNS } from './fold-counts.js';
import { FOLD_HITS } from './fold-hits.js';
import { FORGET_CLIENTS } from './forget-clients.js';
import { FORGET_VISITORS } from './forget-visitors.js';
import type { OldDays, PruneStep, RemovedRows } from './prune-step.js';

export type { Retention } from '../retention.js';

/** In their order: what is about people goes first, and what is forgotten need not be folded. */
const STEPS: readonly PruneStep[] = [FORGET_VISITORS, FORGET_CLIENTS, FOLD_HITS, FOLD_COUNTS, FOLD_RUNS];

/** The tables that prune deletes from: only their owner may. */
export const PRUNED_TABLES: readonly string[] = ['object_hits_daily', 'site_count', 'object_count'];

export interface PrunedMonth {
  readonly limit: LimitKey;
  /** Its first day: `2026-04-01`. */
  readonly month: string;
  /** By how many rows each table has become smaller. */
  readonly removed: RemovedRows;
}

export interface Pruned {
  readonly months: readonly PrunedMonth[];
  /** Months that have to wait until no run that counted some of their lines can be undone any more. */
  readonly waiting: readonly Omit<PrunedMonth, 'removed'>[];
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
  const waiting: Omit<PrunedMonth, 'removed'>[] = [];
  const isPatient = mostSeconds === null;
  for (const step of STEPS) {
    const { limit } = step;
    const keptDays = retention[limit];
    if (keptDays === undefined) continue;
    const before = moveBack(today, keptDays);
    const found = await database.transaction('reading', () => step.findMonths(database, { before, today }));
    for (const month of found) {
      if (!isPatient && performance.now() - startedAt > mostSeconds * 1000) return { months, waiting };
      const days = findOldDays(month, before);
      const removed = await pruneMonth(database, step, { days, isPatient });
      if (removed === 'busy') return { months, waiting };
      if (removed !== 'waiting') months.push({ limit, month, removed });
      else if (step.tellsWaiting) waiting.push({ limit, month });
    }
  }
  return { months, waiting };
}

/** @returns `waiting` if the month has to wait for `--undo-days`, `busy` if another run has the lock */
async function pruneMonth(
  database: Database,
  step: PruneStep,
  { days, isPatient }: { readonly days: OldDays; readonly isPatient: boolean },
): Promise<RemovedRows | 'waiting' | 'busy'> {
  // most months that have to wait are found without the lock
  if (!(await database.transaction('reading', () => step.isDue(database, days)))) return 'waiting';
  return database.transaction('writing', async () => {
    if (isPatient) await lockMerges(database);
    else if (!(await tryLockMerges(database))) return 'busy';
    await database.query(sql.useOneConnection);
    if (!(await step.isDue(database, days))) return 'waiting';
    const removed = await step.pruneMonth(database, days);
    await reachFaultPoint('pruned', database);
    return removed;
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
