// What happens to Apache, PostgreSQL and the processes behind the pipe while requests come: spread over the time, in random order.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Apache } from '../support/apache.js';
import { killPiped } from '../support/piped-processes.js';
import type { PostgresServer } from '../support/postgres.js';

/** Milliseconds that PostgreSQL is away. */
const AWAY_MS = 1500;

const KINDS = [
  'graceful restart',
  'PostgreSQL restart',
  'kill of the writer',
  'kill of the counter',
] as const;
export type Disturbance = (typeof KINDS)[number];

/** How often each of them happens. */
export type Disturbances = Readonly<Record<Disturbance, number>>;

export interface Disturbed {
  readonly apache: Apache;
  readonly server: PostgresServer;
  /** The path that tells the processes behind the pipe from others. */
  readonly path: string;
}

/** Does all of them, and returns how often each has happened: a process that was about to start cannot be killed. */
export async function disturb(
  disturbed: Disturbed,
  {
    wanted,
    durationMs,
    report,
  }: {
    readonly wanted: Disturbances;
    readonly durationMs: number;
    readonly report: (line: string) => void;
  },
): Promise<Disturbances> {
  const done = { ...wanted };
  const order = KINDS.flatMap((kind) =>
    Array.from({ length: wanted[kind] }, () => ({ kind, at: Math.random() })),
  )
    .toSorted((one, other) => one.at - other.at)
    .map(({ kind }) => kind);
  const startedAt = performance.now();
  for (const [at, kind] of order.entries()) {
    const dueMs = ((at + 0.5 + Math.random() / 2) / (order.length + 0.5)) * durationMs;
    await sleep(Math.max(0, startedAt + dueMs - performance.now()));
    report(`  ${((performance.now() - startedAt) / 1000).toFixed(1).padStart(5)} s  ${kind}`);
    if (!(await happen(kind, disturbed))) done[kind] -= 1;
  }
  return done;
}

/** @returns false if there was nothing that it could happen to */
async function happen(kind: Disturbance, { apache, server, path }: Disturbed): Promise<boolean> {
  switch (kind) {
    case 'graceful restart':
      apache.restartGracefully();
      return true;
    case 'PostgreSQL restart':
      await server.kill();
      await sleep(AWAY_MS);
      await server.start();
      return true;
    case 'kill of the writer':
      return retry(() => killPiped('writes', path));
    case 'kill of the counter':
      return retry(() => killPiped('counts', path));
  }
}

const TRIES = 50;
const RETRY_MS = 100;

/** Tries until there is something to kill: after another kill the next process takes its time. */
async function retry(kill: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (kill()) return true;
    await sleep(RETRY_MS);
  }
  return false;
}
