/** The record of a run: one row for each invocation, also for one that fails. */
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../database/database.js';
import { checkRights, checkUndoRights } from '../../database/grants.js';
import { lockMerges } from '../../database/merge-lock.js';
import { migrate } from '../../database/migrate.js';
import { isLost } from '../../database/passing-errors.js';
import { sql } from '../../database/sql.js';
import { getNumber } from '../../database/values.js';
import { EXIT, type ExitCode, LogtallyError } from '../../errors.js';
import { listSummaryTables } from '../../summaries/summaries.js';
import { dropOldGains } from './merge.js';

/**
 * Brings the schema up to date, checks what the role may do, and records that a run begins.
 *
 * @param run the program's version, the settings without any secret, and whether it takes back what other runs counted
 * @returns the run's number
 */
export async function beginRun(
  database: Database,
  run: {
    readonly version: string;
    readonly description: Readonly<Record<string, unknown>>;
    readonly takesBack: boolean;
  },
): Promise<number> {
  await migrate(database);
  const tables = listSummaryTables();
  await checkRights(database, tables);
  if (run.takesBack) await checkUndoRights(database, tables);
  return startRun(database, run.version, run.description);
}

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
  return database.transaction('writing', async () => {
    await lockMerges(database);
    const { rows } = await database.query(sql.insertRun, [hostname(), version, JSON.stringify(description)]);
    return getNumber(rows[0], 'run_id');
  });
}

/** Records how a run ended. */
export async function finishRun(database: Database, run: number, exitCode: ExitCode): Promise<void> {
  const values = [run, new Date().toISOString(), exitCode];
  await database.transaction('writing', () => database.query(sql.finishRun, values));
}

/** Milliseconds that the record of an interrupted run may take. */
const RECORD_MS = 2000;

/**
 * Records the end of a run that failed as a whole, if the database still can. A failure to record it is not told: the person
 * is told what ended the run.
 *
 * @param failure what ended the run; `signal` says whether the run was asked to stop
 */
export async function recordFailure(
  database: Database,
  run: number,
  failure: { readonly error: unknown; readonly signal: AbortSignal },
): Promise<void> {
  const { error, signal } = failure;
  const failureCode = error instanceof LogtallyError ? error.exitCode : EXIT.failure;
  const exitCode = signal.aborted ? EXIT.interrupted : failureCode;
  const record = async () => {
    if (isLost(error) && !signal.aborted) await database.reconnect();
    await finishRun(database, run, exitCode);
  };
  const recorded = record().catch(() => undefined);
  await (signal.aborted ? Promise.race([recorded, sleep(RECORD_MS, undefined, { ref: false })]) : recorded);
}

/** Drops what is kept for undo of runs that began more than so many days ago. */
export async function forgetOldRuns(database: Database, undoDays: number): Promise<void> {
  await database.transaction('writing', async () => {
    await lockMerges(database);
    await dropOldGains(database, undoDays);
  });
}
