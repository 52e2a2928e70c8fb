/**
 * Lets others ask the embedded database while its owner has it open, as if it were a PostgreSQL server: through a Unix socket in
 * the data folder, which only the user can open. `psql -h FOLDER -U postgres` finds it there.
 */
import { setMaxListeners } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { toMessage } from '../../errors.js';
import type { SessionHost } from './asking.js';
import { type Clients, endConnection, serveConnection } from './connection.js';
import { NONE, type Sessions } from './no-sessions.js';

/** The port in the socket's name. */
export const SESSION_PORT = 5432;

/** The longest path of a socket on Linux; elsewhere it is a few bytes shorter, and the system refuses. */
const MAX_PATH_BYTES = 107;

const MAX_SESSIONS = 20;

/** Milliseconds after which a client at rest makes room for another one if all places are taken. */
const IDLE_MS = 60_000;

/**
 * Serves sessions until it is told to close.
 *
 * @param tell is told, in words for a person, why there can be none: the owner goes on without
 */
export async function openSessions(
  host: SessionHost,
  serverVersion: string,
  tell: (text: string) => void,
): Promise<Sessions> {
  const path = join(resolve(host.folder), `.s.PGSQL.${SESSION_PORT}`);
  const length = Buffer.byteLength(path);
  if (length > MAX_PATH_BYTES) {
    tell(
      `other commands must wait for this one: the path of the socket in the data folder has ${length} bytes, and the system takes ${MAX_PATH_BYTES}`,
    );
    return NONE;
  }
  const stopping = new AbortController();
  // each session listens
  setMaxListeners(0, stopping.signal);
  const clients: Clients = new Map();
  const open = new Map<Socket, { restingSince: number | null; readonly served: Promise<void> }>();
  const serve = (socket: Socket) => {
    if (open.size >= MAX_SESSIONS && !makeRoom(open)) {
      const hint = 'wait for another session to end';
      return endConnection(
        socket.on('error', () => undefined),
        {
          code: '53300',
          message: `there are ${MAX_SESSIONS} sessions already`,
          hint,
        },
      );
    }
    const onRest = (isResting: boolean) => {
      const session = open.get(socket);
      if (session !== undefined) session.restingSince = isResting ? performance.now() : null;
    };
    const { signal } = stopping;
    const served = serveConnection(socket, { host, clients, serverVersion, onRest, signal })
      .catch((error: unknown) => tell(`a session has failed: ${toMessage(error)}`))
      .finally(() => open.delete(socket));
    open.set(socket, { restingSince: null, served });
  };
  const server = createServer(serve);
  try {
    await listen(server, path);
  } catch (error) {
    tell(`other commands must wait for this one: the data folder can have no socket: ${toMessage(error)}`);
    return NONE;
  }
  server.on('error', (error) => tell(`sessions cannot begin: ${toMessage(error)}`));
  return {
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      stopping.abort();
      await Promise.all([...open.values()].map(({ served }) => served));
      await closed;
    },
  };
}

/** Rights that nobody but the user gets, in the moment in which the system makes the socket. */
const PRIVATE_UMASK = 0o177;

async function listen(server: Server, path: string): Promise<void> {
  // who has the lock is alone: the process that has made this one is dead
  await rm(path, { force: true });
  const before = process.umask(PRIVATE_UMASK);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, () => {
        server.off('error', reject);
        resolve();
      });
      // listen has made the socket when it returns
      process.umask(before);
    });
  } finally {
    process.umask(before);
  }
  await chmod(path, 0o600);
}

/** Ends the session that has been at rest for the longest time. @returns false if none has for long */
function makeRoom(open: ReadonlyMap<Socket, { readonly restingSince: number | null }>): boolean {
  const [longest] = [...open]
    .flatMap(([socket, { restingSince }]) => (restingSince === null ? [] : [{ socket, restingSince }]))
    .toSorted((a, b) => a.restingSince - b.restingSince);
  if (longest === undefined || performance.now() - longest.restingSince < IDLE_MS) return false;
  endConnection(longest.socket, {
    code: '57P05',
    message: 'terminating connection: it was idle, and another client needs its place',
    hint: null,
  });
  return true;
}
