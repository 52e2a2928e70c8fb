import { appendFile, copyFile, mkdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { OFTEN_TESTED, readTables, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

/** A line of an object of its own, so that it is known of each whether it was counted, and how often. */
function line(
  serial: number,
  agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
): string {
  const second = String(serial % 60).padStart(2, '0');
  return `203.0.113.9 - - [14/Apr/2026:10:22:${second} +0200] "GET /photos/${serial}/ HTTP/1.1" 200 5120 "-" "${agent}" 7 ${serial}\n`;
}

/** Lines from the first serial number up to but without the last. */
function lines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, at) => line(from + at)).join('');
}

async function ingest(target: Target, args: readonly string[], input?: string | Buffer) {
  const result = await target.run(['ingest', '--json', ...args], input === undefined ? {} : { input });
  return { ...result, account: result.stdout === '' ? null : JSON.parse(result.stdout) };
}

/** Each serial number up to but without `to` was counted exactly once, and the batches say the same. */
async function expectOnce(target: Target, to: number): Promise<void> {
  const tables = await readTables(target);
  const hits = (tables['object_hits'] ?? []).map((row) => [row['object_id'], row['hit_count']]);
  const expected = Array.from({ length: to }, (_, serial) => [String(serial), '1']);
  expect(new Map(hits as [string, string][])).toEqual(new Map(expected as [string, string][]));
  const [row] = await target.query(
    'select sum(lines)::int as lines, sum(counted)::int as counted from logtally.batch',
  );
  expect(row).toEqual({ lines: to, counted: to });
}

describe.each(OFTEN_TESTED)('a log is counted once in %s', (kind) => {
  it('when it is given again, by another name, packed, or piped', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const [log, copy, packed] = [join(folder, 'access.log'), join(folder, 'copy'), join(folder, 'packed')];
    const text = lines(0, 300);
    await writeFile(log, text);
    await copyFile(log, copy);
    await writeFile(packed, gzipSync(text));
    expect((await ingest(target, [log])).account).toMatchObject({ counted: 300, alreadyCountedBytes: 0 });
    const again = await ingest(target, [log, copy, packed]);
    expect(again).toMatchObject({ code: 0, account: { lines: 0, bytes: 0, batches: 0 } });
    expect(again.account.alreadyCountedBytes).toBe(3 * text.length);
    expect(again.account.inputs.map((input: { state: string }) => input.state)).toEqual([
      'known',
      'known',
      'known',
    ]);
    expect((await ingest(target, [], text)).account).toMatchObject({
      lines: 0,
      alreadyCountedBytes: text.length,
    });
    await expectOnce(target, 300);
  });

  it('while it grows, is rotated and packed', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const path = (name: string) => join(folder, name);
    await writeFile(path('access.log'), lines(0, 10));
    expect((await ingest(target, [path('access.log')])).account.counted).toBe(10);
    await appendFile(path('access.log'), lines(10, 20));
    expect((await ingest(target, [path('access.log')])).account.counted).toBe(10);
    await appendFile(path('access.log'), lines(20, 30));
    await rename(path('access.log'), path('access.log.1'));
    await writeFile(path('access.log'), lines(30, 40));
    // the shell's order is not the order of time
    expect((await ingest(target, [path('access.log'), path('access.log.1')])).account.counted).toBe(20);
    await appendFile(path('access.log.1'), lines(40, 50));
    await writeFile(path('access.log.2.gz'), gzipSync(await readFile(path('access.log.1'))));
    await rm(path('access.log.1'));
    expect((await ingest(target, [path('access.log'), path('access.log.2.gz')])).account.counted).toBe(10);
    await expectOnce(target, 50);
  });
});

describe('a log is counted once', () => {
  it('when its last line is completed later, in the file, rotated, or packed', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 2) + line(2).slice(0, 50));
    const first = await ingest(target, [log]);
    expect(first).toMatchObject({ code: 0, account: { counted: 2 } });
    expect(first.stderr).toContain('ends in the middle of a line');
    await appendFile(log, line(2).slice(50) + line(3).slice(0, 20));
    expect((await ingest(target, [log])).account.counted).toBe(1);
    await writeFile(`${log}.gz`, gzipSync(lines(0, 4)));
    expect((await ingest(target, [`${log}.gz`])).account.counted).toBe(1);
    await expectOnce(target, 4);
  });

  it('when its last line has no end and is counted: bytes that follow it later belong to it', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, (lines(0, 2) + line(2)).trimEnd());
    expect((await ingest(target, ['--final', log])).account.counted).toBe(3);
    expect((await ingest(target, [log])).account.counted).toBe(0);
    await appendFile(log, ` 99\n${line(3)}`);
    expect((await ingest(target, [log])).account.counted).toBe(1);
    await expectOnce(target, 4);
  });

  it('at the end of an archive, where a last line without its end is a line', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const packed = join(folder, 'access.log.gz');
    await writeFile(packed, gzipSync(lines(0, 3).trimEnd()));
    expect((await ingest(target, [packed])).account.counted).toBe(3);
    expect((await ingest(target, [], lines(0, 5))).account.counted).toBe(2);
    await expectOnce(target, 5);
  });

  it('when it is copied and truncated, whether the new content is shorter or has grown longer', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const [log, rotated] = [join(folder, 'access.log'), join(folder, 'access.log.1')];
    await writeFile(log, lines(0, 10));
    await ingest(target, [log]);
    await appendFile(log, lines(10, 15));
    await copyFile(log, rotated);
    await truncate(log);
    await appendFile(log, lines(15, 18));
    expect((await ingest(target, [log, rotated])).account.counted).toBe(8);
    await copyFile(log, rotated);
    await truncate(log);
    await appendFile(log, lines(18, 60));
    expect((await ingest(target, [log, rotated])).account.counted).toBe(42);
    await expectOnce(target, 60);
  });

  it('beside another one that begins with the same 4,096 bytes and more', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const [a, b] = [join(folder, 'a.log'), join(folder, 'b.log')];
    const common = line(0, 'x').repeat(80);
    await writeFile(a, common + lines(1, 400));
    await writeFile(b, common + lines(400, 900));
    expect((await ingest(target, [a, b])).account.counted).toBe(80 + 399 + 80 + 500);
    expect((await ingest(target, [b, a])).account.counted).toBe(0);
    const [row] = await target.query('select count(*)::int as streams from logtally.log_stream');
    expect(row).toEqual({ streams: 2 });
  });

  it('when several archives are piped one after the other, after they were counted singly', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const parts = [lines(0, 100), lines(100, 250), lines(250, 300)];
    const paths = parts.map((_, at) => join(folder, `access.log.${at}.gz`));
    for (const [at, text] of parts.entries()) await writeFile(paths[at] ?? '', gzipSync(text));
    await ingest(target, paths);
    const piped = await ingest(target, [], parts.join(''));
    expect(piped.account).toMatchObject({ lines: 0, alreadyCountedBytes: parts.join('').length });
    expect((await ingest(target, [], parts.toReversed().join('') + lines(300, 310))).account.counted).toBe(
      10,
    );
    await expectOnce(target, 310);
  });

  it('when a pipe breaks off in the middle of a line, and comes again whole', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    const text = lines(0, 100);
    expect((await ingest(target, [], text.slice(0, 5000))).code).toBe(0);
    await ingest(target, [], text);
    await expectOnce(target, 100);
  });

  it('when an archive is half written, and then whole', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const packed = join(folder, 'access.log.1.gz');
    const whole = gzipSync(lines(0, 4000));
    await writeFile(packed, whole.subarray(0, whole.length / 2));
    const cut = await ingest(target, [packed]);
    expect(cut).toMatchObject({ code: 3, account: { inputs: [{ state: 'damaged' }] } });
    expect(cut.account.counted).toBeGreaterThan(100);
    expect(cut.stderr).toContain('is cut off');
    await writeFile(packed, whole);
    expect((await ingest(target, [packed])).code).toBe(0);
    await expectOnce(target, 4000);
    const [row] = await target.query('select state from logtally.log_stream');
    expect(row).toEqual({ state: 'final' });
  });

  it('by two runs at once, on one new file and on a file and its archive', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    await target.run(['init']);
    const [log, packed] = [join(folder, 'access.log'), join(folder, 'access.log.gz')];
    const text = lines(0, 30_000);
    await writeFile(log, text);
    await writeFile(packed, gzipSync(text));
    const runs = await Promise.all(
      [[log], [log], [packed], [log, packed]].map((paths) => ingest(target, paths)),
    );
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(runs.map(({ account }) => account.counted).toSorted((a, b) => a - b)).toEqual([0, 0, 0, 30_000]);
    await expectOnce(target, 30_000);
  });
});

describe('what cannot be decided', () => {
  it('is held back: a log that was counted for another site', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 50));
    await ingest(target, ['--site', 'a.example', log]);
    const held = await ingest(target, ['--site', 'b.example', log]);
    expect(held).toMatchObject({ code: 4, account: { lines: 0 } });
    expect(held.stderr).toContain("was counted for site 'a.example'");
    expect(held.stderr).toContain(
      'hint: if that --site was wrong, logtally undo 1 takes back all of that run: then ingest again; --allow-other-site counts it for both sites\n',
    );
    expect((await ingest(target, ['--site', 'b.example', '--allow-other-site', log])).account.counted).toBe(
      50,
    );
  });

  it('is held back: a log that names more content types than there can be', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    const text = Array.from({ length: 1001 }, (_, at) => line(at).replace(` 7 ${at}\n`, ` ${at} 1\n`)).join(
      '',
    );
    const held = await ingest(target, [], text);
    expect(held).toMatchObject({ code: 4, account: { lines: 0 } });
    expect(held.stderr).toContain('1001 new content types');
    expect((await ingest(target, ['--allow-new-types'], text)).account.counted).toBe(1001);
  });
});

describe('one junk line', () => {
  it('at the end of a good log is one reject, though it is the only new line', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 3));
    await ingest(target, [log]);
    await appendFile(log, 'junk\n');
    const { code, account, stderr } = await ingest(target, [log]);
    expect({ code, rejected: account.rejected }).toEqual({ code: 0, rejected: 1 });
    expect(stderr).toContain(`line 4, byte ${lines(0, 3).length}`);
  });
});

describe('odd files', () => {
  it.for([
    ['nothing', '', { lines: 0, state: 'empty' }],
    ['one byte', 'x', { lines: 0, state: 'empty' }],
    ['one newline', '\n', { lines: 1, filtered: 1, state: 'counted' }],
    ['only newlines', '\n\n\n', { lines: 3, filtered: 3, state: 'counted' }],
  ] as const)('%s: every line ends somewhere, once', async ([, text, expected], { openTarget, folder }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'odd.log');
    await writeFile(log, text);
    expect((await ingest(target, [log])).account.inputs).toMatchObject([expected]);
    expect((await ingest(target, [log])).account).toMatchObject({ lines: 0 });
    await mkdir(join(folder, 'later'));
    await appendFile(log, `\n${lines(0, 3)}`);
    expect((await ingest(target, [log])).account.counted).toBe(3);
  });
});
