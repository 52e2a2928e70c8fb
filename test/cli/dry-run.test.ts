// ingest --dry-run: it tells what the ingest after it does, and leaves every table as it was.

import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';
import { describe, expect } from 'vitest';
import { type CliResult, runCli } from '../support/cli.js';
import { requestLine, startIngest } from '../support/logs.js';
import { OFTEN_TESTED, readTables, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

const EVERYTHING = String(2 ** 31 - 1);
const JUNK = 'this is no log line\n';

const TABLES = [
  'schema_version',
  'content_type',
  'object_hits',
  'object_hits_daily',
  'object_hits_yearly',
  'content_type_daily',
  'hit_month',
  'hit_count_rank',
  'run',
  'batch',
  'log_stream',
  'stream_digest',
  'known_archive',
  'addition',
  'hit_delta',
  'piped_line',
] as const;

/** Every row of every table. */
async function readEverything(target: Target): Promise<readonly Record<string, unknown>[]> {
  const tables = TABLES.map(
    (name) => `select '${name}' as name, to_jsonb(t)::text as row from logtally.${name} as t`,
  );
  return target.query(`${tables.join(' union all ')} order by 1, 2`);
}

/** Lines of a log that no other number gives; which objects have how many hits is scattered, with many equal ones. */
function makeLog(number: number, lines: number): string {
  let state = number;
  const pick = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
  return Array.from({ length: lines }, (_, at) => {
    const type = ['7', 'core.photo', `only.${number}`][pick(7) % 3];
    const time = `${10 + pick(5)}/Apr/2026:10:${10 + number}:${10 + (at % 50)} +0200`;
    return requestLine({ time, ids: `${type} o${pick(9) * pick(9)}` });
  }).join('');
}

interface ObjectHits {
  readonly site: string;
  readonly contentType: string;
  readonly objectId: string;
  readonly hits: number;
  readonly rank: number;
}

async function readObjects(target: Target): Promise<readonly ObjectHits[]> {
  return JSON.parse((await target.run(['top', '--json', '--limit', EVERYTHING])).stdout);
}

/** What a dry run has to say, found by comparing all objects before and after the ingest. */
function compareObjects(before: readonly ObjectHits[], after: readonly ObjectHits[]) {
  const toName = ({ site, contentType, objectId }: ObjectHits) =>
    JSON.stringify([site, contentType, objectId]);
  const known = new Map(before.map((object) => [toName(object), object]));
  const compared = after.map((object) => ({ ...object, was: known.get(toName(object)) }));
  const gains = compared
    .map(({ site, contentType, objectId, hits, rank, was }) => ({
      site,
      contentType,
      objectId,
      gained: hits - (was?.hits ?? 0),
      hitsBefore: was?.hits ?? 0,
      hitsAfter: hits,
      rankBefore: was?.rank ?? null,
      rankAfter: rank,
    }))
    .filter(({ gained }) => gained > 0)
    .toSorted((a, b) => b.gained - a.gained || (toKey(a) < toKey(b) ? -1 : 1));
  return {
    gains: gains.slice(0, 10),
    newObjects: compared.filter(({ was }) => was === undefined).length,
    changedRanks: compared.filter(({ was, rank }) => was !== undefined && was.rank !== rank).length,
  };
}

function toKey({
  contentType,
  objectId,
}: {
  readonly contentType: string;
  readonly objectId: string;
}): string {
  return `${contentType} ${objectId}`;
}

/** What both a run and a dry run print as JSON, without what is another each time. */
function toAccount({ stdout }: CliResult) {
  const { run, seconds, dryRun, gains, newObjects, changedRanks, ...account } = JSON.parse(stdout);
  return account;
}

describe.each(OFTEN_TESTED)('ingest --dry-run in %s', (kind) => {
  it('tells what the ingest after it does, and changes no table', { timeout: 120_000 }, async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const logs = [join(folder, 'a.log'), join(folder, 'b.log'), join(folder, 'c.log.gz')] as const;
    await writeFile(logs[0], makeLog(1, 900));
    await writeFile(logs[1], makeLog(2, 150) + JUNK);
    await writeFile(logs[2], gzipSync(makeLog(3, 80)));
    let objects: readonly ObjectHits[] = [];
    for (const args of [[logs[0]], [logs[1], logs[2]]]) {
      const tables = args[0] === logs[0] ? null : await readEverything(target);
      const dry = await target.run(['ingest', '--dry-run', '--json', '--undo-days', '0', ...args]);
      if (tables !== null) expect(await readEverything(target)).toEqual(tables);
      const real = await target.run(['ingest', '--json', ...args]);
      expect(dry).toMatchObject({ code: 0, stderr: real.stderr });
      expect(toAccount(dry)).toEqual(toAccount(real));
      const after = await readObjects(target);
      const expected = compareObjects(objects, after);
      expect(JSON.parse(dry.stdout)).toMatchObject({ run: null, dryRun: true, ...expected });
      expect(expected.gains).toHaveLength(10);
      objects = after;
      if (tables !== null) expect(Math.min(expected.newObjects, expected.changedRanks)).toBeGreaterThan(5);
    }
    const runs = await target.query('select count(*)::int as runs from logtally.run');
    expect(runs).toEqual([{ runs: 2 }]);
  });

  it('shows the gains in a table, and says first and last that nothing was stored', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const hits = (agent: string, ...ids: string[]) =>
      ids.map((id) => requestLine({ agent, ids: `7 ${id}` })).join('');
    await target.run(['ingest', '--quiet'], { input: hits('one', 'a', 'b', 'b') });
    const log = join(folder, 'access.log');
    await writeFile(log, hits('other', 'a', 'a', 'c'));
    const { code, stdout, stderr } = await target.run(['ingest', '--dry-run', log]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replace(/(?<=1 input), .+/, '')).toBe(`dry run: this would be counted
lines read      3
counted         3
without object  0
filtered        0
rejected        0
1 input

type  object  gained  hits before  after  rank before  after
7     a            2            1      3            2      1
7     c            1            -      1            -      3

new objects: 1; known objects whose rank changes: 2
dry run: nothing was stored
`);
    expect(await target.run(['ingest', '--dry-run', '--quiet', log])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  it('counts the same content once, and nothing of what is known', { timeout: 120_000 }, async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const copies = [
      join(folder, 'a.log'),
      join(folder, 'copy.log'),
      join(folder, 'a.log.gz'),
      join(folder, 'b.log.gz'),
    ];
    const text = makeLog(4, 500);
    for (const path of copies) await writeFile(path, path.endsWith('gz') ? gzipSync(text) : text);
    const dry = await target.run(['ingest', '--dry-run', '--json', ...copies]);
    const states = ['counted', 'known', 'known', 'known'].map((state) => expect.objectContaining({ state }));
    expect(JSON.parse(dry.stdout)).toMatchObject({ lines: 500, counted: 500, batches: 1, inputs: states });
    const real = await target.run(['ingest', '--json', ...copies]);
    expect(toAccount(dry)).toEqual(toAccount(real));
    const tables = await readEverything(target);
    const again = await target.run(['ingest', '--dry-run', '--json', ...copies]);
    const nothing = { lines: 0, counted: 0, batches: 0, gains: [], newObjects: 0, changedRanks: 0 };
    expect(JSON.parse(again.stdout)).toMatchObject({ ...nothing, alreadyCountedBytes: 4 * text.length });
    expect((await target.run(['ingest', '--dry-run', ...copies])).stdout).toContain(
      'no object would gain a hit',
    );
    expect(await readEverything(target)).toEqual(tables);
  });

  it('goes on after a fault that passes, from where the fault was', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const logs = [join(folder, 'a.log'), join(folder, 'b.log')];
    for (const [at, path] of logs.entries()) await writeFile(path, makeLog(at, 300));
    const environment = { ...target.environment, LOGTALLY_FAULT: 'merged:1:40001' };
    const dry = await runCli(['ingest', '--dry-run', '--json', ...logs], { environment });
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    const real = await target.run(['ingest', '--json', ...logs]);
    expect(toAccount(dry)).toEqual(toAccount(real));
    expect(JSON.parse(dry.stdout)).toMatchObject(compareObjects([], await readObjects(target)));
  });

  it('exits with the codes of the ingest, and stores nothing of the good inputs beside the bad ones', {
    timeout: 120_000,
  }, async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    await target.run(['init']);
    const path = (name: string) => join(folder, name);
    const packed = gzipSync(makeLog(6, 3000));
    await writeFile(path('good.log'), makeLog(5, 50) + JUNK);
    await writeFile(path('cut-off.log.gz'), packed.subarray(0, packed.length - 2000));
    const broken = Buffer.from(packed);
    broken.writeUInt32LE(1, broken.length - 8);
    await writeFile(path('broken.log.gz'), broken);
    const tables = await readEverything(target);
    for (const [names, code] of [
      [['good.log', 'cut-off.log.gz'], 3],
      [['good.log', 'broken.log.gz'], 3],
      [['good.log', 'missing.log'], 1],
      [['--max-rejects', '0', 'good.log'], 3],
    ] as const) {
      const args = names.map((name) => (/\.log/.test(name) ? path(name) : name));
      const dry = await target.run(['ingest', '--dry-run', '--json', ...args]);
      expect({ names, code: dry.code }).toEqual({ names, code });
      expect(toAccount(dry)).toMatchObject({ counted: expect.any(Number), rejected: 1 });
    }
    expect(await readEverything(target)).toEqual(tables);
  });

  it('refuses --rejects, which would keep lines', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const file = join(folder, 'rejects');
    const { code, stdout, stderr } = await target.run(['ingest', '--dry-run', '--rejects', file], {
      input: JUNK,
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/error: --dry-run and --rejects exclude each other\n.*hint: /);
    await expect(access(file)).rejects.toThrow('ENOENT');
  });
});

const FIND_SCHEMA = "select count(*)::int as schemas from pg_namespace where nspname = 'logtally'";

describe('a database without a schema stays without one', () => {
  it('on a server', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    const { code, stdout } = await target.run(['ingest', '--dry-run'], { input: makeLog(7, 50) });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('counted         50\n') });
    expect(await target.query(FIND_SCHEMA)).toEqual([{ schemas: 0 }]);
  });

  it('embedded', async ({ folder }) => {
    const args = ['ingest', '--dry-run', '--data-dir', folder];
    const { code, stdout } = await runCli(args, { input: makeLog(7, 50) });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('counted         50\n') });
    const database = await PGlite.create(join(folder, 'postgres'));
    try {
      expect((await database.query(FIND_SCHEMA)).rows).toEqual([{ schemas: 0 }]);
    } finally {
      await database.close();
    }
  });
});

describe('a dry run on a server', () => {
  it.for([
    ['merged:1:disconnect', 1, 'the dry run has stored nothing'],
    ['copying:1:disconnect', 1, 'the dry run has stored nothing'],
    ['commit_sent:3:disconnect', 1, 'the dry run has stored nothing'],
    ['copied:2:SIGINT', 130, 'interrupted; the dry run has stored nothing'],
    ['merged:1:kill', null, ''],
  ] as const)(
    'that ends early at %s stores nothing',
    async ([fault, code, message], { openTarget, folder }) => {
      const target = await openTarget('postgres');
      await target.run(['ingest', '--quiet'], { input: makeLog(8, 100) });
      const tables = await readEverything(target);
      const logs = [join(folder, 'a.log'), join(folder, 'b.log')];
      for (const [at, path] of logs.entries()) await writeFile(path, makeLog(at, 300));
      const environment = { ...target.environment, LOGTALLY_FAULT: fault };
      const dry = await runCli(['ingest', '--dry-run', ...logs], { environment });
      expect(dry).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
      expect(await readEverything(target)).toEqual(tables);
      expect((await target.run(['ingest', '--quiet', ...logs])).code).toBe(0);
    },
  );

  it('keeps other runs waiting until it ends, and holds no more locks for more inputs', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    await target.run(['init']);
    const logs = Array.from({ length: 40 }, (_, at) => join(folder, `${at}.log`));
    for (const [at, path] of logs.entries()) await writeFile(path, makeLog(at, 5));
    const environment = { ...target.environment, LOGTALLY_FAULT: 'recorded:40:3000ms' };
    // a log that comes again ends the group: so each log has a merge of its own
    const dry = startIngest(environment, ['--dry-run', ...logs.flatMap((log) => [log, log])]);
    await dry.paused;
    const [held] = await target.query(`
      select count(*)::int as locks
      from pg_locks as l
      join pg_stat_activity as a using (pid)
      where a.application_name = 'logtally'
        and a.datname = current_database()`);
    expect(held?.['locks']).toBeLessThan(100);
    const [, log = ''] = logs;
    const busy = await target.run(['ingest', '--lock-wait', '0', log]);
    expect(busy).toMatchObject({ code: 1, stderr: expect.stringContaining('another run is merging') });
    const busyDry = await target.run(['ingest', '--dry-run', '--lock-wait', '0', log]);
    expect(busyDry).toMatchObject({ code: 1, stderr: expect.stringContaining('another run is merging') });
    expect(await dry.answer).toMatchObject({ code: 0, account: { lines: 200, batches: 40 } });
    expect(await target.run(['ingest', '--json', ...logs])).toMatchObject({ code: 0 });
    expect((await readTables(target))['object_hits']?.length).toBeGreaterThan(0);
  });
});
