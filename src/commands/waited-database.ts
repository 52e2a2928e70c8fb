/** For commands that go on for ever: a database that does not answer yet is waited for. */
import type { Database } from '../database/database.js';
import { isAway } from '../database/database-errors.js';
import { type AwayEvents, tryUntilAnswered } from '../live/live.js';
import type { DatabaseFlags } from '../settings.js';
import { type CommandContext, withPatientDatabase } from './context.js';

/**
 * Opens the database as soon as it answers: after the start of a machine the server may come later.
 *
 * @param context whose signal ends a try to open it, and the work
 * @param waiting after its `stop` a database that does not answer is tried no more, and no error of it is thrown
 */
export async function withWaitedDatabase(
  context: CommandContext,
  flags: DatabaseFlags,
  waiting: { readonly events: AwayEvents; readonly stop: AbortSignal },
  work: (database: Database) => Promise<void>,
): Promise<void> {
  try {
    await tryUntilAnswered(waiting, (answered) =>
      withPatientDatabase(context, flags, async (database) => {
        answered();
        await work(database);
      }),
    );
  } catch (error) {
    // what could not be counted within the time, or while the database is away, is counted by the next start
    if (waiting.stop.aborted && (context.signal.aborted || isAway(error))) return;
    throw error;
  }
}
