import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { BROWSER, ingest, requestLine } from '../support/logs.js';
import { OFTEN_TESTED, readNamedTables, readTables, succeed, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

/** Lines without ids, whose paths a rule or `--by-path` counts, on two days. */
function makeLog(name: string, from: number, to: number): string {
  return Array.from({ length: to - from }, (_, at) => {
    const serial = from + at;
    const time = `${14 + (serial % 2)}/Apr/2026:10:22:31 +0200`;
    const agent = serial % 3 === 0 ? 'Googlebot/2.1' : BROWSER;
    return requestLine({ time, target: `/${name}/${serial % 7}?${serial}`, agent });
  }).join('');
}

/** Two logs, and one that is packed. */
async function writeLogs(folder: string): Promise<readonly [a: string, b: string, packed: string]> {
  const paths = [join(folder, 'a.log'), join(folder, 'b.log'), join(folder, 'c.log.gz')] as const;
  await writeFile(paths[0], makeLog('a', 0, 40));
  await writeFile(paths[1], makeLog('b', 0, 30));
  await writeFile(paths[2], gzipSync(makeLog('c', 0, 20)));
  return paths;
}

/** The tables are those of a server that counted nothing but this, in these steps, and agree with each other. */
async function expectLike(
  target: Target,
  openTarget: () => Promise<Target>,
  steps: readonly (readonly string[])[],
): Promise<void> {
  await succeed(target, ['verify']);
  const never = await openTarget();
  await never.run(['init']);
  for (const step of steps) await succeed(never, ['ingest', '--quiet', ...step]);
  expect(await readNamedTables(target)).toEqual(await readNamedTables(never));
}

describe.each(OFTEN_TESTED)('ingest --recount in %s', { timeout: 240_000 }, (kind) => {
  it('counts one log of a run again under other rules, and leaves the others of that run', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const open = () => openTarget('postgres');
    const [a, b, packed] = await writeLogs(folder);
    await succeed(target, ['ingest', '--quiet', '--by-path', a, b, packed]);
    const args = ['ingest', '--json', '--by-path', '--skip-bots', '--recount', a, packed];
    const result = JSON.parse(await succeed(target, args));
    expect(result).toMatchObject({ run: 2, lines: 60, counted: 39, filtered: 21, alreadyCountedBytes: 0 });
    expect(result.inputs).toMatchObject([
      { state: 'counted', takenBack: [{ runs: [1], lines: 40, hits: 40 }] },
      { state: 'counted', takenBack: [{ runs: [1], lines: 20, hits: 20 }] },
    ]);
    const skipping = ['--by-path', '--skip-bots', a, packed];
    await expectLike(target, open, [['--by-path', b], skipping]);
    // known as before, also the archive without being unpacked
    const again = await ingest(target.environment, ['--by-path', '--skip-bots', a, b, packed]);
    expect(again).toMatchObject({ code: 0, account: { lines: 0, batches: 0 } });
    // the earlier run is taken back without the logs that were counted again, and the later one with them
    await succeed(target, ['undo', '1']);
    await expectLike(target, open, [skipping]);
    await succeed(target, ['undo', '2']);
    await expectLike(target, open, []);
  });

  it('counts a log again that has grown in several runs, or has a gap, twice and undone in another order', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const open = () => openTarget('postgres');
    const [a, b] = await writeLogs(folder);
    await succeed(target, ['ingest', '--quiet', '--by-path', a, b]);
    await appendFile(a, makeLog('a', 40, 60));
    await succeed(target, ['ingest', '--quiet', '--by-path', a]);
    await succeed(target, ['undo', '1']);
    // grown since, with a gap where run 1 was, and ids where there were rules
    await appendFile(a, makeLog('a', 60, 70));
    const first = JSON.parse(
      await succeed(target, ['ingest', '--json', '--by-path', '--skip-bots', '--recount', a]),
    );
    expect(first).toMatchObject({ run: 3, lines: 70, batches: 1 });
    expect(first.inputs[0].takenBack).toEqual([{ runs: [2], lines: 20, hits: 20 }]);
    await expectLike(target, open, [['--by-path', '--skip-bots', a]]);
    const second = JSON.parse(await succeed(target, ['ingest', '--json', '--by-path', '--recount', a, a]));
    expect(second).toMatchObject({ run: 4, lines: 70, counted: 70 });
    await expectLike(target, open, [['--by-path', a]]);
    await succeed(target, ['undo', '2']);
    await succeed(target, ['undo', '3']);
    await expectLike(target, open, [['--by-path', a]]);
    await succeed(target, ['undo', '4']);
    await expectLike(target, open, []);
    await succeed(target, ['ingest', '--quiet', '--by-path', a, b]);
    await expectLike(target, open, [['--by-path', a, b]]);
  });

  it('says in which run and how else a known log was counted, and how to mend it', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const [a, b] = await writeLogs(folder);
    const first = await target.run(['ingest', a]);
    expect(first.stderr).toContain('none of its 40 lines names an object, so nothing was counted');
    expect(first.stderr).toContain('logtally ingest --recount counts it again under other settings');
    expect(first.stderr).toContain('logtally undo 1');
    const same = await target.run(['ingest', a]);
    expect(same.stderr).toBe('');
    const filtered = await target.run(['ingest', '--by-path', '--method', 'POST', b]);
    expect(filtered.stderr).toContain(
      'the filters leave none of its 30 lines (method 30), so nothing was counted',
    );
    expect(filtered.stderr).toContain('logtally undo 3');
    const other = await target.run(['ingest', '--by-path', '--format', 'combined', a, b]);
    expect(other.code).toBe(0);
    expect(other.stderr).toMatch(
      /a\.log' was counted in run 1 \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\) under other settings: format combined_ids, now combined; --by-path off, now on\n/,
    );
    expect(other.stderr).toMatch(
      /b\.log' was counted in run 3 .*: format combined_ids, now combined; filters \(methods\)\n/,
    );
    expect(other.stderr).toContain('hint: logtally ingest --recount counts what is given again');
    expect(other.stderr).toContain('logtally undo 3');
    // growth is counted, and what was counted before it is said to be other; cron is not told each time
    await appendFile(a, makeLog('a', 40, 50));
    const grown = await target.run(['ingest', '--json', '--by-path', a]);
    expect(JSON.parse(grown.stdout)).toMatchObject({
      counted: 10,
      inputs: [{ otherSettings: [{ run: 1, differences: ['--by-path off, now on'] }] }],
    });
    expect(grown.stderr).toContain('was counted in run 1');
    expect(await target.run(['ingest', '--quiet', a, b])).toEqual({ code: 0, stdout: '', stderr: '' });
    // a format that was found out may be the one that is given
    expect((await target.run(['ingest', '--by-path', '--format', 'auto', a])).stderr).not.toContain(
      'format comb',
    );
  });

  it('refuses, and changes nothing, where what is known cannot be counted again', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const [a, b] = await writeLogs(folder);
    await succeed(target, ['ingest', '--quiet', '--by-path', a, b]);
    const before = await readTables(target);
    const short = join(folder, 'short.log');
    await writeFile(short, makeLog('a', 0, 40).slice(0, 3000));
    const cut = await target.run(['ingest', '--quiet', '--recount', short]);
    expect(cut.code).toBe(4);
    expect(cut.stderr).toContain('begins like a longer log that was counted');
    // ends at a digest: a copy of its beginning beyond doubt
    await writeFile(short, `${makeLog('a', 0, 40).slice(0, 1024)}`);
    const copy = await target.run(['ingest', '--quiet', '--final', '--recount', short]);
    expect(copy.code).toBe(4);
    expect(copy.stderr).toContain(`holds only the first 1024 of ${makeLog('a', 0, 40).length} bytes`);
    // a log of another format
    const wrong = await target.run(['ingest', '--quiet', '--recount', '--format', 'json', a]);
    expect(wrong.code).toBe(3);
    await target.query('update logtally.addition set is_kept = false where run_id = 1');
    const dropped = await target.run(['ingest', '--quiet', '--recount', a]);
    expect(dropped.code).toBe(4);
    expect(dropped.stderr).toContain('was counted in run 1, of which is no longer kept what it added');
    expect(dropped.stderr).toContain('--undo-days');
    expect(await readTables(target)).toEqual(before);
  });

  it('tells what would change in a dry run, and counts pipes again', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const [a, b] = await writeLogs(folder);
    await succeed(target, ['ingest', '--quiet', '--by-path', a]);
    const before = await readTables(target);
    const dry = await succeed(target, ['ingest', '--dry-run', '--by-path', '--skip-bots', '--recount', a]);
    expect(dry).toContain('taken back      40 hits of 40 lines, counted in run 1');
    expect(await readTables(target)).toEqual(before);
    const args = ['ingest', '--json', '--by-path', '--skip-bots', '--recount'];
    const piped = await target.run(args, { input: makeLog('a', 0, 50) });
    expect(JSON.parse(piped.stdout)).toMatchObject({ lines: 50, counted: 33 });
    // several known logs, one after the other
    await target.run(['ingest', '--quiet', '--by-path', b]);
    const both = await target.run(args, { input: makeLog('a', 0, 50) + makeLog('b', 0, 30) });
    expect(JSON.parse(both.stdout)).toMatchObject({ lines: 80, counted: 53, batches: 2 });
    await writeFile(a, makeLog('a', 0, 50));
    await expectLike(target, () => openTarget('postgres'), [['--by-path', '--skip-bots', a, b]]);
  });
});

describe('ingest --recount', () => {
  it('needs the rights of undo, and says so before it reads a log', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const [a] = await writeLogs(folder);
    await succeed(target, ['ingest', '--quiet', '--by-path', a]);
    const url = new URL(target.environment['DATABASE_URL'] ?? '');
    const role = url.pathname.slice(1);
    await target.query(`create role ${role} login password 'guest'`);
    url.username = role;
    url.password = 'guest';
    try {
      const grants = await target.run(['init', '--print-grants', '--writer', role]);
      await target.query(grants.stdout);
      const args = ['ingest', '--quiet', '--recount', a, '--database-url', url.href];
      const { code, stderr } = await target.run(args);
      expect(code).toBe(1);
      expect(stderr).toContain('the role lacks rights');
      expect(stderr).toContain('delete on logtally.object_hits');
      expect(await target.query('select count(*)::int as runs from logtally.run')).toEqual([{ runs: 1 }]);
    } finally {
      await target.query(`drop owned by ${role}`);
      await target.query(`drop role ${role}`);
    }
  });

  it('can be exported behind what was exported before it', async ({ openTarget, folder }) => {
    const source = await openTarget('postgres');
    const copy = await openTarget('postgres');
    const [a, b] = await writeLogs(folder);
    const to = ['export', '--quiet', '--to', copy.environment['DATABASE_URL'] ?? ''];
    await succeed(source, ['ingest', '--quiet', '--by-path', a, b]);
    await succeed(source, to);
    await succeed(source, ['ingest', '--quiet', '--by-path', '--skip-bots', '--recount', a]);
    await succeed(source, to);
    expect(await readTables(copy)).toEqual(await readTables(source));
    await succeed(copy, ['verify']);
  });
});
