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
 * Runs `work`, which may be repeated, until the database answers.
 *
 * @param stop ends the waiting
 * @throws what `work` throws, if it is not for the lack of an answer, or the program is to stop
 */
export async function withPatience<Result>(
  database: Pick<Database, 'reconnect'>,
  { events, stop }: { readonly events: AwayEvents; readonly stop: AbortSignal },
  work: () => Promise<Result>,
): Promise<Result> {
  let isAwayTold = false;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      if (isAwayTold) await database.reconnect();
      const result = await work();
      if (isAwayTold) events.back();
      return result;
    } catch (error) {
      if (!isAway(error) || stop.aborted) throw error;
      if (!isAwayTold) events.away(error);
      isAwayTold = true;
      await sleep(pauseMs, undefined, { signal: stop }).catch(() => {
        throw error;
      });
    }
  }
}
