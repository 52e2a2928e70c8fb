// Kills the program at random moments of an ingest of 300,000 lines, again and again, and then lets one run finish: the
// totals must be exact. From files and from a pipe, into PostgreSQL and into an embedded database.
//
//   npm run soak:kills -- 200

import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';
import { generateLog } from '../../fixtures/generate.js';
import { finishCli, runCli, startCli } from '../support/cli.js';
import { dropDatabase, queryOnce } from '../support/database-server.js';
import { countByAwk, type ObjectCount } from '../support/oracle.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';

const LINES = 300_000;
const FILES = 5;
const SERIES_KILLS = 10;

/** Where databases are created. */
export type Server = Pick<PostgresServer, 'url' | 'createDatabase'>;

const KINDS = [
  'files into postgres',
  'a pipe into postgres',
  'files into embedded',
  'a pipe into embedded',
] as const;
export type Kind = (typeof KINDS)[number];

export interface KillOptions {
  readonly kills: number;
  readonly lines: number;
  /** Kills of one database before it is let finish. */
  readonly series: number;
  /** A number from 0 up to but without 1. */
  readonly random: () => number;
  readonly report: (line: string) => void;
}

interface Logs {
  /** All lines in one. */
  readonly whole: string;
  /** The same lines in several files, every other one packed. */
  readonly parts: readonly string[];
  readonly expected: readonly ObjectCount[];
  readonly lines: number;
}

export interface Store {
  readonly environment: Readonly<Record<string, string>>;
  query(statement: string): Promise<readonly Record<string, unknown>[]>;
  remove(): Promise<void>;
}

/**
 * Kills as often as is wanted, in turn for each kind of input and database.
 *
 * @throws Error where a total is not exact
 */
export async function runKills(server: Server, options: KillOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'logtally-kills-'));
  try {
    const logs = await writeLogs(folder, options.lines);
    const undisturbedMs = new Map<Kind, number>();
    for (const kind of KINDS) undisturbedMs.set(kind, await measureUndisturbed(server, kind, logs));
    const killsOf = new Map<Kind, number>();
    for (let killed = 0, series = 0; killed < options.kills; series += 1) {
      const kind = KINDS[series % KINDS.length] ?? KINDS[0];
      const wanted = Math.min(options.series, options.kills - killed);
      const longestMs = undisturbedMs.get(kind) ?? 0;
      const { random } = options;
      const { kills, committed, endedMs } = await runSeries(server, kind, {
        logs,
        wanted,
        longestMs,
        random,
      });
      if (endedMs !== null) undisturbedMs.set(kind, endedMs);
      killed += kills;
      killsOf.set(kind, (killsOf.get(kind) ?? 0) + kills);
      options.report(`${killed} kills: ${kind}, ${kills} kills, ${committed} batches between them, exact`);
    }
    for (const [kind, kills] of killsOf) options.report(`${kind}: ${kills} kills`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeLogs(folder: string, lines: number): Promise<Logs> {
  const text = [...generateLog({ lines, objects: 20_000, days: 5, shareDirty: 0.001 })].join('');
  const whole = join(folder, 'whole.log');
  await writeFile(whole, text);
  const rows = text.split(/(?<=\n)/);
  const size = Math.ceil(rows.length / FILES);
  const parts: string[] = [];
  for (let at = 0; at < FILES; at += 1) {
    const part = rows.slice(at * size, (at + 1) * size).join('');
    const path = join(folder, at % 2 === 0 ? `part.${at}` : `part.${at}.gz`);
    await writeFile(path, at % 2 === 0 ? part : gzipSync(part));
    parts.push(path);
  }
  return { whole, parts, expected: await countByAwk(whole), lines: rows.length };
}

/** @returns how long an ingest takes, in milliseconds */
async function measureUndisturbed(server: Server, kind: Kind, logs: Logs): Promise<number> {
  const store = await createStore(server, kind);
  try {
    const startedAt = performance.now();
    await finish(store, kind.startsWith('a pipe') ? null : logs.parts, logs.whole);
    return performance.now() - startedAt;
  } finally {
    await store.remove();
  }
}

/** Creates an empty database with its tables. */
export async function createStore(server: Server, kind: Kind): Promise<Store> {
  const store = kind.endsWith('postgres') ? await createPostgresStore(server) : await createEmbeddedStore();
  const init = await runCli(['init'], { environment: store.environment });
  if (init.code !== 0) throw new Error(init.stderr);
  return store;
}

interface Series {
  readonly kills: number;
  /** Batches before the last run. */
  readonly committed: number;
  /** How long the run took that was faster than its kill, in milliseconds; null where all were killed. */
  readonly endedMs: number | null;
}

async function runSeries(
  server: Server,
  kind: Kind,
  {
    logs,
    wanted,
    longestMs,
    random,
  }: {
    readonly logs: Logs;
    readonly wanted: number;
    /** What an ingest takes that is not killed. */
    readonly longestMs: number;
    readonly random: () => number;
  },
): Promise<Series> {
  const isPipe = kind.startsWith('a pipe');
  const store = await createStore(server, kind);
  try {
    // a run that lives on may be killed later; one that was faster has counted everything
    let kills = 0;
    let endedMs: number | null = null;
    for (; kills < wanted; kills += 1) {
      endedMs = await killAfter(random() * longestMs, store, isPipe ? null : logs.parts, logs.whole);
      if (endedMs !== null) break;
    }
    const [row] = await store.query('select count(*)::int as batches from logtally.batch');
    await finish(store, isPipe ? null : logs.parts, logs.whole);
    await checkTotals(store, logs, kind);
    return { kills, committed: Number(row?.['batches']), endedMs };
  } finally {
    await store.remove();
  }
}

/** @returns how long it took, in milliseconds, where it was faster; null where it was killed */
async function killAfter(
  delayMs: number,
  store: Store,
  paths: readonly string[] | null,
  pipe: string,
): Promise<number | null> {
  const startedAt = performance.now();
  const child = startCli(['ingest', '--quiet', ...(paths ?? [])], store.environment);
  child.stdin?.on('error', () => {});
  const source = paths === null ? createReadStream(pipe) : null;
  if (child.stdin !== null) source?.pipe(child.stdin);
  const end = finishCli(child);
  const timer = setTimeout(() => child.kill('SIGKILL'), delayMs);
  const { code, stderr } = await end;
  source?.destroy();
  clearTimeout(timer);
  if (code === null) return null;
  if (code !== 0) throw new Error(`ended with ${code}: ${stderr}`);
  return performance.now() - startedAt;
}

async function finish(store: Store, paths: readonly string[] | null, pipe: string): Promise<void> {
  const options = paths === null ? { input: await readFile(pipe) } : {};
  const { code, stderr } = await runCli(['ingest', '--quiet', ...(paths ?? [])], {
    environment: store.environment,
    ...options,
  });
  if (code !== 0) throw new Error(`the last run ended with ${code}: ${stderr}`);
}

/** @throws Error if totals, ranks, days and batches are not those of the lines */
export async function checkTotals(
  store: Store,
  { expected, lines }: Pick<Logs, 'expected' | 'lines'>,
  kind: Kind,
): Promise<void> {
  const rows = await store.query(`
    select content_type, object_id, hit_count::text, hit_count_rank::text, first_hit_on::text, last_hit_on::text
    from logtally.object_ranking`);
  const found = rows.map((row) => Object.values(row).join(' '));
  const wanted = expected.map((count) =>
    [count.contentType, count.objectId, count.hits, count.rank, count.firstHitOn, count.lastHitOn].join(' '),
  );
  const missing = listOthers(wanted, found);
  const further = listOthers(found, wanted);
  if (missing.length + further.length > 0) {
    const such = (rows: readonly string[]) => rows.slice(0, 3).join(', ');
    throw new Error(
      `${kind}: ${missing.length} totals are missing (${such(missing)}), ${further.length} are wrong (${such(further)})`,
    );
  }
  const [sums] = await store.query(`
    select
      (select sum(lines)::int from logtally.batch) as lines,
      (select sum(counted)::int from logtally.batch) as counted,
      (select sum(hit_count)::int from logtally.object_hits_daily) as daily`);
  const hits = expected.reduce((sum, count) => sum + count.hits, 0);
  if (sums?.['lines'] !== lines || sums['counted'] !== hits || sums['daily'] !== hits) {
    throw new Error(`${kind}: ${lines} lines and ${hits} hits are ${JSON.stringify(sums)}`);
  }
}

function listOthers(rows: readonly string[], known: readonly string[]): readonly string[] {
  const set = new Set(known);
  return rows.filter((row) => !set.has(row));
}

async function createPostgresStore(server: Server): Promise<Store> {
  const url = await server.createDatabase();
  return {
    environment: { DATABASE_URL: url },
    query: (statement) => queryOnce(url, statement),
    remove: () => dropDatabase(server.url, url),
  };
}

async function createEmbeddedStore(): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'logtally-kills-data-'));
  return {
    environment: { LOGTALLY_DATA_DIR: folder },
    async query(statement) {
      // a kill may leave it empty, and PostgreSQL then refuses to start
      await rm(join(folder, 'postgres', 'postmaster.pid'), { force: true });
      const database = await PGlite.create(join(folder, 'postgres'));
      const { rows } = await database.query<Record<string, unknown>>(statement);
      await database.close();
      return rows;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

if (process.argv[1] === import.meta.filename) {
  const kills = Number(process.argv[2] ?? 200);
  const server = await startPostgres();
  try {
    const report = (line: string) => process.stdout.write(`${line}\n`);
    await runKills(server, { kills, lines: LINES, series: SERIES_KILLS, random: Math.random, report });
    report(`${kills} kills: totals of ${LINES} lines exact after the last quiet run of each series`);
  } finally {
    await server.stop();
  }
}
