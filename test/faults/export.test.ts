// What an export leaves alone, and what it leaves behind when it does not get to its end.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { readEverything, readServer, runExport } from '../support/export.js';
import { lines } from '../support/logs.js';
import { succeed, type Target } from '../support/targets.js';
import { it } from '../support/test.js';
import { type ProxyFault, startProxy } from './proxy.js';

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
    const before = await readServer(target);
    const { code, stdout, stderr } = await runExport(source, target);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toMatch(told);
    expect(stderr).toContain('nothing was changed');
    expect(stderr).toContain('hint: export into another database');
    expect(await readServer(target)).toEqual(before);
  });

  it('is left as it is: runs of another database with the same numbers', async ({ openTarget }) => {
    const [source, target] = [await openTarget('postgres'), await openTarget('postgres')];
    for (const database of [source, target]) await succeed(database, ['ingest', '--quiet'], lines(0, 10));
    const { code, stderr } = await runExport(source, target);
    expect(code).toBe(4);
    expect(stderr).toMatch(/holds what \S+ does not have: run 1 of /);
  });
});

describe('a server with runs of its own that counted nothing', () => {
  it('is brought up to date: an idle run is no loss', async ({ openTarget, folder }) => {
    const [source, target] = [await openTarget('postgres'), await openTarget('postgres')];
    const log = join(folder, 'a.log');
    await writeFile(log, lines(0, 10));
    await succeed(source, ['ingest', '--quiet', log]);
    expect((await runExport(source, target)).code).toBe(0);
    await succeed(target, ['ingest', '--quiet', log]);
    expect((await runExport(source, target)).code).toBe(0);
    await writeFile(log, lines(0, 20));
    await succeed(target, ['ingest', '--quiet', log]);
    expect((await runExport(source, target)).code).toBe(4);
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

describe('an export that does not get to its end', { timeout: 120_000 }, () => {
  it('leaves the server as it was, whatever ends it, and the next one gets to its end', async ({
    openTarget,
  }) => {
    const [source, target] = [await openTarget('postgres'), await openTarget('postgres')];
    await succeed(source, ['ingest', '--quiet'], lines(0, 10));
    expect((await runExport(source, target)).code).toBe(0);
    const before = await readServer(target);
    await succeed(source, ['ingest', '--quiet'], lines(10, 30));
    for (const [fault, code] of FAULTS) {
      const ended = await runExport(source, target, [], { fault });
      expect({ fault, ended }).toMatchObject({ fault, ended: { code, stdout: '' } });
      expect(await readServer(target)).toEqual(before);
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
