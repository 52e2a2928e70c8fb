// `logtally follow` as it was built, started and ended again and again.

import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type CliResult, finishCli, startCli } from '../../support/cli.js';
import type { Store } from '../kills.js';

/** Milliseconds that a start may take on a machine under load. */
const START_MS = 60_000;

export interface Following {
  /** Starts it, and returns at once. */
  start(): void;
  /** Waits until it follows. */
  waitForStart(): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Null if it was never started. */
  readonly pid: number | null;
  /**
   * Ends it, and waits until it has ended.
   *
   * @throws Error if it had ended before, or if it does not end with 0 at SIGTERM
   */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** @param args what stands behind `logtally follow` */
export function createFollowing(store: Store, args: readonly string[]): Following {
  let child: ChildProcess | null = null;
  let ended: Promise<CliResult> | null = null;
  let isFollowing = false;
  return {
    start() {
      isFollowing = false;
      child = startCli(['follow', ...args], { TZ: 'UTC', ...store.environment });
      child.stderr?.on('data', (text: Buffer) => {
        if (text.includes('logtally: following ')) isFollowing = true;
      });
      ended = finishCli(child);
    },
    async waitForStart() {
      for (let waitedMs = 0; !isFollowing; waitedMs += 20) {
        if (waitedMs > START_MS || child?.exitCode !== null) throw new Error('follow has not started');
        await sleep(20);
      }
    },
    get pid() {
      return child?.pid ?? null;
    },
    signal(name) {
      child?.kill(name);
    },
    async end(signal) {
      child?.kill(signal);
      const result = await ended;
      const wanted = signal === 'SIGTERM' ? 0 : null;
      if (result?.code !== wanted) throw new Error(`follow ended with ${result?.code}: ${result?.stderr}`);
    },
  };
}

/** Connects to a server, or to the process that has the embedded database open, as any program would. */
export async function openClient({ environment }: Store): Promise<pg.Client> {
  const { DATABASE_URL: url, LOGTALLY_DATA_DIR: folder = '' } = environment;
  const embedded = { host: folder, port: 5432, user: 'anybody', database: 'anything', ssl: false };
  const client = new pg.Client(url === undefined ? embedded : { connectionString: url });
  // told by the statement that fails
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/**
 * Asks for one number until it is as wanted: connections come and go with `follow`.
 *
 * @returns whether it became so in time
 */
export async function waitForNumber(
  store: Store,
  {
    statement,
    isWanted,
    patienceMs,
  }: {
    readonly statement: string;
    readonly isWanted: (found: number) => boolean;
    readonly patienceMs: number;
  },
): Promise<boolean> {
  for (const startedAt = performance.now(); performance.now() - startedAt < patienceMs; await sleep(100)) {
    const found = await askNumber(store, statement).catch(() => null);
    if (found !== null && isWanted(found)) return true;
  }
  return false;
}

async function askNumber(store: Store, statement: string): Promise<number> {
  const client = await openClient(store);
  try {
    const { rows } = await client.query<{ readonly number: string }>(statement);
    return Number(rows[0]?.number);
  } finally {
    await client.end();
  }
}
