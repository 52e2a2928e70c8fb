// In a pipe or an archive the next log begins within a line, if the one before it was cut off within its last line, as at a crash.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe } from 'vitest';
import { expectOnce, ingest, lines } from '../support/logs.js';
import { succeed, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

/** A log of 601 lines, the last of which is cut off. */
const CUT_OFF = lines(0, 601).slice(0, -30);

/** Counts a text as a file of its own. */
async function ingestFile(target: Target, folder: string, name: string, text: string | Buffer) {
  await writeFile(join(folder, name), text);
  return ingest(target.environment, [join(folder, name)]);
}

describe('a log behind a line that was cut off', () => {
  it.for([
    ['a pipe', false],
    ['an archive', true],
  ] as const)(
    'is known in %s, if the one before it is a known archive',
    async ([, isPacked], { openTarget, folder, expect }) => {
      const target = await openTarget('postgres');
      await ingestFile(target, folder, 'a.gz', gzipSync(CUT_OFF));
      await ingestFile(target, folder, 'b.log', lines(900, 1200));
      const both = CUT_OFF + lines(900, 1200);
      const again = isPacked
        ? await ingestFile(target, folder, 'both.gz', gzipSync(both))
        : await ingest(target.environment, [], both);
      expect(again).toMatchObject({ code: 0, account: { lines: 0, alreadyCountedBytes: both.length } });
    },
  );

  it.for([
    ['a pipe', false],
    ['an archive', true],
  ] as const)(
    'is held back in %s, if it is known and the one before it is not, until both are named',
    async ([, isPacked], { openTarget, folder, expect }) => {
      const target = await openTarget('postgres');
      await ingestFile(target, folder, 'b.log', lines(601, 1200));
      const both = CUT_OFF + lines(601, 1200);
      const given = isPacked
        ? await ingestFile(target, folder, 'both.gz', gzipSync(both))
        : await ingest(target.environment, [], both);
      expect(given).toMatchObject({ code: 4, account: { counted: 0 } });
      expect(given.stderr).toContain(
        `has a line at byte ${lines(0, 600).length} that was cut off and goes on with the first line of a log that was counted`,
      );
      await ingestFile(target, folder, 'a.log', lines(0, 601));
      expect(await ingestFile(target, folder, 'b.log', lines(601, 1200))).toMatchObject({
        code: 0,
        account: { counted: 0 },
      });
      await expectOnce(target.query, 1200);
      await succeed(target, ['verify']);
    },
  );

  it('is held back when it is named, if it was new in a pipe', async ({ openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    // the line that results is a reject
    expect(await ingest(target.environment, [], CUT_OFF + lines(601, 1200))).toMatchObject({
      code: 0,
      account: { counted: 1198, rejected: 1 },
    });
    const named = await ingestFile(target, folder, 'b.log', lines(601, 1200));
    expect(named).toMatchObject({ code: 4, account: { counted: 0 } });
    expect(named.stderr).toContain("b.log' begins with lines that run 1 counted from a pipe");
  });

  it.for([
    ['without the end of its last line', lines(0, 600).slice(0, -1), 600],
    ['within its last line', CUT_OFF, 600],
  ] as const)(
    'loses no line, if it is new and the one before it is a known archive that ends %s',
    async ([, text, counted], { openTarget, folder, expect }) => {
      const target = await openTarget('postgres');
      await ingestFile(target, folder, 'a.gz', gzipSync(text));
      expect(await ingest(target.environment, [], text + lines(900, 1200))).toMatchObject({
        code: 0,
        account: { counted: 300, alreadyCountedBytes: text.length },
      });
      const [row] = await target.query('select sum(hit_count)::int as hits from logtally.object_hits');
      expect(row?.['hits']).toBe(counted + 300);
      await succeed(target, ['verify']);
    },
  );
});
