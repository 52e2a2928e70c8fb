// Apache with `logtally pipe` behind its log, under load, while Apache is restarted gracefully, PostgreSQL is killed and started, and
// the processes behind the pipe are killed: the totals must be exact, with log files and without. Then Apache's own latency beside a
// plain log. Prints a table, and ends with 1 if a promise does not hold.
//
//   npm run soak:pipe -- --seconds 60 --rate 1000 --rounds 40

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { COMBINED_IDS, formatPipedLog, startApache } from '../support/apache.js';
import { runCli } from '../support/cli.js';
import { dropDatabase, queryOnce } from '../support/database-server.js';
import { readWritten } from '../support/piped-lines.js';
import { waitForNone } from '../support/piped-processes.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { type Disturbances, disturb } from './disturbances.js';
import { measureLatency } from './latency.js';
import { startLoad } from './load.js';
import { judgeFiles, judgeNoFiles, type Promised, type Stored } from './pipe-promises.js';

const DISTURBANCES: Disturbances = {
  'graceful restart': 5,
  'PostgreSQL restart': 3,
  'kill of the writer': 5,
  'kill of the counter': 2,
};

/** Milliseconds that the processes behind the pipe may take to end when Apache has ended. */
const END_MS = 120_000;

interface Options {
  readonly seconds: number;
  readonly rate: number;
  /** Pairs of rounds of latency; 0 for none. */
  readonly rounds: number;
}

type Report = (line: string) => void;

/** Loads and disturbs Apache with a pipe of the given kind. @returns what was promised, and what came of it */
async function soak(
  server: PostgresServer,
  isSpooled: boolean,
  { options, report }: { readonly options: Options; readonly report: Report },
): Promise<readonly Promised[]> {
  const folder = await mkdtemp(join(tmpdir(), 'logtally-soak-pipe-'));
  const url = await server.createDatabase();
  const environment = { DATABASE_URL: url };
  const piped = join(folder, 'piped');
  const place = isSpooled ? `--no-files --spool ${piped}` : join(piped, '%Y', '%m', '%d', 'access.log');
  const logs = `${COMBINED_IDS}\n${formatPipedLog(place, 'combined_ids')}`;
  const apache = await startApache({ folder, logs, environment });
  try {
    const load = startLoad({ port: apache.port, rate: options.rate, seconds: options.seconds, first: 1 });
    const disturbing = disturb(
      { apache, server, path: piped },
      { wanted: DISTURBANCES, durationMs: options.seconds * 1000, report },
    );
    const [asked, happened] = await Promise.all([load.result, disturbing]);
    await apache.stop();
    await waitForNone(piped, END_MS);
    const stored = await readStored(url, environment);
    report((await apache.readErrors()).replace(/^/gm, '    '));
    report(
      `${isSpooled ? 'no files' : 'files'}: ${asked.answered.length} requests answered in ${options.seconds} s, ${asked.broken.length} broken off; ${Object.entries(
        happened,
      )
        .map(([kind, times]) => `${times} × ${kind}`)
        .join(', ')}`,
    );
    const kills = happened['kill of the writer'];
    return isSpooled
      ? judgeNoFiles({ asked, stored, kills }, piped)
      : judgeFiles({ asked, stored, kills }, readWritten(piped));
  } finally {
    await apache.stop();
    await waitForNone(piped, END_MS);
    await dropDatabase(server.url, url);
    await rm(folder, { recursive: true, force: true });
  }
}

async function readStored(url: string, environment: Readonly<Record<string, string>>): Promise<Stored> {
  const rows = await queryOnce(
    url,
    "select content_type || ' ' || object_id as object, hit_count::int as hits from logtally.object_ranking",
  );
  const [sum] = await queryOnce(url, 'select coalesce(sum(lines), 0)::int as lines from logtally.batch');
  const verified = await runCli(['verify'], { environment });
  return {
    hits: new Map(rows.map(({ object, hits }) => [String(object), Number(hits)])),
    lines: Number(sum?.['lines']),
    verified: verified.code === 0 ? null : `${verified.stdout}${verified.stderr}`,
  };
}

function formatPromises(title: string, promises: readonly Promised[]): string {
  const width = Math.max(...promises.map(({ what }) => what.length));
  const lines = promises.map(
    ({ what, value, holds }) => `  ${holds ? 'holds ' : 'BROKEN'}  ${what.padEnd(width)}  ${value}`,
  );
  return `${title}\n${lines.join('\n')}`;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      rate: { type: 'string', default: '1000' },
      rounds: { type: 'string', default: '40' },
    },
  });
  const read = (name: keyof typeof values): number => {
    const number = Number(values[name]);
    if (!Number.isInteger(number) || number < 0) throw new Error(`--${name}: '${values[name]}' is no number`);
    return number;
  };
  return { seconds: read('seconds'), rate: read('rate'), rounds: read('rounds') };
}

const options = readOptions();
const report: Report = (line) => void process.stdout.write(`${line}\n`);
const server = await startPostgres();
try {
  const judged: Promised[] = [];
  const judge = (title: string, promises: readonly Promised[]) => {
    judged.push(...promises);
    report(formatPromises(title, promises));
  };
  if (options.seconds > 0) {
    judge('log files', await soak(server, false, { options, report }));
    judge('no files, a spool', await soak(server, true, { options, report }));
    await sleep(1000);
  }
  if (options.rounds > 0)
    judge('latency beside a plain log', await measureLatency(server, { ...options, report }));
  if (judged.some(({ holds }) => !holds)) process.exitCode = 1;
} finally {
  await server.stop();
}
