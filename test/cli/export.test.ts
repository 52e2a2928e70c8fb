import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { lines } from '../faults/logs.js';
import type { ProxyFault } from '../faults/proxy.js';
import { startProxy } from '../faults/proxy.js';
import { type CliResult, finishCli, runCli, startCli } from '../support/cli.js';
import { TARGET_KINDS, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

const TABLES = [
  'content_type',
  'run',
  'log_stream',
  'stream_digest',
  'batch',
  'known_archive',
  'object_hits',
  'object_hits_daily',
  'hit_count_rank',
  'hit_delta',
] as const;

/** Every row of every table as text, by way of the command: it sets the time zone and the form of times. */
const EVERYTHING = `select ${TABLES.map(
  (table) =>
    `(select jsonb_agg(t::text order by t::text collate "C") from logtally.${table} as t) as ${table}`,
).join(', ')}`;

async function readEverything(target: Target): Promise<Readonly<Record<string, readonly string[] | null>>> {
  const { code, stdout, stderr } = await target.run(['query', '--json', EVERYTHING]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout)[0];
}

/** The URL of the server without its password, and the password where it belongs. */
function toServer(url: string) {
  const server = new URL(url);
  const environment = { PGPASSWORD: decodeURIComponent(server.password) };
  server.password = '';
  return { url: server.href, environment };
}

interface ExportOptions {
  readonly fault?: string;
  /** A URL of the target in place of its own. */
  readonly url?: string;
}

function startExport(source: Target, target: Target, args: readonly string[], options: ExportOptions = {}) {
  const { url, environment } = toServer(options.url ?? target.environment['DATABASE_URL'] ?? '');
  const fault = options.fault === undefined ? {} : { LOGTALLY_FAULT: options.fault };
  return startCli(['export', '--to', url, ...args], { ...source.environment, ...environment, ...fault });
}

function runExport(
  source: Target,
  target: Target,
  args: readonly string[] = [],
  options: ExportOptions = {},
): Promise<CliResult> {
  return finishCli(startExport(source, target, args, options));
}

/** Runs a command that must succeed, and say nothing unasked. */
async function succeed(target: Target, args: readonly string[], input = ''): Promise<string> {
  const { code, stdout, stderr } = await target.run(args, { input });
  expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
  return stdout;
}

function line(type: string, id: string, day = '14/Apr/2026'): string {
  return `203.0.113.9 - - [${day}:10:22:31 +0200] "GET /p HTTP/1.1" 200 5 "-" "UA" ${type} ${id}\n`;
}

/** What COPY's text, a terminal or a spreadsheet could take for something else. */
const HOSTILE_IDS = [
  '\\\\N',
  '\\\\.',
  '\\x5c',
  'a\\\\tb\\\\\\\\',
  '\\x1b[31m',
  '\\xe2\\x80\\xae',
  '日本\\xf0\\x9f\\x98\\x80',
  '=1+1\'\\"',
  'x'.repeat(512),
];

const HOSTILE_LOG = HOSTILE_IDS.map((id) => line('core.photo', id)).join('');

describe.each(TARGET_KINDS)('an export from %s', { timeout: 120_000 }, (kind) => {
  it('moves everything: ingest goes on at the server and counts no line twice', async ({
    openTarget,
    folder,
  }) => {
    const [source, target] = [await openTarget(kind), await openTarget('postgres')];
    const [log, hostile, packed] = ['a\nb.log', 'hostile.log', 'old.log.gz'].map((name) =>
      join(folder, name),
    );
    const logs = [log ?? '', hostile ?? '', packed ?? ''];
    await writeFile(logs[0] ?? '', lines(0, 20));
    await writeFile(logs[1] ?? '', HOSTILE_LOG);
    await writeFile(logs[2] ?? '', gzipSync(lines(30, 50)));
    await succeed(source, ['ingest', '--quiet', ...logs, 'fixtures/access.log.gz']);
    await succeed(source, ['ingest', '--quiet', '--site', 'blog'], lines(60, 70));
    await succeed(source, ['undo', '2']);
    const { code, stdout, stderr } = await runExport(source, target);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^object_hits {2,}[\d,]+$/m);
    expect(stdout).toMatch(/rows, 46,016 hits, copied to \S+ in /);
    const everything = await readEverything(source);
    for (const table of TABLES) expect(everything[table]?.length).toBeGreaterThan(0);
    expect(everything['object_hits']?.filter((row) => row.includes('x'.repeat(512)))).toHaveLength(1);
    expect(await readEverything(target)).toEqual(everything);
    await succeed(target, ['verify']);
    // not left to autovacuum, which comes later
    const planned = `select reltuples > 0 as is_planned from pg_class where oid = 'logtally.object_hits'::regclass`;
    expect(await target.query(planned)).toEqual([{ is_planned: true }]);

    const again = JSON.parse(await succeed(target, ['ingest', '--json', ...logs, 'fixtures/access.log.gz']));
    expect(again).toMatchObject({ run: 3, lines: 0, batches: 0 });
    expect(JSON.parse(await succeed(target, ['ingest', '--json'], lines(60, 70)))).toMatchObject({
      lines: 10,
    });
    await succeed(target, ['undo', '1']);
    expect(await target.query('select sum(hit_count)::int as hits from logtally.object_hits')).toEqual([
      { hits: 10 },
    ]);
  });

  it('does nothing where the server has everything, and brings it up to date where there is more', async ({
    openTarget,
    folder,
  }) => {
    const [source, target] = [await openTarget(kind), await openTarget('postgres')];
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 20));
    await succeed(source, ['ingest', '--quiet', log]);
    await succeed(source, ['ingest', '--quiet'], lines(100, 120));
    expect(await runExport(source, target, ['--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' });
    const versions = 'select xmin::text as version from logtally.object_hits order by object_id';
    const before = await target.query(versions);
    const unchanged = await runExport(source, target);
    expect(unchanged).toMatchObject({ code: 0, stderr: '' });
    expect(unchanged.stdout).toMatch(/^nothing to do: \S+ has all \d+ rows, 40 hits\n$/);
    expect(await target.query(versions)).toEqual(before);

    // the numbers of the batch and the stream that are taken back are given again
    await succeed(source, ['undo', '2']);
    await writeFile(log, lines(20, 30), { flag: 'a' });
    await succeed(source, ['ingest', '--quiet', log]);
    const { code, stdout, stderr } = await runExport(source, target, ['--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { tables, ...told } = JSON.parse(stdout);
    expect(told).toMatchObject({ state: 'replaced', hits: 30 });
    expect(tables).toMatchObject({ run: 3, batch: 2, object_hits: 30 });
    expect(await readEverything(target)).toEqual(await readEverything(source));
    await succeed(target, ['verify']);
    expect(JSON.parse(await succeed(target, ['ingest', '--json', log]))).toMatchObject({ lines: 0 });
  });
});

/** What makes the target differ in a way that the source does not explain. */
const OWN_DATA: readonly (readonly [
  what: string,
  change: (target: Target) => Promise<unknown>,
  told: RegExp,
])[] = [
  ['a run', (target) => succeed(target, ['ingest', '--quiet'], lines(50, 51)), /run 3 of \d{4}-.*Z;/],
  ['a run that was undone there', (target) => succeed(target, ['undo', '2']), /run 2 of /],
  [
    'another batch',
    (target) => target.query('update logtally.batch set end_byte = end_byte + 1 where batch_id = 1'),
    /run 1 of /,
  ],
  [
    'hits that no run counted',
    (target) => target.query('update logtally.object_hits set hit_count = 2 where object_id = $$7$$'),
    /21 hits, of which its runs counted 20/,
  ],
];

describe('a server that has something of its own', () => {
  it.for(OWN_DATA)('is left as it is: %s', async ([, change, told], { openTarget }) => {
    const [source, target] = [await openTarget('postgres'), await openTarget('postgres')];
    await succeed(source, ['ingest', '--quiet'], lines(0, 10));
    await succeed(source, ['ingest', '--quiet'], lines(10, 20));
    expect((await runExport(source, target)).code).toBe(0);
    await change(target);
    const before = await readEverything(target);
    const { code, stdout, stderr } = await runExport(source, target);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toMatch(told);
    expect(stderr).toContain('nothing was changed');
    expect(stderr).toContain('hint: export into another database');
    expect(await readEverything(target)).toEqual(before);
  });

  it('is left as it is: runs of another database with the same numbers', async ({ openTarget }) => {
    const [source, target] = [await openTarget('postgres'), await openTarget('postgres')];
    for (const database of [source, target]) await succeed(database, ['ingest', '--quiet'], lines(0, 10));
    const { code, stderr } = await runExport(source, target);
    expect(code).toBe(4);
    expect(stderr).toMatch(/holds what \S+ does not have: run 1 of /);
  });
});

const FAULTS = [
  ['locked:1', null],
  ['copying:7', null],
  ['copying:12', null],
  ['copied:1', null],
  ['before_commit:1', null],
  ['copying:12:disconnect', 1],
  ['copying:12:SIGINT', 130],
  ['copied:1:SIGTERM', 130],
] as const;

describe('an export that does not get to its end', () => {
  it('leaves the server as it was, whatever ends it, and the next one gets to its end', async ({
    openTarget,
  }) => {
    const [source, target] = [await openTarget('postgres'), await openTarget('postgres')];
    await succeed(source, ['ingest', '--quiet'], lines(0, 10));
    expect((await runExport(source, target)).code).toBe(0);
    const before = await readEverything(target);
    await succeed(source, ['ingest', '--quiet'], lines(10, 30));
    for (const [fault, code] of FAULTS) {
      const ended = await runExport(source, target, [], { fault });
      expect({ fault, ended }).toMatchObject({ fault, ended: { code, stdout: '' } });
      expect(await readEverything(target)).toEqual(before);
    }
    expect((await runExport(source, target, [], { fault: 'commit_sent:1' })).code).toBe(null);
    expect((await runExport(source, target)).code).toBe(0);
    expect(await readEverything(target)).toEqual(await readEverything(source));
  });

  it('from the embedded database does so as well, also where the server held nothing', async ({
    openTarget,
  }) => {
    const [source, target] = [await openTarget('embedded'), await openTarget('postgres')];
    expect((await target.run(['init'])).code).toBe(0);
    await succeed(source, ['ingest', '--quiet'], lines(0, 10));
    expect((await runExport(source, target, [], { fault: 'copying:12' })).code).toBe(null);
    expect(await target.query('select count(*)::int as runs from logtally.run')).toEqual([{ runs: 0 }]);
    expect((await runExport(source, target)).code).toBe(0);
    expect(await readEverything(target)).toEqual(await readEverything(source));
  });

  it.for<readonly [ProxyFault, string]>([
    ['lose row', 'rows of pg_temp.source_content_type were sent'],
    ['change row', 'would differ in'],
    ['cut copy', 'hint: run the command again'],
  ])('because rows were not what was sent: %s', async ([fault, told], { openTarget }) => {
    const [source, target] = [await openTarget('postgres'), await openTarget('postgres')];
    await succeed(source, ['ingest', '--quiet'], lines(0, 10));
    const proxy = await startProxy(target.environment['DATABASE_URL'] ?? '', { fault });
    try {
      const { code, stdout, stderr } = await runExport(source, target, [], { url: proxy.url });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(told);
      expect(await target.query('select count(*)::int as runs from logtally.run')).toEqual([{ runs: 0 }]);
    } finally {
      await proxy.close();
    }
  });

  it('because the server changes a total', async ({ openTarget }) => {
    const [source, target] = [await openTarget('postgres'), await openTarget('postgres')];
    await succeed(source, ['ingest', '--quiet'], lines(0, 10));
    await target.run(['init']);
    await target.query(`create function public.change_total() returns trigger language plpgsql as
      $$ begin new.hit_count := new.hit_count + 1; return new; end $$`);
    await target.query(`create trigger change_total before insert on logtally.object_hits
      for each row when (new.object_id = '7') execute function public.change_total()`);
    const { code, stderr } = await runExport(source, target);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /object_hits has 10 rows, 10 hits .* would have 10 rows, 11 hits .*nothing was stored/,
    );
    expect(await target.query('select count(*)::int as objects from logtally.object_hits')).toEqual([
      { objects: 0 },
    ]);
  });
});

describe('export', () => {
  it('reads one state of a server that goes on counting', async ({ openTarget }) => {
    const [source, target] = [await openTarget('postgres'), await openTarget('postgres')];
    await succeed(source, ['ingest', '--quiet'], lines(0, 10));
    const before = await readEverything(source);
    const child = startExport(source, target, ['--json'], { fault: 'copying:7:2000ms' });
    const answer = finishCli(child);
    await new Promise((resolve) => child.stderr?.once('data', resolve));
    await succeed(source, ['ingest', '--quiet'], lines(10, 20));
    expect(await answer).toMatchObject({ code: 0, stderr: 'logtally: paused at copying\n' });
    expect(await readEverything(target)).toEqual(before);
  });

  it('refuses the database that it exports, under whatever address', async ({ openTarget }) => {
    const source = await openTarget('postgres');
    await succeed(source, ['ingest', '--quiet'], lines(0, 10));
    const url = new URL(source.environment['DATABASE_URL'] ?? '');
    url.searchParams.set('application_name', 'another');
    const { code, stderr } = await runExport(source, source, [], { url: url.href });
    expect(code).toBe(2);
    expect(stderr).toContain('--to names the database that is exported');
    await succeed(source, ['verify']);
  });

  it('says what is wrong with its options, and shows no password', async ({ openTarget, folder }) => {
    const [source, target] = [await openTarget('postgres'), await openTarget('postgres')];
    await succeed(source, ['ingest', '--quiet'], lines(0, 10));
    expect((await source.run(['export'])).code).toBe(2);
    const wrong = await source.run(['export', '--to', 'mysql://stats:secret@db/stats']);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain('--to is not a database URL');
    const url = target.environment['DATABASE_URL'] ?? '';
    const visible = await source.run(['export', '--to', url]);
    expect(visible.code).toBe(0);
    expect(visible.stderr).toContain('can see the password on the command line');
    for (const { stdout, stderr } of [wrong, visible]) {
      expect(stdout + stderr).not.toContain('secret');
      expect(stdout + stderr).not.toContain(new URL(url).password);
    }
    const none = await runCli(['export', '--data-dir', join(folder, 'none'), '--to', url]);
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toContain('nothing has been counted yet');
  });
});
