/** The record of a run: one row for each invocation, also for one that fails. */
import { hostname } from 'node:os';
import { type Database, inTransaction } from '../database/database.js';
import { lockMerges } from '../database/merge-lock.js';
import { sql } from '../database/sql.js';
import { getNumber } from '../database/values.js';
import type { ExitCode } from '../errors.js';

/**
 * Records that a run begins.
 *
 * @param description of its settings; no secret
 * @returns the run's number
 */
export async function startRun(
  database: Database,
  version: string,
  description: Readonly<Record<string, unknown>>,
): Promise<number> {
  return inTransaction(database, async () => {
    await lockMerges(database);
    const { rows } = await database.query(sql.insertRun, [hostname(), version, JSON.stringify(description)]);
    return getNumber(rows[0], 'run_id');
  });
}

/** Records how a run ended. */
export async function finishRun(database: Database, run: number, exitCode: ExitCode): Promise<void> {
  const values = [run, new Date().toISOString(), exitCode];
  await inTransaction(database, () => database.query(sql.finishRun, values));
}

/** Drops what is kept for undo of runs that began more than so many days ago. */
export async function forgetOldRuns(database: Database, undoDays: number): Promise<void> {
  await inTransaction(database, async () => {
    await lockMerges(database);
    await database.query(sql.deleteOldDeltas, [undoDays]);
  });
}
