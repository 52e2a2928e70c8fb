// Apache's own latency with `logtally pipe` behind its log, beside another Apache with a plain log: the same load on both by turns.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Apache, COMBINED_IDS, formatPipedLog, startApache } from '../support/apache.js';
import { dropDatabase } from '../support/database-server.js';
import { waitForNone } from '../support/piped-processes.js';
import type { PostgresServer } from '../support/postgres.js';
import { startLoad } from './load.js';
import type { Promised } from './pipe-promises.js';

const ROUND_SECONDS = 2;
const WARM_UP_SECONDS = 3;

/** After a round the last lines are still being counted. */
const PAUSE_MS = 1000;
const END_MS = 120_000;

/** A twentieth more. */
const MAX_RATIO = 1.05;

export interface LatencyOptions {
  /** Requests a second. */
  readonly rate: number;
  /** Each of a round with the one and a round with the other. */
  readonly rounds: number;
  readonly report: (line: string) => void;
}

interface Round {
  readonly median: number;
  readonly p99: number;
}

/** Starts both, and asks them by turns; who is first changes with each pair. */
export async function measureLatency(
  server: PostgresServer,
  options: LatencyOptions,
): Promise<readonly Promised[]> {
  const folder = await mkdtemp(join(tmpdir(), 'logtally-latency-'));
  const url = await server.createDatabase();
  const start = async (name: string, log: string) => {
    const own = join(folder, name);
    await mkdir(own);
    const logs = `${COMBINED_IDS}\n${log}`;
    return startApache({ folder: own, logs, environment: { DATABASE_URL: url } });
  };
  const piped = join(folder, 'written');
  const apaches: Apache[] = [];
  try {
    const plain = await start('plain', `CustomLog ${join(folder, 'plain.log')} combined_ids`);
    apaches.push(plain);
    const behind = await start('piped', formatPipedLog(join(piped, '%Y-%m-%d.log'), 'combined_ids'));
    apaches.push(behind);
    return await compare(plain, behind, options);
  } finally {
    for (const apache of apaches) await apache.stop();
    await waitForNone(piped, END_MS);
    await dropDatabase(server.url, url);
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(plain: Apache, piped: Apache, options: LatencyOptions): Promise<readonly Promised[]> {
  const { rate, rounds, report } = options;
  let first = 1;
  const ask = async ({ port }: Apache, seconds: number): Promise<Round> => {
    const { latencies, answered } = await startLoad({ port, rate, seconds, first }).result;
    first += rate * seconds;
    if (answered.length < (rate * seconds) / 2) report(`only ${answered.length} requests in ${seconds} s`);
    await sleep(PAUSE_MS);
    const sorted = latencies.toSorted((one, other) => one - other);
    return { median: getQuantile(sorted, 0.5), p99: getQuantile(sorted, 0.99) };
  };
  for (const apache of [plain, piped]) await ask(apache, WARM_UP_SECONDS);
  const pairs: { readonly plain: Round; readonly piped: Round }[] = [];
  report('latency in ms     plain median      p99   piped median      p99    ratio of medians');
  for (let at = 0; at < rounds; at += 1) {
    const early = await ask(at % 2 === 0 ? plain : piped, ROUND_SECONDS);
    const late = await ask(at % 2 === 0 ? piped : plain, ROUND_SECONDS);
    const pair = at % 2 === 0 ? { plain: early, piped: late } : { plain: late, piped: early };
    pairs.push(pair);
    report(`  round ${String(at + 1).padStart(2)}   ${formatPair(pair.plain, pair.piped)}`);
  }
  const sum = (pick: (pair: (typeof pairs)[number]) => Round): Round => ({
    median: getMedian(pairs.map((pair) => pick(pair).median)),
    p99: getMedian(pairs.map((pair) => pick(pair).p99)),
  });
  const [all, beside] = [sum((pair) => pair.plain), sum((pair) => pair.piped)];
  report(`  median     ${formatPair(all, beside)}`);
  // each pair is compared with itself: the machine's speed drifts by more than what is measured
  const ratio = getMedian(pairs.map((pair) => pair.piped.median / pair.plain.median));
  return [
    {
      what: `median ratio of ${rounds} pairs of rounds is at most ${MAX_RATIO}`,
      value: ratio.toFixed(3),
      holds: ratio <= MAX_RATIO,
    },
  ];
}

function formatPair(plain: Round, piped: Round): string {
  const numbers = [plain.median, plain.p99, piped.median, piped.p99].map((value) =>
    value.toFixed(3).padStart(12),
  );
  return `${numbers.join('')}${(piped.median / plain.median).toFixed(3).padStart(12)}`;
}

/** @param sorted from the least */
function getQuantile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}

function getMedian(values: readonly number[]): number {
  return getQuantile(
    values.toSorted((one, other) => one - other),
    0.5,
  );
}
