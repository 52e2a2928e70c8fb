/**
 * The thread of the embedded database, used by its owner and by sessions in turns. A statement of WebAssembly cannot be asked to
 * stop: what takes too long ends the thread, and the next one recovers the files as after a kill.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type CompiledPostgres, compilePostgres } from './compiled-postgres.js';
import { toFilesFolder } from './embedded-folder.js';
import { startThread, type Thread } from './embedded-thread.js';
import type { SessionAnswer } from './sessions/answer-session.js';
import type { SessionHost } from './sessions/asking.js';
import { NONE, type Sessions } from './sessions/no-sessions.js';
import { createTurns } from './sessions/turns.js';
import { sql } from './sql.js';
import { getText } from './values.js';

const READ_VERSION = { kind: 'query', statement: 'show server_version', values: [] } as const;

/**
 * Starts the thread.
 *
 * @param folder the data folder
 * @param name which database this is, for messages
 */
export function shareThread(folder: string, name: string) {
  // null if it was ended within a statement
  let thread: Thread | null = startThread(toFilesFolder(folder), name);
  let sessions = NONE;
  let compiled: CompiledPostgres | null = null;
  const getThread = () => {
    thread ??= startThread(toFilesFolder(folder), name, compiled);
    return thread;
  };
  const turns = createTurns();
  let askedCount = 0;
  let lookedAt = 0;
  /** Asks between the turns of sessions; a transaction that was begun is one turn. */
  const own = async <Result>(ask: (thread: Thread) => Promise<Result>): Promise<Result> => {
    askedCount += 1;
    try {
      await turns.takeOwnerTurn();
      return await ask(getThread());
    } finally {
      askedCount -= 1;
      if (askedCount === 0 && thread?.isInTransaction() !== true) turns.endOwnerTurn();
    }
  };
  const host: SessionHost = {
    folder,
    turns,
    async ask(request) {
      const asked = getThread();
      if (request.begin !== null && performance.now() - lookedAt > LOOK_MS) {
        lookedAt = performance.now();
        await shortenRecovery(asked);
      }
      return asked.ask<SessionAnswer>({ kind: 'session', ...request });
    },
    async restart() {
      const busy = thread;
      thread = null;
      await busy?.end();
      await getThread().ask(READ_VERSION);
    },
  };
  return {
    own,
    /** Whether there is one: not if it was ended, with its transaction, and nothing was asked since. */
    hasThread: () => thread !== null,
    /** Starts PostgreSQL anew if it has ended; it recovers the files as after a kill. */
    async restart(): Promise<void> {
      if (thread?.hasEnded() === true) thread = null;
      if (thread === null) await own((asked) => asked.ask(READ_VERSION));
    },
    async cancel(): Promise<void> {
      const busy = thread;
      if (busy === null || (await becomesIdle(busy))) return;
      thread = null;
      await busy.end();
    },
    async openSessions(tell: (text: string) => void): Promise<Sessions> {
      // a session that takes too long ends the thread, and the owner waits for the next one
      compiled = await compilePostgres();
      const { openSessions } = await import('./sessions/sessions.js');
      const { rows } = await own((asked) => asked.ask(READ_VERSION));
      sessions = await openSessions(host, getText(rows[0], 'server_version'), tell);
      return sessions;
    },
    breakThread: () => void thread?.end(),
    async close(): Promise<void> {
      try {
        await sessions.close();
        // if the database has ended, its last question was answered with the reason
        if (thread?.hasEnded() === false) await thread.ask({ kind: 'close' });
      } finally {
        await thread?.end();
      }
    },
  };
}

/** Milliseconds after which the length of a recovery is looked at again. */
const LOOK_MS = 1000;

/** Writes a checkpoint if it is worth it: a session may be about to end the thread, and the owner waits for the recovery. */
async function shortenRecovery(thread: Thread): Promise<void> {
  const { rows } = await thread.ask({ kind: 'query', statement: sql.hasLongRecovery, values: [] });
  if (rows[0]?.['is_long'] === true)
    await thread.ask({ kind: 'query', statement: sql.writeCheckpoint, values: [] });
}

/** Milliseconds that a statement has to end by itself before the thread is ended. */
const CANCEL_MS = 500;
const POLL_MS = 20;

async function becomesIdle(thread: Thread): Promise<boolean> {
  for (let waitedMs = 0; thread.isBusy() && waitedMs < CANCEL_MS; waitedMs += POLL_MS) await sleep(POLL_MS);
  return !thread.isBusy();
}
