// What copytruncate leaves behind a writer that did not open its log for appending: it goes on where it was, and the
// file begins with as many NULs as there were bytes before. The NULs are no part of the line behind them.

import { appendFile, copyFile, open, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe } from 'vitest';
import { runCli } from '../support/cli.js';
import { expectOnce, ingest, line, lines } from '../support/logs.js';
import { it } from '../support/test.js';

/** A hole, the end of the line that was being written, and lines. */
function holed(bytes: number, text: string): Buffer {
  return Buffer.concat([Buffer.alloc(bytes), Buffer.from(`est of line" 7 1\n${text}`)]);
}

const HOLES = [100, 5000, 100_000] as const;

describe('a log that begins with a hole', () => {
  it.for(HOLES)(
    'of %i NULs: the rest of a line behind it is one reject, the lines are counted once, the NULs are told of',
    async (bytes, { openTarget, folder, expect }) => {
      const { environment, query } = await openTarget('postgres');
      const [log, packed] = [join(folder, 'access.log'), join(folder, 'access.log.1.gz')];
      await writeFile(log, holed(bytes, lines(0, 50)));
      const first = await ingest(environment, [log]);
      expect(first).toMatchObject({
        code: 0,
        account: { lines: 51, counted: 50, rejected: 1, rejects: { 'unexpected text': 1 }, nulBytes: bytes },
      });
      expect(first.stderr).toContain(`line 1, byte ${bytes}: rejected: unexpected text`);
      expect(first.stderr).toContain(
        `'${log}': ${bytes.toLocaleString('en')} NUL bytes before lines were skipped`,
      );
      expect(await ingest(environment, [log])).toMatchObject({ code: 0, account: { lines: 0, batches: 0 } });
      await appendFile(log, lines(50, 60));
      expect(await ingest(environment, [log])).toMatchObject({
        code: 0,
        account: { lines: 10, counted: 10 },
      });
      await writeFile(packed, gzipSync(holed(bytes, lines(0, 70))));
      expect(await ingest(environment, [packed, log])).toMatchObject({ code: 0, account: { lines: 10 } });
      await expectOnce(query, 70, 1);
    },
  );

  it('of 200 MB is skipped, by `parse` as well', async ({ openTarget, folder, expect }) => {
    const { environment, query } = await openTarget('postgres');
    const log = join(folder, 'access.log');
    const bytes = 200_000_000;
    const file = await open(log, 'w');
    await file.write(lines(0, 10), bytes);
    await file.close();
    expect(await ingest(environment, [log])).toMatchObject({
      code: 0,
      account: { lines: 10, counted: 10, rejected: 0, nulBytes: bytes },
    });
    await expectOnce(query, 10);
    const parsed = await runCli(['parse', log]);
    expect(parsed.stdout.split('\n')).toHaveLength(11);
    expect(JSON.parse(parsed.stdout.split('\n')[0] ?? '')).toMatchObject({ line: 1, objectId: '0' });
    expect(parsed.stderr).toContain('200,000,000 NUL bytes before lines were skipped');
  });

  it.for([100, 5000])(
    'of %i NULs is told from another one with the same hole',
    async (bytes, { openTarget, folder, expect }) => {
      const { environment, query } = await openTarget('postgres');
      const [a, b] = [join(folder, 'a.log'), join(folder, 'b.log')];
      await writeFile(a, holed(bytes, lines(0, 100)));
      await writeFile(b, holed(bytes, lines(100, 150)));
      expect(await ingest(environment, [a, b])).toMatchObject({ code: 0, account: { counted: 150 } });
      expect(await ingest(environment, [b, a])).toMatchObject({ code: 0, account: { lines: 0 } });
      await expectOnce(query, 150, 2);
    },
  );

  it('waits for a decision while it is shorter than another one and no checkpoint lies behind the hole', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const { environment, query } = await openTarget('postgres');
    const [a, b] = [join(folder, 'a.log'), join(folder, 'b.log')];
    await writeFile(a, holed(100_000, lines(0, 100)));
    await writeFile(b, holed(100_000, lines(100, 150)));
    const held = await ingest(environment, [a, b]);
    expect(held).toMatchObject({ code: 4, account: { counted: 100 } });
    expect(held.stderr).toContain(`'${b}' begins like a longer log that was counted`);
    await appendFile(b, lines(150, 250));
    expect(await ingest(environment, [a, b])).toMatchObject({ code: 0, account: { counted: 150 } });
    expect(await ingest(environment, [b, a])).toMatchObject({ code: 0, account: { lines: 0 } });
    await expectOnce(query, 250, 2);
  });
});

describe('a writer that does not append', () => {
  it('has its lines counted once through copytruncate, the one behind the NUL bytes too', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const { environment, query } = await openTarget('postgres');
    const log = join(folder, 'access.log');
    const writer = await open(log, 'w');
    const rotate = async (to: string) => {
      await copyFile(log, join(folder, to));
      await truncate(log);
    };
    try {
      await writer.write(lines(0, 400));
      expect(await ingest(environment, [log])).toMatchObject({ code: 0, account: { counted: 400 } });
      await writer.write(lines(400, 410));
      await rotate('access.log.1');
      await writer.write(line(90_001) + lines(410, 420));
      const first = await ingest(environment, [log, join(folder, 'access.log.1')]);
      expect(first).toMatchObject({ code: 0, account: { counted: 21, rejected: 0 } });
      await writer.write(lines(420, 430) + line(430).slice(0, 40));
      await rotate('access.log.2');
      await writer.write(line(430).slice(40) + lines(431, 440));
      const paths = ['access.log', 'access.log.1', 'access.log.2'].map((name) => join(folder, name));
      const second = await ingest(environment, paths);
      // the line that copytruncate cut in two: its end is the reject, its beginning waits at the end of the copy
      expect(second).toMatchObject({ code: 0, account: { counted: 19, rejected: 1 } });
      expect(await ingest(environment, paths)).toMatchObject({ code: 0, account: { lines: 0 } });
    } finally {
      await writer.close();
    }
    const [row] = await query(`
      select count(*)::int as objects, max(hit_count)::int as most_hits,
        count(*) filter (where object_id in ('430', '90001'))::int as behind_nulls
      from logtally.object_hits`);
    expect(row).toEqual({ objects: 440, most_hits: 1, behind_nulls: 1 });
  });
});
