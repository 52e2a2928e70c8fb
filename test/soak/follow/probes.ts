// From request to row: how long after its answer a request is seen by whoever asks the database.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createStore, type Kind, type Server } from '../kills.js';
import { watchCoreWait } from './core-wait.js';
import { createFollowing, openClient } from './program.js';
import { findQuantile, type Result } from './result.js';
import { repeat, startNginx } from './web-server.js';

/** Requests a second. */
const LOAD = 200;
const PROBES = 25;

const OBJECTS = 5000;
const POLL_MS = 5;
const WANTED_MS = 2000;

/** A probe that is not seen by then never will be. */
const PATIENCE_MS = 60_000;

const SEEN = `
  select object_id from logtally.object_ranking
  where site = 'default' and content_type = 'probe' and object_id = any ($1)`;

/** @throws Error if a request is never seen */
export async function measureProbes(server: Server, kind: Kind, probes: number): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'logtally-probes-'));
  const store = await createStore(server, kind);
  const nginx = await startNginx(join(folder, 'nginx'));
  const following = createFollowing(store, [nginx.log]);
  const end = new AbortController();
  try {
    following.start();
    await following.waitForStart();
    const client = await openClient(store);
    const waiting = watchCoreWait(following.pid ?? 0, end.signal);
    let requests = 0;
    const load = repeat(LOAD, end.signal, () => {
      requests += 1;
      void nginx.request(`/photo/${requests % OBJECTS}`);
    });
    const answeredAt = new Map<string, number>();
    let asked = 0;
    const asking = repeat(PROBES, end.signal, () => {
      if (asked === probes) return;
      asked += 1;
      const id = String(asked);
      void nginx.request(`/probe/${id}`).then(() => answeredAt.set(id, performance.now()));
    });
    const delaysMs: number[] = [];
    const ask = async (ids: readonly string[]) =>
      (await client.query<{ object_id: string }>(SEEN, [ids])).rows;
    let longestPauseMs = 0;
    let polledAt = performance.now();
    for (let seenAt = polledAt; delaysMs.length < probes; await sleep(POLL_MS)) {
      const now = performance.now();
      longestPauseMs = Math.max(longestPauseMs, now - polledAt);
      polledAt = now;
      for (const { object_id: id } of await ask([...answeredAt.keys()])) {
        delaysMs.push(performance.now() - (answeredAt.get(id) ?? 0));
        answeredAt.delete(id);
        seenAt = performance.now();
      }
      if (performance.now() - seenAt > PATIENCE_MS) throw new Error(`${answeredAt.size} probes are not seen`);
    }
    end.abort();
    await Promise.all([load, asking]);
    await client.end();
    await following.end('SIGTERM');
    return describe(kind, delaysMs, { longestPauseMs, coreWaitMs: await waiting });
  } finally {
    end.abort();
    following.signal('SIGKILL');
    await nginx.stop();
    await store.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param machine the longest pause between two looks, and how long `follow` waited for a core in its worst second */
function describe(
  kind: Kind,
  delaysMs: readonly number[],
  machine: { readonly longestPauseMs: number; readonly coreWaitMs: number | null },
): Result {
  const sorted = delaysMs.toSorted((a, b) => a - b);
  const worst = findQuantile(sorted, 1);
  const [median, high, most] = [findQuantile(sorted, 0.5), findQuantile(sorted, 0.99), worst].map(Math.round);
  return {
    promise: `from request to row under ${WANTED_MS / 1000} s (${kind})`,
    found:
      `${sorted.length} probes beside ${LOAD} requests/s: median ${median} ms, p99 ${high} ms, worst ${most} ms; ` +
      `longest pause between two looks ${Math.round(machine.longestPauseMs)} ms; ` +
      `in its worst second follow waited ${machine.coreWaitMs === null ? 'an unknown time' : `${Math.round(machine.coreWaitMs)} ms`} for cores`,
    isKept: worst < WANTED_MS,
  };
}
