/** Gives statements up if the program is asked to stop, also one that has been waiting for long. */
import { setTimeout as sleep } from 'node:timers/promises';
import { InterruptedError } from '../errors.js';
import type { Connection, Copy } from './database.js';

/** Milliseconds that a database has to end a statement after it was asked to give it up. */
const CANCEL_MS = 1000;

/** Makes an InterruptedError of an error that came after the program was asked to stop, and only because of that. */
export function toInterruptedError(error: unknown): InterruptedError {
  return error instanceof InterruptedError ? error : new InterruptedError('interrupted', { cause: error });
}

export type Interruptions = ReturnType<typeof createInterruptions>;

/** Keeps watch over the statements of a connection. */
export function createInterruptions(connection: Connection) {
  /** The work that may be interrupted: its signal, and its statements that have not been answered. */
  let work: { readonly signal: AbortSignal; running: number } | null = null;
  const finish = async <Result>(ask: () => Promise<Result>): Promise<Result> => {
    const asker = work;
    if (asker === null) return ask();
    asker.running += 1;
    try {
      return await ask();
    } finally {
      asker.running -= 1;
    }
  };
  return {
    /** Sends a statement, unless the program was asked to stop. */
    async start<Result>(ask: () => Promise<Result>): Promise<Result> {
      if (work?.signal.aborted) throw new InterruptedError('interrupted');
      return finish(ask);
    },
    /** Sends a statement in any case: it ends a transaction. */
    finish,
    async interruptible<Result>(signal: AbortSignal, run: () => Promise<Result>): Promise<Result> {
      const outer = work;
      const current = { signal, running: 0 };
      const stop = () => void cancel(connection, current);
      signal.addEventListener('abort', stop);
      work = current;
      try {
        return await run();
      } catch (error) {
        throw signal.aborted ? toInterruptedError(error) : error;
      } finally {
        work = outer;
        signal.removeEventListener('abort', stop);
      }
    },
    /** Counts a COPY as a statement that runs until the COPY is closed. */
    countCopy(copy: Copy): Copy {
      const closed = new Promise((resolve) => copy.writable.once('close', resolve));
      void finish(() => closed);
      return copy;
    },
  };
}

async function cancel(connection: Connection, work: { readonly running: number }): Promise<void> {
  if (work.running > 0)
    await Promise.race([connection.cancel(), sleep(CANCEL_MS, undefined, { ref: false })]);
  await sleep(CANCEL_MS, undefined, { ref: false });
  if (work.running > 0) connection.breakConnection();
}
