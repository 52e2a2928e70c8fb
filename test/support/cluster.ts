// A PostgreSQL data folder and the one server process that runs on it. The server runs as another user when
// the tests run as root, which PostgreSQL refuses.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { queryOnce } from './database-server.js';
import { prepareBinaries } from './postgres-binaries.js';

/** The user and group "nobody". */
export const UNPRIVILEGED_ID = 65534;
const START_TIMEOUT_MS = 30_000;
const POLL_MS = 20;
const LOG_LINES_SHOWN = 20;
/** What the log says while processes of a killed server still hold its memory or its port. */
const PREDECESSOR_LIVES = /is still in use|Address already in use|lock file .* already exists/;

export interface ClusterOptions {
  /** The folder with `bin/initdb` and `bin/postgres`. */
  readonly binaries: string;
  /** An existing empty folder for the data, the log, the Unix socket and a copy of the binaries. */
  readonly folder: string;
  /** The superuser that is created. */
  readonly user: string;
  readonly password: string;
  /** Added to the environment of the server's processes. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Cluster {
  /** The process id of the server, or null while it does not run. */
  readonly pid: number | null;
  /**
   * Starts the server with these settings and returns when it answers at `url`. While processes of a killed
   * predecessor linger it tries again, for 30 seconds.
   *
   * @throws Error with the end of the server's log if it does not start.
   */
  start(url: string, settings: Readonly<Record<string, string>>): Promise<void>;
  /** Sends the server the signal, without waiting; does nothing if it does not run. */
  signal(signal: NodeJS.Signals): void;
  /** Sends the server the signal and returns when it is dead. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/**
 * Creates the data folder with initdb: UTF8, locale C, passwords by scram-sha-256.
 *
 * @throws Error with the words of initdb if it fails.
 */
export async function createCluster(options: ClusterOptions): Promise<Cluster> {
  const { folder, environment = {} } = options;
  const binaries = await prepareBinaries(options.binaries, folder);
  const dataFolder = join(folder, 'data');
  await runInitdb(binaries, dataFolder, options);

  let server: ChildProcess | null = null;
  const cluster: Cluster = {
    get pid() {
      return server !== null && isAlive(server) ? (server.pid ?? null) : null;
    },
    start: async (url, settings) => {
      if (cluster.pid !== null) throw new Error(`the test server already runs, as process ${cluster.pid}`);
      const deadline = Date.now() + START_TIMEOUT_MS;
      const logFile = join(folder, 'log');
      const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      for (;;) {
        const log = openSync(logFile, 'w');
        const process = processOptions(folder);
        server = spawn(join(binaries, 'bin', 'postgres'), ['-D', dataFolder, ...args], {
          ...process,
          env: { ...process.env, ...environment },
          stdio: ['ignore', log, log],
        });
        closeSync(log);
        await once(server, 'spawn');
        if (await answers(server, url, deadline)) return;
        await cluster.end('SIGQUIT');
        const words = await readFile(logFile, 'utf8');
        if (Date.now() > deadline || !PREDECESSOR_LIVES.test(words)) {
          throw new Error(`the test server did not start; the end of its log:\n${lastLines(words)}`);
        }
        await sleep(POLL_MS);
      }
    },
    signal: (signal) => {
      server?.kill(signal);
    },
    end: async (signal) => {
      if (server === null || !isAlive(server)) return;
      const exit = once(server, 'exit');
      server.kill(signal);
      await exit;
    },
  };
  return cluster;
}

async function runInitdb(binaries: string, dataFolder: string, options: ClusterOptions): Promise<void> {
  const { folder, user, password } = options;
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  const run = promisify(execFile);
  if (isRoot()) await run('chown', ['-Rh', `${UNPRIVILEGED_ID}:${UNPRIVILEGED_ID}`, folder]);
  const access = ['--username', user, '--pwfile', passwordFile, '--auth', 'scram-sha-256'];
  const text = ['--encoding', 'UTF8', '--locale', 'C'];
  await run(
    join(binaries, 'bin', 'initdb'),
    ['--pgdata', dataFolder, '--no-sync', ...access, ...text],
    processOptions(folder),
  ).catch((error: unknown) => {
    const hint = `user ${UNPRIVILEGED_ID} runs it for root, and must be able to enter the folder: set TMPDIR`;
    const reason = error instanceof Error ? error.message : error;
    throw new Error(`initdb failed in "${folder}"${isRoot() ? ` (${hint})` : ''}: ${reason}`, {
      cause: error,
    });
  });
}

/** Returns true once the server answers a query, false if it dies or the deadline (ms since 1970) passes. */
async function answers(server: ChildProcess, url: string, deadline: number): Promise<boolean> {
  while (isAlive(server) && Date.now() < deadline) {
    const answered = await queryOnce(url, 'select 1').then(
      () => true,
      () => false,
    );
    if (answered) return isAlive(server);
    await sleep(POLL_MS);
  }
  return false;
}

function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** The user, folder and environment of a server process: PG* variables of the caller would change its settings. */
function processOptions(folder: string) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
  const env = { ...Object.fromEntries(inherited), LC_ALL: 'C' };
  return { cwd: folder, env, ...(isRoot() ? { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID } : {}) };
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-LOG_LINES_SHOWN).join('\n');
}
