// A PostgreSQL server of the tests' own: made from nothing in a temporary folder, killed and started again at
// will, and gone at the end.
//
// fsync is off, for speed: what was committed survives the death of the server (the operating system has it),
// though not the death of the machine.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, createCluster } from './cluster.js';
import { checkServer, createDatabase } from './database-server.js';
import { getPostgresBinaries } from './postgres-binaries.js';

const SUPERUSER = 'logtally_test';
const SPEED_SETTINGS = { fsync: 'off', full_page_writes: 'off', max_connections: '50' };

export interface PostgresOptions {
  /** The folder with `bin/initdb` and `bin/postgres`; by default what `getPostgresBinaries` finds. */
  readonly binaries?: string;
  /** Server settings beside, or instead of, those for speed: `{ max_connections: '10' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The superuser's password; by default one that nobody knows. */
  readonly password?: string;
  /** Added to the environment of the server's processes: `{ HOME: '/...' }`. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface PostgresServer {
  /** The maintenance database, as a superuser, over TCP: `postgres://logtally_test:...@127.0.0.1:PORT/postgres`. */
  readonly url: string;
  /** The folder of the server's Unix socket, fit for PGHOST; the port is that of the URL. */
  readonly socketFolder: string;
  /** The server's version as `server_version_num` gives it: 150018 is 15.18. */
  readonly version: number;
  /** The process id of the postmaster, or null while it does not run. */
  readonly pid: number | null;
  /** Creates an empty database with a new name and returns its URL. */
  createDatabase(): Promise<string>;
  /** Kills the postmaster with SIGKILL, as a crash would, and returns when it is dead. */
  kill(): Promise<void>;
  /**
   * Starts the killed server again, on the same data and port, and returns when it answers.
   *
   * @throws Error with the end of the server's log if it does not start.
   */
  start(): Promise<void>;
  /** Stops the server and removes everything it has written. */
  stop(): Promise<void>;
}

/**
 * Makes a new PostgreSQL server and starts it. It ends with `stop()`, or with the process that started it.
 *
 * @throws Error that says what to do if there are no binaries, or with the server's words if it does not start.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const binaries = getPostgresBinaries(options.binaries === undefined ? undefined : [options.binaries]);
  const folder = await mkdtemp(join(tmpdir(), 'logtally-pg-'));
  const { password = randomBytes(16).toString('hex'), environment = {} } = options;
  let cluster: Cluster | null = null;

  const removeFolder = () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  const forget = onProcessEnd(() => {
    cluster?.signal('SIGQUIT');
    removeFolder();
  });
  const stop = async () => {
    await cluster?.end('SIGQUIT');
    removeFolder();
    forget();
  };

  try {
    const created = await createCluster({ binaries, folder, user: SUPERUSER, password, environment });
    cluster = created;
    const port = await findFreePort();
    const url = `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`;
    const address = { port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: folder };
    const start = () => created.start(url, { ...SPEED_SETTINGS, ...options.settings, ...address });
    await start();
    return {
      url,
      socketFolder: folder,
      version: await checkServer(url),
      get pid() {
        return created.pid;
      },
      createDatabase: () => createDatabase(url),
      kill: () => created.end('SIGKILL'),
      start,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Calls `cleanUp`, which must be synchronous, when this process ends, also by a signal; returns how to undo it. */
function onProcessEnd(cleanUp: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const onSignal = (signal: NodeJS.Signals) => {
    forget();
    cleanUp();
    // A listener takes the signal's own effect away; the last one gives it back.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const forget = () => {
    process.off('exit', cleanUp);
    for (const signal of signals) process.off(signal, onSignal);
  };
  process.once('exit', cleanUp);
  for (const signal of signals) process.once(signal, onSignal);
  return forget;
}

/** Finds a TCP port of this machine that nobody uses now. */
export async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no TCP port is free');
  return address.port;
}
