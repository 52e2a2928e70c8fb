/** For commands that go on for ever: a database that does not answer yet is waited for. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database/database.js';
import { isAway } from '../database/database-errors.js';
import type { DatabaseFlags } from '../settings.js';
import { type CommandContext, withPatientDatabase } from './context.js';

/** Milliseconds between two tries to reach the database at first; later ones come less often. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Opens the database as soon as it answers: after the start of a machine the server may come later.
 *
 * @param context whose signal ends a try to open it, and the work
 * @param stop after which a database that does not answer is tried no more, and no error of it is thrown
 */
export async function withWaitedDatabase(
  context: CommandContext,
  flags: DatabaseFlags,
  {
    events,
    stop,
  }: {
    readonly events: { away(error: unknown): void; back(): void };
    readonly stop: AbortSignal;
  },
  work: (database: Database) => Promise<void>,
): Promise<void> {
  let isAwayTold = false;
  let isOpen = false;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      await withPatientDatabase(context, flags, async (database) => {
        isOpen = true;
        if (isAwayTold) events.back();
        await work(database);
      });
      return;
    } catch (error) {
      // what could not be counted within the time, or while the database is away, is counted by the next start
      if (stop.aborted && isAway(error)) events.away(error);
      if (stop.aborted && (context.signal.aborted || isAway(error))) return;
      if (isOpen || !isAway(error)) throw error;
      if (!isAwayTold) events.away(error);
      isAwayTold = true;
      await sleep(pauseMs, undefined, { signal: stop }).catch(() => undefined);
      if (stop.aborted) return;
    }
  }
}
