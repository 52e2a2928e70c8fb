/** The one lock of the program, which makes merges, undo and migrations serial. The wait for it has a bound; the work under it has none. */
import { DatabaseError } from '../errors.js';
import { type Database, TOLD_WAIT_MS } from './database.js';
import { SQLSTATE } from './database-errors.js';
import { settleWorkers, trySettleWorkers } from './settle.js';
import { sql } from './sql.js';
import { getNumber, getTextOrNull } from './values.js';

/** Milliseconds: the largest lock_timeout that PostgreSQL takes, 24 days. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Takes the lock within a transaction, which keeps it to its end; waits `lockWaitSeconds` at most, 0 tries once. On Citus what
 * transactions before this one have committed is then on all workers.
 *
 * @throws DatabaseError if it is still held after the wait; the message names the holder. The error has no SQLSTATE, so that
 * no retry waits once more
 */
export async function lockMerges(database: Database): Promise<void> {
  const row = (await database.query(sql.tryLockMerges)).rows[0];
  if (row?.['is_had'] !== true) await waitForHolder(database);
  if (row?.['has_citus'] === true) await settleWorkers(database);
}

/**
 * Takes the lock within a transaction if that needs no wait: for work that may as well be done later.
 *
 * @returns false if another run has it, or if a worker of Citus has not ended an earlier transaction
 */
export async function tryLockMerges(database: Database): Promise<boolean> {
  const row = (await database.query(sql.tryLockMerges)).rows[0];
  if (row?.['is_had'] !== true) return false;
  return row['has_citus'] !== true || (await trySettleWorkers(database));
}

async function waitForHolder(database: Database): Promise<void> {
  // asked before the wait, which keeps the connection busy; after it another run may hold the lock
  const holder = await findHolder(database);
  const told = setTimeout(() => {
    const limit = `${database.lockWaitSeconds} s at most (--lock-wait)`;
    database.onWait(`waiting ${limit}: another run is merging into ${database.name}${holder}`);
  }, TOLD_WAIT_MS);
  try {
    // a savepoint: if the wait is exceeded, only the savepoint ends, and the database can be asked who holds the lock
    await database.transaction('writing', () => waitForLock(database));
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== SQLSTATE.lockNotAvailable) throw error;
    throw new DatabaseError(`another run is merging into ${database.name}${await findHolder(database)}`, {
      hint: `wait for it to end, or wait longer than ${database.lockWaitSeconds} s with --lock-wait`,
      cause: error,
    });
  } finally {
    clearTimeout(told);
  }
}

async function waitForLock(database: Database): Promise<void> {
  // 0 would wait without end
  const timeout = Math.min(Math.max(database.lockWaitSeconds * 1000, 1), MAX_TIMEOUT_MS);
  await database.query(sql.setLockTimeout, [String(timeout)]);
  await database.query(sql.lockMerges);
  await database.query(sql.setLockTimeout, ['0']);
}

/** @returns `: server process 4711 ('logtally', role stats, from 10.0.0.7), since 2026-04-14T08:22:31.000Z`, or '' if the holder has just ended */
async function findHolder(database: Database): Promise<string> {
  const row = (await database.query(sql.findMergeLockHolder)).rows[0];
  if (row === undefined) return '';
  const describe = (column: string, toText: (value: string) => string): readonly string[] => {
    const value = getTextOrNull(row, column);
    return value === null ? [] : [toText(value)];
  };
  const who = [
    ...describe('application_name', (name) => `'${name}'`),
    ...describe('role_name', (role) => `role ${role}`),
    ...describe('client_address', (address) => `from ${address}`),
  ].join(', ');
  const since = describe('since', (time) => `, since ${time}`).join('');
  return `: server process ${getNumber(row, 'pid')}${who === '' ? '' : ` (${who})`}${since}`;
}
