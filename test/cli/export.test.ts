import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, inject } from 'vitest';
import { finishCli, runCli } from '../support/cli.js';
import { readEverything, runExport, startExport, TABLES } from '../support/export.js';
import { lines, requestLine } from '../support/logs.js';
import { OFTEN_TESTED, succeed } from '../support/targets.js';
import { it } from '../support/test.js';

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

const HOSTILE_LOG = HOSTILE_IDS.map((id) => requestLine({ ids: `core.photo ${id}` })).join('');

describe.each(OFTEN_TESTED)('an export from %s', { timeout: 120_000 }, (kind) => {
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
    const withoutObject = 'x - - [14/Apr/2026:10:22:31 +0200] "GET / HTTP/1.1" 200 5 "-" "-" - -\n';
    // one more hit of an object on a day that another log has
    const oneMore = requestLine({ client: 'x', ids: `core.photo ${HOSTILE_IDS.at(-1)}` });
    await succeed(source, ['ingest', '--quiet'], withoutObject + oneMore);
    const { code, stdout, stderr } = await runExport(source, target);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^object_hits {2,}[\d,]+$/m);
    expect(stdout).toMatch(/rows, 46,017 hits, copied to \S+ in /);
    const everything = await readEverything(source);
    for (const table of TABLES) expect(everything[table]?.length).toBeGreaterThan(0);
    expect(everything['object_hits']?.filter((row) => row.includes('x'.repeat(512)))).toHaveLength(1);
    expect(await readEverything(target)).toEqual(everything);
    await succeed(target, ['verify']);
    // not left to autovacuum, which comes later; on Citus the nodes know it
    const planned = `select reltuples > 0 as is_planned from pg_class where oid = 'logtally.object_hits'::regclass`;
    expect(await target.query(planned)).toEqual([{ is_planned: inject('citus') === null }]);

    const again = JSON.parse(await succeed(target, ['ingest', '--json', ...logs, 'fixtures/access.log.gz']));
    expect(again).toMatchObject({ run: 4, lines: 0, batches: 0 });
    expect(JSON.parse(await succeed(target, ['ingest', '--json'], lines(60, 70)))).toMatchObject({
      lines: 10,
    });
    await succeed(target, ['undo', '1']);
    expect(await target.query('select sum(hit_count)::int as hits from logtally.object_hits')).toEqual([
      { hits: 11 },
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
    const none = await runCli(['export', '--data-dir', folder, '--to', url]);
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toContain('nothing has been counted yet');
  });
});
