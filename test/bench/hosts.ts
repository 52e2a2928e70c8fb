// Many hosts and one database: twenty processes ingest at once, each a log of its own over the same objects, as cron starts them.
// Merges are serial, so a host waits; what it waits for is read from the server's log.

import { join } from 'node:path';
import { formatTable } from '../../src/output/table.js';
import { formatCount } from '../../src/output/text.js';
import { dropDatabase, queryOnce } from '../support/database-server.js';
import { runLogtally } from './contenders.js';
import { listHolds, listWaits, type Wait } from './lock-waits.js';
import { type Spread, toSpread } from './measure.js';
import type { Bench } from './part.js';
import type { Promised } from './promises.js';
import { formatDigits, toColumns } from './sections.js';
import { logStatements, type Statement, watchStatements } from './server-log.js';
import { findDifference, readTotals } from './totals.js';
import { WORKLOADS, writeLog } from './workloads.js';

const HOSTS = 20;
/** Seconds of a wait, or the share of it, in which nobody may have had the lock: the server has to wake one process after the other. */
const MAX_IDLE_SECONDS = 0.5;
const MAX_IDLE_SHARE = 0.1;

interface HostsRun {
  /** From the first start to the last end. */
  readonly seconds: number;
  /** The longest single wait of a host. */
  readonly longestWaitSeconds: number;
  /** All waits of the host that waited most. */
  readonly mostWaitSeconds: number;
  /** Seconds under the lock, of all hosts. */
  readonly lockSeconds: number;
  readonly overtaken: number;
  /** The longest part of a wait in which nobody had the lock, and whether it is more than handing over takes. */
  readonly idleSeconds: number;
  readonly isIdleTooLong: boolean;
}

export interface Hosts {
  readonly lines: number;
  readonly runs: number;
  /** One process that ingests the same logs, one after the other. */
  readonly aloneSeconds: Spread;
  readonly together: readonly HostsRun[];
  readonly promises: readonly Promised[];
}

/** Talks on stderr meanwhile. */
export async function measureHosts(bench: Bench): Promise<Hosts> {
  const { lines, runs } = bench.options;
  const paths = await writeHostLogs(bench);
  const alone: number[] = [];
  const together: HostsRun[] = [];
  const differences: string[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const round = await measureRound(bench, paths);
    alone.push(round.aloneSeconds);
    together.push(round.together);
    if (round.difference !== null) differences.push(round.difference);
    const [hosts, one] = [round.together.seconds, round.aloneSeconds].map((seconds) => seconds.toFixed(2));
    console.error(`run ${run} of ${runs}: ${hosts} s, one process ${one} s`);
  }
  return { lines, runs, aloneSeconds: toSpread(alone), together, promises: judge(together, differences) };
}

/** Each host has a log of its own over the objects that all of them have. */
async function writeHostLogs({ folder, options: { lines } }: Bench): Promise<readonly string[]> {
  const ownLines = Math.ceil(lines / HOSTS);
  console.error(`writing ${HOSTS} logs of ${ownLines} lines ...`);
  const settings = WORKLOADS.one_day.toLogOptions(lines);
  const paths: string[] = [];
  for (let host = 1; host <= HOSTS; host += 1) {
    const toLogOptions = () => ({ ...settings, lines: ownLines, seed: host });
    const path = join(folder, `host-${host}.log`);
    paths.push((await writeLog({ ...WORKLOADS.one_day, toLogOptions }, ownLines, path)).path);
  }
  return paths;
}

/** Lets one process ingest all logs, and then a process for each, into databases of their own. */
async function measureRound({ server }: Bench, paths: readonly string[]) {
  const [aloneUrl, url] = [await server.createDatabase(), await server.createDatabase()];
  try {
    for (const databaseUrl of [aloneUrl, url]) await runLogtally(['init'], databaseUrl);
    await queryOnce(server.url, 'checkpoint');
    const aloneSeconds = (await runLogtally(['ingest', ...paths], aloneUrl)).measurement.seconds;
    await queryOnce(server.url, 'checkpoint');
    await logStatements(server.url, url);
    const startedAt = performance.now();
    const statements = await watchStatements(server, url, async () => {
      await Promise.all(paths.map((path) => runLogtally(['ingest', path], url)));
    });
    const together = toRun(statements, (performance.now() - startedAt) / 1000);
    const difference = findDifference(
      { name: 'one process', totals: await readTotals(aloneUrl, 'logtally.object_ranking') },
      { name: `${HOSTS} hosts`, totals: await readTotals(url, 'logtally.object_ranking') },
    );
    return { aloneSeconds, together, difference };
  } finally {
    for (const databaseUrl of [aloneUrl, url]) await dropDatabase(server.url, databaseUrl);
  }
}

function toRun(statements: readonly Statement[], seconds: number): HostsRun {
  const holds = listHolds(statements);
  const waits = listWaits(holds);
  const byHost = new Map<number, number>();
  for (const { hold, seconds: waited } of waits)
    byHost.set(hold.process, (byHost.get(hold.process) ?? 0) + waited);
  const isTooLong = ({ seconds: waited, idleSeconds }: Wait) =>
    idleSeconds > Math.max(MAX_IDLE_SECONDS, waited * MAX_IDLE_SHARE);
  return {
    seconds,
    longestWaitSeconds: Math.max(...waits.map((wait) => wait.seconds)),
    mostWaitSeconds: Math.max(...byHost.values()),
    lockSeconds: holds.reduce((sum, { from, until }) => sum + (until - from) / 1000, 0),
    overtaken: waits.reduce((sum, { overtakenBy }) => sum + overtakenBy, 0),
    idleSeconds: Math.max(...waits.map(({ idleSeconds }) => idleSeconds)),
    isIdleTooLong: waits.some(isTooLong),
  };
}

function judge(together: readonly HostsRun[], differences: readonly string[]): readonly Promised[] {
  const overtaken = together.reduce((sum, run) => sum + run.overtaken, 0);
  const idle = Math.max(...together.map(({ idleSeconds }) => idleSeconds));
  return [
    {
      promise: `${HOSTS} hosts at once count what one process counts, and none fails`,
      found: differences.length === 0 ? 'they do' : differences.join('; '),
      holds: differences.length === 0,
    },
    {
      promise: 'no host waits longer than the merges before it',
      found: `${overtaken} overtaken; the lock was free for ${(idle * 1000).toFixed(0)} ms of a wait at most`,
      holds: overtaken === 0 && together.every(({ isIdleTooLong }) => !isIdleTooLong),
    },
  ];
}

/** The part's lines of the report. */
export function formatHosts({ lines, runs, aloneSeconds, together }: Hosts): readonly string[] {
  const spread = (read: (run: HostsRun) => number) => {
    const { median, min, max } = toSpread(together.map(read));
    return [formatDigits(median), `${formatDigits(min)}-${formatDigits(max)}`];
  };
  return [
    '',
    `hosts     ${runs} times ${HOSTS} processes at once, ${formatCount(Math.ceil(lines / HOSTS))} lines each over the same objects; waits from the server's log:`,
    '          from the question for the merge lock to its answer, and whose transactions had it meanwhile',
    '',
    formatTable(toColumns('seconds', 'median', 'min-max'), [
      ['from the first start to the last end', ...spread(({ seconds }) => seconds)],
      ['longest wait', ...spread((run) => run.longestWaitSeconds)],
      ['all waits of the host that waited most', ...spread((run) => run.mostWaitSeconds)],
      ['under the lock, all hosts', ...spread((run) => run.lockSeconds)],
      [
        'one process, the same logs',
        formatDigits(aloneSeconds.median),
        `${formatDigits(aloneSeconds.min)}-${formatDigits(aloneSeconds.max)}`,
      ],
    ]).trimEnd(),
    `${formatCount(Math.round(lines / toSpread(together.map(({ seconds }) => seconds)).median))} lines/s over all`,
  ];
}
