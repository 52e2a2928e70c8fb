/** Gives statements up if the program is asked to stop, also one that has been waiting for long. */
import { setTimeout as sleep } from 'node:timers/promises';
import { InterruptedError } from '../errors.js';
import type { Connection, Copy, Database } from './database.js';

/** Milliseconds that a database has to end a statement after it was asked to give it up. */
const CANCEL_MS = 1000;

/** Makes an InterruptedError of an error that came after the program was asked to stop, and only because of that. */
export function toInterruptedError(error: unknown): InterruptedError {
  return error instanceof InterruptedError ? error : new InterruptedError('interrupted', { cause: error });
}

/** Sends a statement to the connection. */
export type Ask = <Result>(ask: () => Promise<Result>) => Promise<Result>;

export interface Interruptions {
  /** Sends a statement, unless the program was asked to stop. */
  readonly start: Ask;
  /** Sends a statement in any case: it ends a transaction. */
  readonly finish: Ask;
  readonly interruptible: Database['interruptible'];
  /** Counts a COPY as a statement that runs until the COPY is closed. */
  countCopy(copy: Copy): Copy;
}

/** Keeps watch over the statements of a connection. */
export function createInterruptions(connection: Connection): Interruptions {
  /** The work that may be interrupted: its signal, and its statements that have not been answered. */
  let work: { readonly signal: AbortSignal; running: number } | null = null;
  const finish: Ask = async (ask) => {
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
    async start(ask) {
      if (work?.signal.aborted) throw new InterruptedError('interrupted');
      return finish(ask);
    },
    finish,
    async interruptible(signal, run) {
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
    countCopy(copy) {
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
