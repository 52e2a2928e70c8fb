import { appendFile, copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import {
  expectOnce,
  type IngestAnswer,
  ingest,
  line,
  lines,
  requestLine,
  startIngest,
} from '../support/logs.js';
import { OFTEN_TESTED, readNamedTables, succeed, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

function listStates(answer: IngestAnswer): readonly string[] {
  return (answer.account?.inputs ?? []).map(({ state }) => state);
}

/** Transactions that counted something: the batches of one are committed at one time. */
async function countCommits(target: Target): Promise<unknown> {
  const [row] = await target.query('select count(distinct committed_at)::int as commits from logtally.batch');
  return row?.['commits'];
}

/** Ids that mean something in an array or in a row of COPY, and one that is not added up in the program. */
const ODD_IDS = ['NULL', '{a,b}', '","', 'a\\\\b', 'say:\\"x\\"', 'a\\tb', 'x'.repeat(60)];

/** Lines of some objects, which other logs have too, on two days. */
function sharedLines(seed: number): string {
  return Array.from({ length: 40 }, (_, at) => {
    const day = 14 + ((at + seed) % 2);
    const objectId = at < ODD_IDS.length ? ODD_IDS[at] : (at * seed) % 11;
    const ids = `${['photo', 'album', `own${seed}`][at % 3]} ${objectId}`;
    return requestLine({ time: `${day}/Apr/2026:10:${10 + seed}:${10 + at} +0200`, ids });
  }).join('');
}

const ADDED = `select a.stream_id::int, t.name, a.object_id, a.hit_on, sum(a.hit_count)::int as hits
  from logtally.added_hits as a join logtally.content_type as t using (content_type_id)
  group by 1, 2, 3, 4 order by 1, 2, 3, 4`;

describe.each(OFTEN_TESTED)('several files in %s', (kind) => {
  it('are counted in one transaction, and the tables are those of one file after the other', async ({
    openTarget,
    folder,
  }) => {
    const [together, single] = [await openTarget(kind), await openTarget(kind)];
    const paths = [1, 2, 3, 4].map((seed) => join(folder, `${seed}.log.gz`));
    for (const [at, path] of paths.entries()) await writeFile(path, gzipSync(sharedLines(at + 1)));
    const answer = await ingest(together.environment, paths);
    expect(answer).toMatchObject({ code: 0, account: { counted: 160, batches: 4 } });
    expect(listStates(answer)).toEqual(Array(4).fill('counted'));
    for (const path of paths) expect((await ingest(single.environment, [path])).code).toBe(0);
    expect(await countCommits(together)).toBe(1);
    expect(await countCommits(single)).toBe(4);
    expect(await readNamedTables(together)).toEqual(await readNamedTables(single));
    // what each log added is known by itself, and takes one row for many objects
    expect(await together.query(ADDED)).toEqual(await single.query(ADDED));
    const [stored] = await together.query(
      'select (select count(*)::int from logtally.hit_share) as shares, (select count(distinct object_id)::int from logtally.hit_delta) as deltas',
    );
    expect(stored).toEqual({ shares: 16, deltas: 1 });
    const record = `select s.stream_id, s.known_bytes::int, s.state, b.path, b.start_byte::int, b.end_byte::int, b.lines::int,
      b.counted::int, (select count(*)::int from logtally.stream_digest as d where d.stream_id = s.stream_id) as digests
      from logtally.log_stream as s join logtally.batch as b on b.stream_id = s.stream_id order by 1, 5`;
    expect(await together.query(record)).toEqual(await single.query(record));
    expect(listStates(await ingest(together.environment, paths))).toEqual(Array(4).fill('known'));
    await succeed(together, ['verify']);
  });

  it('can be undone together and counted again one by one', async ({ openTarget, folder }) => {
    const [target, other] = [await openTarget(kind), await openTarget(kind)];
    const paths = [1, 2, 3].map((seed) => join(folder, `${seed}.log`));
    for (const [at, path] of paths.entries()) await writeFile(path, sharedLines(at + 1));
    await ingest(target.environment, paths);
    // a log of the group is taken back, and the others stay
    await appendFile(paths[1] ?? '', requestLine({ ids: 'photo 3' }));
    const recount = await ingest(target.environment, ['--recount', paths[1] ?? '']);
    expect(recount).toMatchObject({ code: 0, account: { counted: 41 } });
    await succeed(target, ['verify']);
    await ingest(other.environment, paths);
    expect(await readNamedTables(target)).toEqual(await readNamedTables(other));
    await succeed(target, ['undo', '1']);
    await succeed(target, ['verify']);
    await succeed(target, ['undo', '2']);
    expect(await target.query('select count(*)::int as n from logtally.object_hits_daily')).toEqual([
      { n: 0 },
    ]);
    expect((await ingest(target.environment, paths)).account?.counted).toBe(121);
    expect(await readNamedTables(target)).toEqual(await readNamedTables(other));
  });
});

describe('several files', () => {
  it('are counted together if one has too many objects to be held in the program', async ({
    openTarget,
    folder,
  }) => {
    const [together, single] = [await openTarget('postgres'), await openTarget('postgres')];
    const paths = [1, 2, 3].map((seed) => join(folder, `${seed}.log`));
    for (const [at, path] of paths.entries()) await writeFile(path, sharedLines(at + 1));
    const many = Array.from({ length: 40_000 }, (_, at) =>
      requestLine({ time: '14/Apr/2026:10:22:31 +0200', ids: `photo ${at}` }),
    );
    await writeFile(paths[1] ?? '', many.join(''));
    expect(await ingest(together.environment, paths)).toMatchObject({
      code: 0,
      account: { counted: 40_080 },
    });
    for (const path of paths) expect((await ingest(single.environment, [path])).code).toBe(0);
    expect(await countCommits(together)).toBe(1);
    expect(await together.query(ADDED)).toEqual(await single.query(ADDED));
    expect(await readNamedTables(together)).toEqual(await readNamedTables(single));
    await succeed(together, ['verify']);
    await succeed(together, ['undo', '1']);
    expect(await together.query('select count(*)::int as n from logtally.object_hits')).toEqual([{ n: 0 }]);
  });

  it('are counted once if one is a copy or a grown copy of another', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const path = (name: string) => join(folder, name);
    await writeFile(path('a.log'), lines(0, 50));
    await copyFile(path('a.log'), path('b.log'));
    await writeFile(path('c.gz'), gzipSync(lines(0, 70)));
    await writeFile(path('e.log'), lines(70, 80));
    const names = ['a.log', 'b.log', 'c.gz', 'a.log', 'e.log'];
    const answer = await ingest(target.environment, names.map(path));
    expect(answer).toMatchObject({ code: 0, account: { counted: 80 } });
    expect(listStates(answer)).toEqual(['counted', 'known', 'counted', 'known', 'counted']);
    await expectOnce(target.query, 80);
  });

  it('are told apart if both go on behind the same lines that were counted', async ({
    openTarget,
    folder,
  }) => {
    const [together, single] = [await openTarget('postgres'), await openTarget('postgres')];
    const paths = ['a.log', 'b.log'].map((name) => join(folder, name));
    for (const path of paths) await writeFile(path, lines(0, 5));
    for (const { environment } of [together, single]) await ingest(environment, paths);
    for (const [at, path] of paths.entries()) await appendFile(path, lines(5 + at, 20));
    expect(await ingest(together.environment, paths)).toMatchObject({ code: 0, stderr: '' });
    for (const path of paths) await ingest(single.environment, [path]);
    expect(await readNamedTables(together)).toEqual(await readNamedTables(single));
    await succeed(together, ['verify']);
  });

  it('are counted once if an archive holds another file of the same run behind its own lines', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const path = (name: string) => join(folder, name);
    await writeFile(path('a.log'), lines(0, 60));
    await writeFile(path('b.gz'), gzipSync(lines(60, 90) + lines(0, 60)));
    await writeFile(path('c.log'), lines(90, 100));
    const answer = await ingest(target.environment, ['a.log', 'b.gz', 'c.log'].map(path));
    expect(answer).toMatchObject({ code: 0, account: { counted: 100 } });
    await expectOnce(target.query, 100);
  });

  it('leave a file out that fails, with its rejects, and count the others together', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const path = (name: string) => join(folder, name);
    const packed = gzipSync(lines(30, 2000));
    await writeFile(path('a.log'), `${lines(0, 10)}one\n`);
    await writeFile(path('b.log'), 'no\n'.repeat(100));
    await writeFile(path('c.gz'), packed.subarray(0, packed.length / 2));
    await writeFile(path('d.log'), `${lines(10, 20)}two\n`);
    await writeFile(path('f.log'), `${lines(20, 30)}three\n`);
    const args = ['--rejects', path('rejects'), '--max-rejects', '50%'];
    const files = ['a.log', 'b.log', 'c.gz', 'd.log', 'e.log', 'f.log'].map(path);
    await writeFile(path('e.log'), '');
    const answer = await ingest(target.environment, [...args, ...files]);
    expect(answer.code).toBe(3);
    expect(listStates(answer)).toEqual(['counted', 'failed', 'damaged', 'counted', 'empty', 'counted']);
    expect(await readFile(path('rejects'), 'utf8')).toBe('one\ntwo\nthree\n');
    expect(await countCommits(target)).toBe(1);
    const [row] = await target.query(
      'select count(*)::int as objects from logtally.object_hits where object_id::int < 30',
    );
    expect(row).toEqual({ objects: 30 });
    await succeed(target, ['verify']);
  });

  it('are counted one by one if one of them names too many new content types', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const path = (name: string) => join(folder, name);
    const wrong = Array.from({ length: 1100 }, (_, at) => requestLine({ ids: `type${at} 1` })).join('');
    await writeFile(path('a.log'), lines(0, 10));
    await writeFile(path('b.log'), wrong);
    await writeFile(path('c.log'), lines(10, 20));
    const answer = await ingest(target.environment, ['a.log', 'b.log', 'c.log'].map(path));
    expect(answer).toMatchObject({ code: 4 });
    expect(listStates(answer)).toEqual(['counted', 'failed', 'counted']);
    await expectOnce(target.query, 20);
    expect(await target.query('select count(*)::int as types from logtally.content_type')).toEqual([
      { types: 1 },
    ]);
  });

  const FAULTS = [
    ...['copying:3', 'copied:2', 'locked:1', 'merged:1', 'recorded:1', 'before_commit:2'],
    ...['commit_sent:2', 'committed:2', 'rejects_appended:1'],
  ].flatMap((point) => ['kill', 'disconnect'].map((action) => `${point}:${action}`));

  it.for(FAULTS)('are counted once after the fault %s', async (fault, { openTarget, folder }) => {
    const target = await openTarget('postgres');
    const paths = [0, 1, 2].map((at) => join(folder, `${at}.log`));
    for (const [at, path] of paths.entries())
      await writeFile(path, `${lines(at * 9, at * 9 + 9)}reject ${at}\n`);
    const args = ['--rejects', join(folder, 'rejects'), '--max-rejects', '50%', ...paths];
    await target.run(['init']);
    const faulty = await ingest({ ...target.environment, LOGTALLY_FAULT: fault }, args);
    if (fault.endsWith('disconnect')) expect(faulty).toMatchObject({ code: 0, account: { counted: 27 } });
    expect(await ingest(target.environment, args)).toMatchObject({ code: 0 });
    await expectOnce(target.query, 27, 3);
    const isLost = fault === 'commit_sent:2:kill' || fault === 'committed:2:kill';
    if (!isLost)
      expect(await readFile(join(folder, 'rejects'), 'utf8')).toBe('reject 0\nreject 1\nreject 2\n');
  });

  it('wait for nobody while they are read: another run counts one of them meanwhile', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const paths = [0, 1, 2].map((at) => join(folder, `${at}.log`));
    for (const [at, path] of paths.entries()) await writeFile(path, line(at));
    await target.run(['init']);
    const slow = startIngest({ ...target.environment, LOGTALLY_FAULT: 'copied:3:3000ms' }, paths);
    await slow.paused;
    expect(await ingest(target.environment, [paths[1] ?? ''])).toMatchObject({
      code: 0,
      account: { counted: 1 },
    });
    expect(await slow.answer).toMatchObject({ code: 0, account: { counted: 2 } });
    await expectOnce(target.query, 3);
  });
});
