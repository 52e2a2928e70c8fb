import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { PROJECT_FOLDER } from '../support/cli.js';
import { countByAwk } from '../support/oracle.js';
import { readTables, TARGET_KINDS } from '../support/targets.js';
import { it } from '../support/test.js';

const ACCESS_LOG = join(PROJECT_FOLDER, 'fixtures/access.log.gz');
const EVERYTHING = String(2 ** 31 - 1);

const GOOD = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /p/1 HTTP/1.1" 200 5 "-" "UA" 7 1\n';
const OTHER_DAY = '203.0.113.9 - - [15/Apr/2026:00:00:01 +0200] "GET /p/1 HTTP/1.1" 200 5 "-" "UA" 7 1\n';
const WITHOUT_IDS = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET / HTTP/1.1" 200 5 "-" "UA" - -\n';
const JUNK = 'this is no log line\n';

describe.each(TARGET_KINDS)('ingest into %s', (kind) => {
  it('gives the totals and ranks that awk counts in the same file', async ({ openTarget }) => {
    const target = await openTarget(kind);
    expect(await target.run(['ingest', '--quiet', ACCESS_LOG])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    const top = await target.run(['top', '--json', '--limit', EVERYTHING]);
    const expected = (await countByAwk(ACCESS_LOG)).map((object) => ({ site: 'default', ...object }));
    expect(expected.length).toBeGreaterThan(2000);
    const told = JSON.parse(top.stdout) as Record<string, unknown>[];
    expect(told.map(({ name, label, share, previousHits, days, ...counted }) => counted)).toEqual(expected);
  });

  it('gives the same rows in every table for a file and for the same log piped in', async ({
    openTarget,
  }) => {
    const fromFile = await openTarget(kind);
    const fromPipe = await openTarget(kind);
    await fromFile.run(['ingest', ACCESS_LOG]);
    const input = gunzipSync(await readFile(ACCESS_LOG));
    const piped = await fromPipe.run(['ingest', '--json'], { input });
    expect(JSON.parse(piped.stdout)).toMatchObject({
      lines: 50_000,
      inputs: [{ path: '-', state: 'counted' }],
    });
    expect(await readTables(fromPipe)).toEqual(await readTables(fromFile));
  });

  it('adds a second log to totals, days and ranks', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const paths = [join(folder, 'a.log'), join(folder, 'b.log')] as const;
    const twos = GOOD.replace(' 7 1\n', ' 7 2\n').repeat(2);
    await writeFile(paths[0], GOOD + twos);
    await writeFile(paths[1], OTHER_DAY.repeat(2));
    await target.run(['ingest', paths[0]]);
    await target.run(['ingest', paths[1]]);
    const top = JSON.parse((await target.run(['top', '--json'])).stdout);
    expect(top).toMatchObject([
      {
        site: 'default',
        contentType: '7',
        objectId: '1',
        hits: 3,
        rank: 1,
        firstHitOn: '2026-04-14',
        lastHitOn: '2026-04-15',
      },
      {
        site: 'default',
        contentType: '7',
        objectId: '2',
        hits: 2,
        rank: 2,
        firstHitOn: '2026-04-14',
        lastHitOn: '2026-04-14',
      },
    ]);
    const shown = JSON.parse((await target.run(['show', '7', '1', '--json'])).stdout);
    expect(shown).toMatchObject({
      rank: 1,
      objects: 2,
      days: [
        { day: '2026-04-14', hits: 1 },
        { day: '2026-04-15', hits: 2 },
      ],
    });
  });

  it('accounts for every line once, and prints the account as JSON', async ({ openTarget }) => {
    const target = await openTarget(kind);
    const input = `${GOOD}\n# a directive\n${JUNK}${WITHOUT_IDS}${GOOD.trimEnd()}`;
    const { code, stdout } = await target.run(['ingest', '--json', '--final', '-'], { input });
    expect(code).toBe(0);
    const counts = { lines: 6, counted: 2, unattributed: 1, filtered: 2, rejected: 1 };
    expect(JSON.parse(stdout)).toEqual({
      run: 1,
      lateRequests: 0,
      ...counts,
      alreadyCountedBytes: 0,
      bytes: Buffer.byteLength(input),
      nulBytes: 0,
      batches: 1,
      seconds: expect.any(Number),
      inputs: [{ path: '-', ...counts, state: 'counted' }],
      rejects: { 'unexpected text': 1 },
    });
  });

  it('commits nothing of a damaged gzip file, the whole lines of one that is cut off, and goes on', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const packed = gzipSync(Buffer.from(GOOD.repeat(20_000)));
    const cut = join(folder, 'cut.log.gz');
    const flipped = join(folder, 'flipped.log.gz');
    const good = join(folder, 'good.log');
    await writeFile(cut, packed.subarray(0, packed.length - 4));
    const damaged = gzipSync(Buffer.from(OTHER_DAY.repeat(20_000)));
    damaged.writeUInt8(damaged.readUInt8(damaged.length - 8) ^ 1, damaged.length - 8);
    await writeFile(flipped, damaged);
    await writeFile(good, GOOD.replace('203.0.113.9', '198.51.100.7').replace(' 7 1', ' 7 2'));
    const { code, stdout, stderr } = await target.run(['ingest', '--json', cut, flipped, good]);
    expect(code).toBe(3);
    expect(stderr).toContain(`'${cut}' is cut off`);
    expect(stderr).toContain(`'${flipped}' is damaged`);
    const { inputs, batches } = JSON.parse(stdout);
    expect(batches).toBe(2);
    expect(inputs.map((input: { state: string }) => input.state)).toEqual(['damaged', 'failed', 'counted']);
    expect((await readTables(target))['object_hits']).toMatchObject([
      { object_id: '1', hit_count: '20000' },
      { object_id: '2', hit_count: '1' },
    ]);
  });

  it('commits nothing of a log of which no line is in the format, and names the one that fits', async ({
    openTarget,
  }) => {
    const target = await openTarget(kind);
    const input = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET / HTTP/1.1" 200 5\n'.repeat(3);
    const { code, stderr } = await target.run(['ingest', '--quiet'], { input });
    expect(code).toBe(3);
    expect(stderr).toContain('no line of standard input is in the format combined_ids');
    expect(stderr).toContain('--format common');
    expect(await target.query('select count(*)::int as n from logtally.batch')).toEqual([{ n: 0 }]);
  });

  it('says what to do where no line names an object', async ({ openTarget }) => {
    const target = await openTarget(kind);
    const { code, stdout, stderr } = await target.run(['ingest'], { input: WITHOUT_IDS.repeat(3) });
    expect(code).toBe(0);
    expect(stdout).toMatch(/without object +3\n/);
    expect(stderr).toContain('X-Content-Type-ID');
  });

  it('takes an empty log for success, without a word under --quiet', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const empty = join(folder, 'empty.log');
    await writeFile(empty, '');
    expect(await target.run(['ingest', '--quiet', empty])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('keeps bytes of any kind apart as object ids', async ({ openTarget }) => {
    const target = await openTarget(kind);
    const ids = ['\\xc3\\xa4', '\\xe4', 'a\\\\b', '\\\\.', '\\\\N', '\\"q\\"', "'", '%s', '🙂', '\\x00\\x09'];
    const input = ids.map((id) => GOOD.replace(' 7 1\n', ` 7 ${id}\n`)).join('');
    const { code } = await target.run(['ingest', '--json'], { input });
    expect(code).toBe(0);
    const top = JSON.parse((await target.run(['top', '--json', '--limit', '20'])).stdout);
    const expected = ['ä', '\\xe4', 'a\\b', '\\.', '\\N', '"q"', "'", '%s', '🙂', '\\x00\\x09'];
    expect(top.map((object: { objectId: string }) => object.objectId).toSorted()).toEqual(
      expected.toSorted(),
    );
  });

  it('counts the same object apart in each site', async ({ openTarget }) => {
    const target = await openTarget(kind);
    await target.run(['ingest', '--site', 'a.example'], { input: GOOD });
    await target.run(['ingest', '--site', 'b.example'], { input: OTHER_DAY + GOOD });
    const top = JSON.parse((await target.run(['top', '--json', '--site', 'b.example'])).stdout);
    expect(top).toMatchObject([{ site: 'b.example', hits: 2, rank: 1 }]);
    expect((await target.run(['show', '7', '1'])).stderr).toContain(
      'choose one with --site: a.example, b.example',
    );
  });
});
