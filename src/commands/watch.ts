/**
 * Looks at the database again and again, until the program is asked to stop. Between two looks nothing is held: no connection of a
 * server, and not the embedded database, which one process at a time has open. So a server that restarts costs some looks.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isPassingError } from '../database/database-errors.js';
import { LogtallyError } from '../errors.js';
import type { CommandContext } from './context.js';

/** Seconds at most until a look that failed is repeated. */
const RETRY_SECONDS = 2;

interface Watch<Found> {
  /** From the end of a look to the next one. */
  readonly seconds: number;
  readonly look: () => Promise<Found>;
  /** Shows what a look found. @returns false if nobody wants more */
  readonly show: (found: Found) => Promise<boolean>;
  /** Called when looks begin to fail, and when they fail for another reason. */
  readonly onFailed: (error: LogtallyError) => void;
}

/**
 * Looks until the signal is aborted, which is no error, or nobody wants more.
 *
 * @throws what the first look throws; later looks that fail are repeated, but for bugs
 */
export async function watch<Found>(
  { signal }: Pick<CommandContext, 'signal'>,
  { seconds, look, show, onFailed }: Watch<Found>,
): Promise<void> {
  let hasLooked = false;
  let failure: string | null = null;
  const tryToLook = async () => {
    try {
      return { found: await look() };
    } catch (error) {
      if (!hasLooked || signal.aborted || !(error instanceof LogtallyError)) throw error;
      // one server that is away fails in several ways, one after the other
      const reason = isPassingError(error) ? 'away' : error.message;
      if (reason !== failure) onFailed(error);
      failure = reason;
      return null;
    }
  };
  try {
    for (;;) {
      const answer = await tryToLook();
      if (answer !== null) {
        hasLooked = true;
        failure = null;
        if (!(await show(answer.found))) return;
      }
      const pause = answer === null ? Math.min(seconds, RETRY_SECONDS) : seconds;
      await sleep(pause * 1000, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** The same context, whose messages go elsewhere. */
export function redirectMessages(context: CommandContext, write: (text: string) => void): CommandContext {
  return { ...context, stderr: { ...context.stderr, write } };
}

/** What is said of a look that failed. */
export function describeFailure({ message }: LogtallyError): string {
  return `${message}; trying again`;
}
