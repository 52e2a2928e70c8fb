/** Waits for a database that does not answer: a server that is restarted, a network that is down. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../database/database.js';
import { isAway } from '../../database/database-errors.js';

/** Milliseconds before the first further try, and at most before a later one; each pause is twice the one before. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** Who is told, once each time. */
export interface AwayEvents {
  away(error: unknown): void;
  back(): void;
}

/**
 * Tries until the database answers.
 *
 * @param stop ends the waiting
 * @param attempt is told whether it is a further one; it calls `answered` as soon as the database has answered: errors after that are thrown
 * @throws what the attempt throws, if it is not for the lack of an answer, or the program is to stop
 */
export async function tryUntilAnswered<Result>(
  { events, stop }: { readonly events: AwayEvents; readonly stop: AbortSignal },
  attempt: (answered: () => void, isFurther: boolean) => Promise<Result>,
): Promise<Result> {
  let isAwayTold = false;
  let hasAnswered = false;
  const answered = () => {
    hasAnswered = true;
    if (isAwayTold) events.back();
  };
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await attempt(answered, isAwayTold);
    } catch (error) {
      if (hasAnswered || !isAway(error)) throw error;
      if (!isAwayTold) events.away(error);
      isAwayTold = true;
      if (stop.aborted) throw error;
      await sleep(pauseMs, undefined, { signal: stop }).catch(() => {
        throw error;
      });
    }
  }
}

/** Runs `work`, which may be repeated, until the database answers; the same errors are thrown. */
export function withPatience<Result>(
  database: Pick<Database, 'reconnect'>,
  waiting: { readonly events: AwayEvents; readonly stop: AbortSignal },
  work: () => Promise<Result>,
): Promise<Result> {
  return tryUntilAnswered(waiting, async (answered, isFurther) => {
    if (isFurther) await database.reconnect();
    const result = await work();
    answered();
    return result;
  });
}
