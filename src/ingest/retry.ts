/** Tries an input again after faults that pass. Each try finds out anew what was counted, so no line is counted twice. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database/database.js';
import { isLost, isPassingError } from '../database/database-errors.js';
import { lockMerges } from '../database/merge-lock.js';
import { sql } from '../database/sql.js';
import { InputError } from '../errors.js';
import { STANDARD_INPUT, toInputName } from '../source/source.js';
import { ChangedError, MovedError } from './identity/identity.js';

/** Milliseconds before each further try. */
const WAITS_MS = [100, 500, 2000, 5000] as const;

/**
 * Runs `work` on an input until it succeeds, fails for good, or has failed too often.
 *
 * @throws InputError if standard input would have to be read again
 */
export async function withRetries(
  database: Database,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal },
  work: () => Promise<void>,
): Promise<void> {
  const attempt = () =>
    work().catch((error: unknown) => {
      throw path === STANDARD_INPUT && !signal.aborted && isPassing(error) ? toPipeError(error) : error;
    });
  await retry(database, signal, attempt).catch((error: unknown) => {
    throw error instanceof MovedError ? toBusyError(path, error) : error;
  });
}

/** Runs `work`, which may be repeated, until it succeeds, fails for good, or has failed too often. */
export function retry<Result>(
  database: Database,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  return tryAgain(signal, work, async (error) => {
    if (isLost(error)) await reconnect(database, signal);
  });
}

/** Connects again, waiting while a server starts. */
export function reconnect(database: Database, signal: AbortSignal): Promise<void> {
  return tryAgain(signal, () => database.reconnect());
}

/** @param prepare is called before each further try, with what the last one failed of */
async function tryAgain<Result>(
  signal: AbortSignal,
  work: () => Promise<Result>,
  prepare?: (error: unknown) => Promise<void>,
): Promise<Result> {
  for (const wait of WAITS_MS) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !isPassing(error)) throw error;
      await sleep(wait, undefined, { signal }).catch(() => {
        throw error;
      });
      await prepare?.(error);
    }
  }
  return work();
}

/**
 * Connects again and asks whether a batch was committed, until there is an answer: the connection may be lost once more
 * meanwhile. The merge lock waits until the transaction in question has ended, so the answer is certain.
 *
 * @param batch the run, the stream, the first byte of the batch and the byte after its last
 */
export async function wasCommitted(
  database: Database,
  batch: readonly number[],
  signal: AbortSignal,
): Promise<boolean> {
  await reconnect(database, signal);
  return retry(database, signal, () =>
    database.transaction('writing', async () => {
      await lockMerges(database);
      const { rows } = await database.query(sql.findBatch, batch);
      return rows[0]?.['is_committed'] === true;
    }),
  );
}

function isPassing(error: unknown): boolean {
  return error instanceof MovedError || error instanceof ChangedError || isPassingError(error);
}

function toBusyError(path: string, cause: MovedError): InputError {
  const name = toInputName(path);
  return new InputError(`${name} is being counted by other runs at the same time; nothing of it is counted`, {
    hint: 'run the command again when they have ended',
    cause,
  });
}

function toPipeError(error: unknown): InputError {
  const why =
    error instanceof MovedError ? 'another run counted the same log meanwhile' : (error as Error).message;
  return new InputError(`${toInputName(STANDARD_INPUT)} cannot be read again: ${why}`, {
    hint: 'pipe it again: what was counted of it is skipped',
    cause: error,
  });
}
