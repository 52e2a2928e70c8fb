/** Work on a database that ends when the program is asked to stop: also where it waits for a long statement. */
import { setTimeout as sleep } from 'node:timers/promises';
import { InterruptedError } from '../errors.js';
import type { Database } from './database.js';

/** Milliseconds that a database is given to end what it was asked to give up. */
const CANCEL_MS = 1000;

/** A transaction that is ending ends. */
const ENDINGS: ReadonlySet<string> = new Set(['commit', 'rollback']);

/**
 * Hands `work` a database whose statements are given up when the signal is aborted.
 *
 * @throws what `work` throws; InterruptedError in place of what only followed from the signal
 */
export async function withInterruption<Result>(
  database: Database,
  signal: AbortSignal,
  work: (interruptible: Database) => Promise<Result>,
): Promise<Result> {
  const running = { count: 0 };
  const stop = () => void cancel(database, running);
  signal.addEventListener('abort', stop);
  try {
    return await work(createInterruptible(database, signal, running));
  } catch (error) {
    throw signal.aborted ? toInterruptedError(error) : error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** What is told of an error that came after the program was asked to stop: it only followed from that. */
export function toInterruptedError(error: unknown): InterruptedError {
  return error instanceof InterruptedError ? error : new InterruptedError('interrupted', { cause: error });
}

/** Statements that have not been answered. */
interface Running {
  count: number;
}

async function cancel(database: Database, running: Running): Promise<void> {
  if (running.count > 0) await Promise.race([database.cancel(), sleep(CANCEL_MS, undefined, { ref: false })]);
  await sleep(CANCEL_MS, undefined, { ref: false });
  if (running.count > 0) database.breakConnection();
}

function createInterruptible(database: Database, signal: AbortSignal, running: Running): Database {
  const run = async <Result>(statement: string, start: () => Promise<Result>): Promise<Result> => {
    if (signal.aborted && !ENDINGS.has(statement)) throw new InterruptedError('interrupted');
    running.count += 1;
    try {
      return await start();
    } finally {
      running.count -= 1;
    }
  };
  return {
    ...database,
    query: (statement, values) => run(statement, () => database.query(statement, values)),
    ask: (statement, values) => run(statement, () => database.ask(statement, values)),
    execute: (script) => run(script, () => database.execute(script)),
    async openCopy(target) {
      const copy = await run('copy', () => database.openCopy(target));
      running.count += 1;
      copy.writable.once('close', () => {
        running.count -= 1;
      });
      return copy;
    },
  };
}
