// Logs that follow one another in a pipe or an archive, in any state: known or not, grown or not, of any length.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe } from 'vitest';
import { expectOnce, ingest, lines, requestLine } from '../support/logs.js';
import { succeed, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

/** Counts a text as a file of its own. */
async function ingestFile(target: Target, folder: string, name: string, text: string | Buffer) {
  await writeFile(join(folder, name), text);
  return ingest(target.environment, [join(folder, name)]);
}

describe('logs that follow one another', () => {
  it.for([
    ['in a pipe', false],
    ['in an archive', true],
  ] as const)(
    '%s are counted once when all are known and the first has grown',
    async ([, isPacked], { openTarget, folder, expect }) => {
      const target = await openTarget('postgres');
      await ingestFile(target, folder, 'a.log', lines(0, 600));
      await ingestFile(target, folder, 'b.log', lines(900, 1200));
      const both = lines(0, 1200);
      const give = () =>
        isPacked
          ? ingestFile(target, folder, 'both.gz', gzipSync(both))
          : ingest(target.environment, [], both);
      expect(await give()).toMatchObject({ code: 0, account: { counted: 300 } });
      expect(await give()).toMatchObject({
        code: 0,
        account: { counted: 0, alreadyCountedBytes: both.length },
      });
      await expectOnce(target.query, 1200);
      await succeed(target, ['verify']);
    },
  );

  it.for([
    ['the second has grown as well', [lines(0, 600), lines(900, 1000)], lines(0, 1200), 500],
    ['the first was never counted', [lines(900, 1200)], lines(0, 1200), 900],
    ['there are three', [lines(0, 300), lines(400, 700), lines(800, 900)], lines(0, 1200), 500],
    ['one of them comes twice', [lines(0, 600)], lines(0, 900) + lines(0, 900), 300],
    ['a new one comes twice', [], lines(0, 900) + lines(0, 900), 900],
    ['they stand in another order', [lines(0, 300), lines(300, 900)], lines(300, 1000) + lines(0, 300), 100],
  ] as const)(
    'are counted once when %s',
    async ([, known, piped, counted], { openTarget, folder, expect }) => {
      const target = await openTarget('postgres');
      for (const [at, text] of known.entries()) await ingestFile(target, folder, `${at}.log`, text);
      expect(await ingest(target.environment, [], piped)).toMatchObject({ code: 0, account: { counted } });
      expect(await ingest(target.environment, [], piped)).toMatchObject({ code: 0, account: { counted: 0 } });
      expect(await ingestFile(target, folder, 'all.gz', gzipSync(piped))).toMatchObject({
        account: { counted: 0 },
      });
      const [row] = await target.query('select max(object_id::int) + 1 as objects from logtally.object_hits');
      await expectOnce(target.query, Number(row?.['objects']));
      await succeed(target, ['verify']);
    },
  );

  it('are counted once when a flood of identical lines ends the first and begins the second', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const flood = 'x - - [14/Apr/2026:10:22:31 +0200] "GET / HTTP/1.1" 200 5 "-" "-" - -\n';
    const [first, second] = [lines(0, 20) + flood.repeat(90), flood.repeat(60) + lines(20, 40)];
    await ingestFile(target, folder, 'a.log', lines(0, 10));
    await ingestFile(target, folder, 'b.log', second);
    const piped = await ingest(target.environment, [], first + second);
    expect(piped).toMatchObject({ code: 0, account: { counted: 10 } });
    expect((await ingestFile(target, folder, 'a.log', first)).account?.alreadyCountedBytes).toBe(
      first.length,
    );
    expect((await ingestFile(target, folder, 'b.log', second)).account?.alreadyCountedBytes).toBe(
      second.length,
    );
    await succeed(target, ['verify']);
    const [row] = await target.query('select sum(lines)::int as lines from logtally.batch');
    expect(row).toEqual({ lines: 190 });
  });

  /** The same request, as often as it came in one second. */
  const flood = (count: number) => requestLine({ ids: 'photo 7' }).repeat(count);

  it.for([
    ['one line', flood(1), flood(1) + lines(900, 1200)],
    ['some lines', lines(500, 503), lines(500, 600)],
    ['a flood', flood(700), flood(900) + lines(900, 1200)],
  ] as const)(
    'and end with %s that the next one begins with, as on both sides of a rotation, are counted in any order',
    async ([, end, next], { openTarget, folder, expect }) => {
      const before = lines(0, 300) + end;
      const wanted = (before + next).split('\n').length - 1;
      for (const isPiped of [false, true]) {
        const target = await openTarget('postgres');
        expect((await ingestFile(target, folder, 'access.log.2.gz', gzipSync(next))).code).toBe(0);
        const give = () =>
          isPiped
            ? ingest(target.environment, [], before)
            : ingestFile(target, folder, 'access.log.3.gz', gzipSync(before));
        expect((await give()).stderr).toBe('');
        const sum = 'select sum(hit_count)::int as hits from logtally.object_hits';
        expect(await target.query(sum)).toEqual([{ hits: wanted }]);
        expect(await give()).toMatchObject({ code: 0, account: { counted: 0 } });
        expect(await ingestFile(target, folder, 'access.log.3', before)).toMatchObject({
          code: 0,
          account: { counted: 0 },
        });
        await succeed(target, ['verify']);
      }
    },
  );

  it('in an archive are held back where a small known one seems to be all that follows, until it is unpacked', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    await ingestFile(target, folder, 'b.log', lines(900, 902));
    const held = await ingestFile(target, folder, 'both.gz', gzipSync(lines(0, 300) + lines(900, 902)));
    expect(held).toMatchObject({ code: 4, account: { counted: 300 } });
    expect(held.stderr).toContain('unpack it and give the file: a plain file is one log');
    expect(await ingestFile(target, folder, 'both', lines(0, 300) + lines(900, 902))).toMatchObject({
      code: 0,
      account: { counted: 2 },
    });
  });

  it.for([1, 2, 6])(
    'are held back where a known one of %i lines seems to begin, until they are named',
    async (count, { openTarget, folder, expect }) => {
      const target = await openTarget('postgres');
      const [first, second] = [lines(0, 900), lines(900, 1200)];
      await ingestFile(target, folder, 'a.log', lines(0, 600));
      await ingestFile(target, folder, 'b.log', lines(900, 900 + count));
      const held = await ingest(target.environment, [], first + second);
      expect(held).toMatchObject({ code: 4, account: { counted: 300 } });
      expect(held.stderr).toContain(`standard input: at byte ${first.length} it goes on with the lines that`);
      expect(held.stderr).toContain("b.log' begins with");
      expect(held.stderr).toContain('give the logs by their names');
      await ingestFile(target, folder, 'a.log', first);
      await ingestFile(target, folder, 'b.log', second);
      await expectOnce(target.query, 1200);
      expect(await ingest(target.environment, [], first + second)).toMatchObject({
        code: 0,
        account: { counted: 0 },
      });
      await succeed(target, ['verify']);
    },
  );

  it('are held back where a short one that came from a pipe seems to begin behind a known one, until they are named', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const [first, second] = [lines(0, 600), lines(600, 602)];
    await ingest(target.environment, [], first);
    await ingest(target.environment, [], second);
    expect(await ingest(target.environment, [], first + second)).toMatchObject({
      code: 4,
      account: { counted: 0 },
    });
    await ingestFile(target, folder, 'a.log', first);
    await ingestFile(target, folder, 'b.log', second);
    await expectOnce(target.query, 602);
    await succeed(target, ['verify']);
  });

  it('are counted once when the pipe breaks off within a known one', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    await ingestFile(target, folder, 'a.log', lines(0, 600));
    await ingestFile(target, folder, 'b.log', lines(900, 1200));
    const both = lines(0, 1200);
    const cut = await ingest(target.environment, [], both.slice(0, lines(0, 1000).length + 50));
    expect(cut).toMatchObject({ code: 4, account: { counted: 300 } });
    expect(await ingest(target.environment, [], both)).toMatchObject({ code: 0, account: { counted: 0 } });
    await expectOnce(target.query, 1200);
  });

  it('in an archive whose checksum is wrong are not counted, not even those before the damage', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    await ingestFile(target, folder, 'b.log', lines(900, 1200));
    const packed = gzipSync(lines(0, 1200));
    const damaged = Buffer.from(packed);
    damaged.writeUInt8((packed.at(-6) ?? 0) ^ 1, packed.length - 6);
    expect(await ingestFile(target, folder, 'both.gz', damaged)).toMatchObject({
      code: 3,
      account: { counted: 0 },
    });
    expect(await ingestFile(target, folder, 'both.gz', packed)).toMatchObject({
      code: 0,
      account: { counted: 900 },
    });
    await expectOnce(target.query, 1200);
  });
});

const [FIRST, SECOND] = [lines(0, 900), lines(900, 1200)];

describe('a log that was new in a pipe, behind another one', { timeout: 180_000 }, () => {
  it.for([
    ['postgres', 'again', SECOND],
    ['embedded', 'again', SECOND],
    ['postgres', 'grown', lines(900, 1300)],
    ['postgres', 'packed', gzipSync(SECOND)],
    ['postgres', 'shorter', lines(900, 901)],
  ] as const)(
    'in %s is held back when it is given for itself (%s), until the run is undone',
    async ([kind, , text], { openTarget, folder, expect }) => {
      const target = await openTarget(kind);
      expect(await ingest(target.environment, [], FIRST + SECOND)).toMatchObject({
        code: 0,
        account: { counted: 1200 },
      });
      const held = await ingestFile(target, folder, 'b.log', text);
      expect(held).toMatchObject({ code: 4, account: { counted: 0 } });
      expect(held.stderr).toContain(
        "b.log' begins with lines that run 1 counted from a pipe, behind other lines",
      );
      expect(held.stderr).toContain('logtally undo 1');
      expect(await ingest(target.environment, [], FIRST + SECOND)).toMatchObject({
        code: 0,
        account: { counted: 0 },
      });
      await expectOnce(target.query, 1200);
      await target.run(['undo', '1']);
      await ingestFile(target, folder, 'a.log', FIRST);
      await ingestFile(target, folder, 'b.log', lines(900, 1300));
      await expectOnce(target.query, 1300);
      await succeed(target, ['verify']);
    },
  );
});

describe('logs that were new in a pipe', () => {
  it('are held back when the first of them comes again and has grown', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const [first, grown] = [lines(0, 600), lines(0, 700)];
    await ingest(target.environment, [], first + SECOND);
    expect(await ingest(target.environment, [], grown + SECOND)).toMatchObject({
      code: 4,
      account: { counted: 0 },
    });
    expect(await ingestFile(target, folder, 'a.log', grown)).toMatchObject({
      code: 4,
      account: { counted: 0 },
    });
    expect(await ingest(target.environment, [], lines(1300, 1600) + grown)).toMatchObject({
      code: 4,
      account: { counted: 300 },
    });
    const [row] = await target.query('select max(hit_count)::int as most from logtally.object_hits');
    expect(row).toEqual({ most: 1 });
  });

  it('and come again behind another new one are held back', async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    const [a, b, c] = [lines(0, 200), lines(200, 230), lines(300, 500)];
    expect(await ingest(target.environment, [], a + b)).toMatchObject({ code: 0, account: { counted: 230 } });
    const held = await ingest(target.environment, [], c + b);
    expect(held).toMatchObject({ code: 4, account: { counted: 0 } });
    expect(held.stderr).toContain('holds at least 16 lines in a row that run 1 counted from a pipe');
    expect(held.stderr).toContain('logtally undo 1');
    expect(await ingest(target.environment, [], a + b + b)).toMatchObject({
      code: 4,
      account: { counted: 0 },
    });
    expect(await ingest(target.environment, [], c)).toMatchObject({ code: 0, account: { counted: 200 } });
    await succeed(target, ['verify']);
  });

  it('and were one log, piped in parts, are counted once when it is named, and when it has grown', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    for (const [from, to] of [
      [0, 100],
      [100, 160],
      [160, 300],
    ] as const) {
      expect(await ingest(target.environment, [], lines(from, to))).toMatchObject({
        code: 0,
        account: { counted: to - from },
      });
    }
    const named = await ingestFile(target, folder, 'access.log', lines(0, 300));
    expect(named).toMatchObject({
      code: 0,
      account: { counted: 0, alreadyCountedBytes: lines(0, 300).length },
    });
    const grown = await ingestFile(target, folder, 'access.log', lines(0, 350));
    expect(grown).toMatchObject({ code: 0, account: { counted: 50 } });
    expect(await ingest(target.environment, [], lines(0, 350))).toMatchObject({
      code: 0,
      account: { counted: 0 },
    });
    await expectOnce(target.query, 350);
    await succeed(target, ['verify']);
  });

  it('and repeat themselves within a second lose no line', async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    const cycle = lines(0, 37).replaceAll(/10:22:\d\d/g, '10:22:31');
    expect(await ingest(target.environment, [], cycle.repeat(5))).toMatchObject({
      code: 0,
      account: { counted: 185 },
    });
    const first = lines(500, 501);
    expect(await ingest(target.environment, [], lines(400, 401) + first)).toMatchObject({
      code: 0,
      account: { counted: 2 },
    });
    expect(await ingest(target.environment, [], first + lines(600, 900))).toMatchObject({
      code: 0,
      account: { counted: 301 },
    });
    await succeed(target, ['verify']);
  });

  it('and come again every night, in a window that slides, are counted once or held back', async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const logs = [
      lines(0, 200),
      lines(200, 300),
      lines(300, 450),
      lines(450, 500),
      lines(500, 700),
      lines(700, 720),
    ];
    const codes: (number | null)[] = [];
    for (const night of [0, 1, 2, 3]) {
      const piped = logs.slice(night, night + 3).join('');
      codes.push((await ingest(target.environment, [], piped)).code);
      const [row] = await target.query('select max(hit_count)::int as most from logtally.object_hits');
      expect(row).toEqual({ most: 1 });
    }
    // the fourth window holds nothing that was counted
    expect(codes).toEqual([0, 4, 4, 0]);
    await succeed(target, ['verify']);
  });
});
