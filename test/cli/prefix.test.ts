// Two logs of which one is the beginning of the other: growth, a copy, or two logs that have yet to differ. Digests
// are kept at 16, 32, 64 ... bytes and where a run has ended; between two of them nothing can be told apart.

import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { expectOnce, ingest } from '../support/logs.js';
import type { Target } from '../support/targets.js';
import { it } from '../support/test.js';

const LINE_BYTES = 128;

/** Lines of 128 bytes, so that every power of two is the end of a line; each is of an object of its own. */
function lines(from: number, to: number): string {
  const line = (serial: number) => {
    const [before, after] = [
      '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /p HTTP/1.1" 200 5 "-" "',
      `" 7 ${serial}\n`,
    ];
    return before + 'x'.repeat(LINE_BYTES - before.length - after.length) + after;
  };
  return Array.from({ length: to - from }, (_, at) => line(from + at)).join('');
}

/** 38,400 bytes; its digests are kept at 16,384 and 32,768 bytes, which are 128 and 256 lines. */
const LONGER = lines(0, 300);
/** 25,600 bytes: between two digests. */
const PREFIX = lines(0, 200);

async function countHits(target: Target): Promise<Record<string, unknown> | undefined> {
  const [row] = await target.query(`
    select (select sum(hit_count)::int from logtally.object_hits) as hits,
      (select count(*)::int from logtally.object_hits where hit_count > 1) as twice,
      (select count(*)::int from logtally.log_stream) as streams`);
  return row;
}

describe('a log and its beginning', () => {
  it.for([
    ['in one run', 1],
    ['in two runs', 2],
  ] as const)(
    'the beginning first, %s: the longer one has grown, and its rest is counted',
    async ([, runs], { openTarget, folder }) => {
      const target = await openTarget('postgres');
      const [a, b] = [join(folder, 'prefix.log'), join(folder, 'longer.log')];
      await writeFile(a, PREFIX);
      await writeFile(b, LONGER);
      const answers = [];
      for (const paths of runs === 1 ? [[a, b]] : [[a], [b]])
        answers.push(await ingest(target.environment, paths));
      expect(answers.map(({ code }) => code)).toEqual(Array(runs).fill(0));
      expect(answers.reduce((sum, { account }) => sum + (account?.counted ?? 0), 0)).toBe(300);
      // where a batch has ended is a digest: the beginning is known to be one
      expect(await ingest(target.environment, [a, b])).toMatchObject({ code: 0, account: { lines: 0 } });
      await expectOnce(target.query, 300);
    },
  );

  it.for([
    ['plain', 'prefix.log', PREFIX],
    ['packed', 'prefix.log.gz', gzipSync(PREFIX)],
  ] as const)(
    'the longer one first, then the beginning, %s, that ends between two digests: it is held back',
    async ([, name, content], { openTarget, folder }) => {
      const target = await openTarget('postgres');
      const [a, b] = [join(folder, name), join(folder, 'longer.log')];
      await writeFile(a, content);
      await writeFile(b, LONGER);
      const held = await ingest(target.environment, [b, a]);
      expect(held).toMatchObject({ code: 4, account: { counted: 300, inputs: [{}, { state: 'failed' }] } });
      expect(held.stderr).toContain(`'${a}' begins like a longer log that was counted`);
      expect(await ingest(target.environment, [a, b])).toMatchObject({ code: 4, account: { lines: 0 } });
      await expectOnce(target.query, 300);
    },
  );

  it.for([128, 256])(
    'the longer one first, then its first %i lines, which end at a digest: they are a copy',
    async (count, { openTarget, folder }) => {
      const target = await openTarget('postgres');
      const [a, b] = [join(folder, 'prefix.log'), join(folder, 'longer.log')];
      await writeFile(a, lines(0, count));
      await writeFile(b, LONGER);
      await ingest(target.environment, [b]);
      expect(await ingest(target.environment, [a])).toMatchObject({
        code: 0,
        account: { lines: 0, alreadyCountedBytes: count * LINE_BYTES, inputs: [{ state: 'known' }] },
      });
      await expectOnce(target.query, 300);
    },
  );

  it('the beginning that was held back is a copy when it has grown to the whole, and grows on for both', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const [a, b] = [join(folder, 'prefix.log'), join(folder, 'longer.log')];
    await writeFile(a, PREFIX);
    await writeFile(b, LONGER);
    expect(await ingest(target.environment, [b, a])).toMatchObject({ code: 4 });
    await appendFile(a, lines(200, 300));
    expect(await ingest(target.environment, [a])).toMatchObject({ code: 0, account: { lines: 0 } });
    await appendFile(a, lines(300, 350));
    expect(await ingest(target.environment, [a, b])).toMatchObject({ code: 0, account: { counted: 50 } });
    await expectOnce(target.query, 350);
  });

  it.for([
    ['the longer one first', 4],
    ['the beginning first', 0],
  ] as const)(
    '%s: the beginning that grows with lines of its own is held back up to the next digest, then counted whole, as a log of its own',
    async ([order, code], { openTarget, folder }) => {
      const target = await openTarget('postgres');
      const [a, b] = [join(folder, 'prefix.log'), join(folder, 'longer.log')];
      await writeFile(a, PREFIX);
      await writeFile(b, LONGER);
      const paths = order === 'the beginning first' ? [a, b] : [b, a];
      expect(await ingest(target.environment, paths)).toMatchObject({ code, account: { counted: 300 } });
      await appendFile(a, lines(1000, 1040));
      expect(await ingest(target.environment, [a])).toMatchObject({ code: 4, account: { lines: 0 } });
      await expectOnce(target.query, 300);
      await appendFile(a, lines(1040, 1060));
      expect(await ingest(target.environment, [a])).toMatchObject({ code: 0, account: { counted: 260 } });
      // the 200 lines that both begin with are lines of each
      const counted = { hits: 560, twice: 200, streams: 2 };
      expect(await countHits(target)).toEqual(counted);
      expect(await ingest(target.environment, [b, a])).toMatchObject({ code: 0, account: { lines: 0 } });
      await appendFile(a, lines(2000, 2010));
      await appendFile(b, lines(3000, 3010));
      expect(await ingest(target.environment, [a, b])).toMatchObject({ code: 0, account: { counted: 20 } });
      expect(await countHits(target)).toEqual({ ...counted, hits: 580 });
    },
  );
});
