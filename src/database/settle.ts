/**
 * Waits until the workers of Citus have what the coordinator has committed. A worker that is lost between the two steps of a commit
 * keeps its part prepared, where nobody sees it, until it is asked to end it. A merge that read before would count on old totals.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError } from '../errors.js';
import { type Database, TOLD_WAIT_MS } from './database.js';
import { sql } from './sql.js';
import { getNumber } from './values.js';

/** Milliseconds between two questions. */
const POLL_MS = 250;

/**
 * Called under the merge lock, in a database that has the extension citus. Does nothing if the tables are not spread. Waits
 * `lockWaitSeconds` at most, 0 tries once.
 *
 * @throws DatabaseError if a worker has still not ended a transaction, or does not answer. The error has no SQLSTATE, so that no
 * retry waits once more
 */
export async function settleWorkers(database: Database): Promise<void> {
  const start = Date.now();
  let isTold = false;
  while (!(await trySettleWorkers(database))) {
    const waited = Date.now() - start;
    if (waited >= database.lockWaitSeconds * 1000) {
      throw new DatabaseError(`a worker of ${database.name} has not ended an earlier transaction`, {
        hint: 'it is down, or Citus has not settled it yet: see citus.recover_2pc_interval, or let a superuser run recover_prepared_transactions()',
      });
    }
    if (waited >= TOLD_WAIT_MS && !isTold) {
      isTold = true;
      const limit = `${database.lockWaitSeconds} s at most (--lock-wait)`;
      database.onWait(`waiting ${limit}: a worker of ${database.name} has not ended an earlier transaction`);
    }
    await sleep(POLL_MS);
  }
}

/**
 * Settles what it can at once, under the merge lock, in a database that has the extension citus.
 *
 * @returns whether each worker has ended each earlier transaction
 */
export async function trySettleWorkers(database: Database): Promise<boolean> {
  const row = (await database.query(sql.countUnsettled)).rows[0];
  if (getNumber(row, 'workers') === 0) return true;
  if (row?.['may_settle'] !== true) return false;
  await database.query(sql.settleWorkers);
  return getNumber((await database.query(sql.countUnsettled)).rows[0], 'workers') === 0;
}
