// A month of `follow`, simulated as fast as it goes: so many days, each with so many commits of a few lines in two logs with all summaries,
// or in as many logs as `--logs` says.
// What is kept must not depend on how often was committed: the same lines in two commits a day are followed beside it.
//
//   npm run soak:month -- 30 288
//
// A day of one commit a second takes hours of the processor; it may be run for one database, and without summaries:
//
//   npm run soak:month -- 1 86400 --database postgres --no-summaries --logs 1

import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { DatabaseSettings } from '../../src/database/connect.js';
import type { Database } from '../../src/database/database.js';
import { createIngestSettings } from '../support/ingest-settings.js';
import { requestLine } from '../support/logs.js';
import { startPostgres } from '../support/postgres.js';
import { PROJECT_FOLDER } from '../support/project-folder.js';

// as it was built: the thread of the embedded database is a file of its own
const dist = `${PROJECT_FOLDER}dist/`;
const { openDatabase }: typeof import('../../src/database/connect.js') = await import(
  `${dist}database/connect.js`
);
const { follow }: typeof import('../../src/live/live.js') = await import(`${dist}live/live.js`);

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    database: { type: 'string' },
    logs: { type: 'string', default: '2' },
    'no-summaries': { type: 'boolean', default: false },
  },
});
const [days = 30, commits = 288] = positionals.map(Number);
const LOGS = Number(options.logs);
const LINES_PER_LOG_AND_COMMIT = 5;
const SUMMARIES = options['no-summaries']
  ? []
  : (['statuses', 'referrers', 'agents', 'visitors', 'clients', 'hours', 'bytes'] as const);

const SIZES = `
  select c.relname as name, pg_total_relation_size(c.oid)::bigint as bytes, greatest(c.reltuples, 0)::bigint as rows
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  where c.relkind = 'r' and (n.nspname = 'logtally' or c.relname in ('pg_class', 'pg_attribute', 'pg_type', 'pg_depend'))
  order by bytes desc, name`;

interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Resident bytes at the end of each tenth of the commits. */
  readonly memory: readonly number[];
  readonly sizes: ReadonlyMap<string, { readonly bytes: number; readonly rows: number }>;
}

/** The day of a commit, as log lines write it and as runs have it. */
function toDay(day: number) {
  const date = new Date(Date.UTC(2026, 0, 1 + day));
  const text = date.toISOString().slice(0, 10);
  const month = date.toLocaleString('en', { month: 'short', timeZone: 'UTC' });
  return { text, clf: `${text.slice(8)}/${month}/${text.slice(0, 4)}` };
}

function toLines(log: number, day: number, from: number, to: number): string {
  return Array.from({ length: to - from }, (_, at) => {
    const number = from + at;
    const seconds = Math.floor((number * 86_400) / (commits * LINES_PER_LOG_AND_COMMIT));
    const time = new Date(seconds * 1000).toISOString().slice(11, 19);
    return requestLine({
      client: `203.0.${number % 4}.${(number * 7 + log) % 50}`,
      time: `${toDay(day).clf}:${time} +0000`,
      target: `/photos/${number % 40}/`,
      ids: `photo ${number % 40}`,
    });
  }).join('');
}

async function followDays(database: Database, folder: string, perDay: number): Promise<Measured> {
  const logs = Array.from({ length: LOGS }, (_, log) => join(folder, `${perDay}-${log}.log`));
  for (const log of logs) await writeFile(log, '');
  const stop = new AbortController();
  let day = 0;
  let wanted = 0;
  let lines = 0;
  let onCounted: () => void = () => undefined;
  const base = createIngestSettings(logs, { undoDays: 30 });
  const settings = {
    ingest: { ...base, keys: { ...base.keys, summaries: SUMMARIES } },
    everyMs: 1,
    isSpooled: () => false,
  };
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const followed = follow(database, settings, {
    events: {
      begun: () => undefined,
      looked: () => undefined,
      problem: () => undefined,
      counted(_, results) {
        lines += results.reduce((sum, { account }) => sum + account.lines, 0);
        for (const { error } of results) if (error !== null) throw error;
        if (lines >= wanted) onCounted();
      },
      away: (error) => {
        throw error;
      },
      back: () => undefined,
      notReloaded: () => undefined,
    },
    progress: { packedBytes: 0, lines: 0 },
    version: 'soak',
    stop: stop.signal,
    end: new AbortController().signal,
    readSettings: async () => settings,
    onReload: () => undefined,
    today: () => toDay(day).text,
  });
  // not raced against each commit: a promise that never ends would keep what waits for it, which grows as a leak would
  let ended: { readonly error: unknown } | null = null;
  let onEnded: (error: unknown) => void = () => undefined;
  const end = (error: unknown) => {
    ended = { error };
    onEnded(error);
  };
  followed.then(() => end(new Error('it has ended')), end);
  const memory: number[] = [];
  const linesPerCommit = (commits * LINES_PER_LOG_AND_COMMIT) / perDay;
  for (day = 0; day < days; day += 1) {
    for (let commit = 0; commit < perDay; commit += 1) {
      wanted += LOGS * linesPerCommit;
      const counted = new Promise<void>((resolve, reject) => {
        onCounted = resolve;
        onEnded = reject;
        if (ended !== null) reject(ended.error);
      });
      for (const [log, path] of logs.entries())
        await appendFile(path, toLines(log, day, commit * linesPerCommit, (commit + 1) * linesPerCommit));
      await counted;
      const done = day * perDay + commit + 1;
      if (done % Math.max(1, Math.floor((days * perDay) / 10)) === 0) memory.push(process.memoryUsage.rss());
    }
  }
  stop.abort();
  await followed;
  const { user, system } = process.cpuUsage(cpuBefore);
  const seconds = (performance.now() - startedAt) / 1000;
  await database.query('vacuum analyze');
  const { rows } = await database.query(SIZES);
  const sizes = rows.map(
    (row) => [String(row['name']), { bytes: Number(row['bytes']), rows: Number(row['rows']) }] as const,
  );
  return { seconds, cpuSeconds: (user + system) / 1e6, memory, sizes: new Map(sizes) };
}

function report(name: string, often: Measured, seldom: Measured): void {
  const mebibytes = (bytes: number) => `${(bytes / 1_048_576).toFixed(1)} MiB`;
  const perCommit = (often.cpuSeconds * 1000) / (days * commits);
  console.log(`\n${name}: ${days} days, ${commits} commits a day in ${often.seconds.toFixed(0)} s`);
  console.log(
    `processor of the program ${perCommit.toFixed(1)} ms a commit; resident ${often.memory.map(mebibytes).join(', ')}`,
  );
  console.log(
    `${'table'.padEnd(24)}${`${commits} a day`.padStart(14)}${'rows'.padStart(12)}${'2 a day'.padStart(14)}${'rows'.padStart(12)}`,
  );
  for (const [table, { bytes, rows }] of often.sizes) {
    const other = seldom.sizes.get(table);
    if (bytes < 100_000) continue;
    console.log(
      `${table.padEnd(24)}${mebibytes(bytes).padStart(14)}${String(rows).padStart(12)}${mebibytes(other?.bytes ?? 0).padStart(14)}${String(other?.rows ?? 0).padStart(12)}`,
    );
  }
}

async function measure(settings: DatabaseSettings, folder: string, perDay: number): Promise<Measured> {
  const database = await openDatabase(settings, {
    environment: {},
    onCreate: () => undefined,
    onWait: () => undefined,
    signal: new AbortController().signal,
    command: 'follow',
    onlyReads: false,
  });
  try {
    return await followDays(database, folder, perDay);
  } finally {
    await database.close();
  }
}

const folder = await mkdtemp(join(tmpdir(), 'logtally-month-'));
const server = await startPostgres();
try {
  const isWanted = (name: string) => (options.database ?? name) === name;
  const onServer = async (perDay: number) =>
    measure({ kind: 'postgres', url: await server.createDatabase(), lockWaitSeconds: 60 }, folder, perDay);
  if (isWanted('postgres')) report('PostgreSQL', await onServer(commits), await onServer(2));
  const embedded = (perDay: number) =>
    measure(
      { kind: 'embedded', folder: join(folder, `data-${perDay}`), namedBy: null, lockWaitSeconds: 10 },
      folder,
      perDay,
    );
  if (isWanted('embedded')) report('embedded', await embedded(commits), await embedded(2));
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
