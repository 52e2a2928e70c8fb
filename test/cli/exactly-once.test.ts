import { appendFile, copyFile, mkdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { expectOnce, ingest, line, lines } from '../support/logs.js';
import { OFTEN_TESTED } from '../support/targets.js';
import { it } from '../support/test.js';

describe.each(OFTEN_TESTED)('a log is counted once in %s', (kind) => {
  it('when it is given again, by another name, packed, or piped', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const [log, copy, packed] = [join(folder, 'access.log'), join(folder, 'copy'), join(folder, 'packed')];
    const text = lines(0, 300);
    await writeFile(log, text);
    await copyFile(log, copy);
    await writeFile(packed, gzipSync(text));
    expect((await ingest(target.environment, [log])).account).toMatchObject({
      counted: 300,
      alreadyCountedBytes: 0,
    });
    const again = await ingest(target.environment, [log, copy, packed]);
    expect(again).toMatchObject({ code: 0, account: { lines: 0, bytes: 0, batches: 0 } });
    expect(again.account?.alreadyCountedBytes).toBe(3 * text.length);
    expect(again.account?.inputs.map((input: { state: string }) => input.state)).toEqual([
      'known',
      'known',
      'known',
    ]);
    expect((await ingest(target.environment, [], text)).account).toMatchObject({
      lines: 0,
      alreadyCountedBytes: text.length,
    });
    await expectOnce(target.query, 300);
  });

  it('while it grows, is rotated and packed', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const path = (name: string) => join(folder, name);
    await writeFile(path('access.log'), lines(0, 10));
    expect((await ingest(target.environment, [path('access.log')])).account?.counted).toBe(10);
    await appendFile(path('access.log'), lines(10, 20));
    expect((await ingest(target.environment, [path('access.log')])).account?.counted).toBe(10);
    await appendFile(path('access.log'), lines(20, 30));
    await rename(path('access.log'), path('access.log.1'));
    await writeFile(path('access.log'), lines(30, 40));
    // the shell's order is not the order of time
    expect(
      (await ingest(target.environment, [path('access.log'), path('access.log.1')])).account?.counted,
    ).toBe(20);
    await appendFile(path('access.log.1'), lines(40, 50));
    await writeFile(path('access.log.2.gz'), gzipSync(await readFile(path('access.log.1'))));
    await rm(path('access.log.1'));
    expect(
      (await ingest(target.environment, [path('access.log'), path('access.log.2.gz')])).account?.counted,
    ).toBe(10);
    await expectOnce(target.query, 50);
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
    const first = await ingest(target.environment, [log]);
    expect(first).toMatchObject({ code: 0, account: { counted: 2 } });
    expect(first.stderr).toContain('ends in the middle of a line');
    await appendFile(log, line(2).slice(50) + line(3).slice(0, 20));
    expect((await ingest(target.environment, [log])).account?.counted).toBe(1);
    await writeFile(`${log}.gz`, gzipSync(lines(0, 4)));
    expect((await ingest(target.environment, [`${log}.gz`])).account?.counted).toBe(1);
    await expectOnce(target.query, 4);
  });

  it('when its last line has no end and is counted: bytes that follow it later belong to it', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, (lines(0, 2) + line(2)).trimEnd());
    expect((await ingest(target.environment, ['--final', log])).account?.counted).toBe(3);
    expect((await ingest(target.environment, [log])).account?.counted).toBe(0);
    await appendFile(log, ` 99\n${line(3)}`);
    expect((await ingest(target.environment, [log])).account?.counted).toBe(1);
    await expectOnce(target.query, 4);
  });

  it('at the end of an archive, where a last line without its end is a line', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const packed = join(folder, 'access.log.gz');
    await writeFile(packed, gzipSync(lines(0, 3).trimEnd()));
    expect((await ingest(target.environment, [packed])).account?.counted).toBe(3);
    expect((await ingest(target.environment, [], lines(0, 5))).account?.counted).toBe(2);
    await expectOnce(target.query, 5);
  });

  it('when it is copied and truncated, whether the new content is shorter or has grown longer', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const [log, rotated] = [join(folder, 'access.log'), join(folder, 'access.log.1')];
    await writeFile(log, lines(0, 10));
    await ingest(target.environment, [log]);
    await appendFile(log, lines(10, 15));
    await copyFile(log, rotated);
    await truncate(log);
    await appendFile(log, lines(15, 18));
    expect((await ingest(target.environment, [log, rotated])).account?.counted).toBe(8);
    await copyFile(log, rotated);
    await truncate(log);
    await appendFile(log, lines(18, 60));
    expect((await ingest(target.environment, [log, rotated])).account?.counted).toBe(42);
    await expectOnce(target.query, 60);
  });

  it('beside another one that begins with the same 4,096 bytes and more', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const [a, b] = [join(folder, 'a.log'), join(folder, 'b.log')];
    const common = line(0).repeat(80);
    await writeFile(a, common + lines(1, 400));
    await writeFile(b, common + lines(400, 900));
    expect((await ingest(target.environment, [a, b])).account?.counted).toBe(80 + 399 + 80 + 500);
    expect((await ingest(target.environment, [b, a])).account?.counted).toBe(0);
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
    await ingest(target.environment, paths);
    const piped = await ingest(target.environment, [], parts.join(''));
    expect(piped.account).toMatchObject({ lines: 0, alreadyCountedBytes: parts.join('').length });
    expect(
      (await ingest(target.environment, [], parts.toReversed().join('') + lines(300, 310))).account?.counted,
    ).toBe(10);
    await expectOnce(target.query, 310);
  });

  it('when a pipe breaks off in the middle of a line, and comes again whole', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    const text = lines(0, 100);
    expect((await ingest(target.environment, [], text.slice(0, 5000))).code).toBe(0);
    await ingest(target.environment, [], text);
    await expectOnce(target.query, 100);
  });

  it('when an archive is half written, and then whole', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const packed = join(folder, 'access.log.1.gz');
    const whole = gzipSync(lines(0, 4000));
    await writeFile(packed, whole.subarray(0, whole.length / 2));
    const cut = await ingest(target.environment, [packed]);
    expect(cut).toMatchObject({ code: 3, account: { inputs: [{ state: 'damaged' }] } });
    expect(cut.account?.counted).toBeGreaterThan(100);
    expect(cut.stderr).toContain('is cut off');
    await writeFile(packed, whole);
    expect((await ingest(target.environment, [packed])).code).toBe(0);
    await expectOnce(target.query, 4000);
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
      [[log], [log], [packed], [log, packed]].map((paths) => ingest(target.environment, paths)),
    );
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(runs.map(({ account }) => account?.counted).toSorted((a = 0, b = 0) => a - b)).toEqual([
      0, 0, 0, 30_000,
    ]);
    await expectOnce(target.query, 30_000);
  });
});

describe('what cannot be decided', () => {
  it('is held back: a log that was counted for another site', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 50));
    await ingest(target.environment, ['--site', 'a.example', log]);
    const held = await ingest(target.environment, ['--site', 'b.example', log]);
    expect(held).toMatchObject({ code: 4, account: { lines: 0 } });
    expect(held.stderr).toContain("was counted for site 'a.example'");
    expect(held.stderr).toContain(
      'hint: if that --site was wrong, logtally undo 1 takes back all of that run: then ingest again; --allow-other-site counts it for both sites\n',
    );
    expect(
      (await ingest(target.environment, ['--site', 'b.example', '--allow-other-site', log])).account?.counted,
    ).toBe(50);
  });

  it('is held back: a log that names more content types than there can be', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    const text = Array.from({ length: 1001 }, (_, at) => line(at).replace(` 7 ${at}\n`, ` ${at} 1\n`)).join(
      '',
    );
    const held = await ingest(target.environment, [], text);
    expect(held).toMatchObject({ code: 4, account: { lines: 0 } });
    expect(held.stderr).toContain('1001 new content types');
    expect((await ingest(target.environment, ['--allow-new-types'], text)).account?.counted).toBe(1001);
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
    await ingest(target.environment, [log]);
    await appendFile(log, 'junk\n');
    const { code, account, stderr } = await ingest(target.environment, [log]);
    expect({ code, rejected: account?.rejected }).toEqual({ code: 0, rejected: 1 });
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
    expect((await ingest(target.environment, [log])).account?.inputs).toMatchObject([expected]);
    expect((await ingest(target.environment, [log])).account).toMatchObject({ lines: 0 });
    await mkdir(join(folder, 'later'));
    await appendFile(log, `\n${lines(0, 3)}`);
    expect((await ingest(target.environment, [log])).account?.counted).toBe(3);
  });
});
