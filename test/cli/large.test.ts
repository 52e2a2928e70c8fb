// Offsets over 32 bits. The file has a hole of 4 GiB, which takes no room on a disk, but is read and hashed by every run.

import { appendFile, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import { expectOnce, ingest, lines } from '../support/logs.js';
import { it } from '../support/test.js';

const HOLE_BYTES = 2 ** 32;
const TIMEOUT_MS = 600_000;

describe('a log of more than 4 GiB', () => {
  it.skipIf(process.env['LOGTALLY_TEST_LARGE'] !== '1')(
    'is counted once behind byte 4,294,967,296, and goes on when it grows (half a minute: only with LOGTALLY_TEST_LARGE=1)',
    async ({ openTarget, folder, expect }) => {
      const { environment, query } = await openTarget('postgres');
      const log = join(folder, 'access.log');
      const file = await open(log, 'w');
      await file.truncate(HOLE_BYTES);
      await file.close();
      await appendFile(log, `\n${lines(0, 100)}`);
      const first = await ingest(environment, [log]);
      expect(first).toMatchObject({
        code: 0,
        account: { lines: 101, counted: 100, rejects: { 'line too long': 1 } },
      });
      const firstEnd = (await stat(log)).size;
      await appendFile(log, `junk\n${lines(100, 150)}`);
      const grown = await ingest(environment, [log]);
      expect(grown).toMatchObject({
        code: 0,
        account: { counted: 50, rejected: 1, alreadyCountedBytes: firstEnd },
      });
      expect(grown.stderr).toContain(`line 102, byte ${firstEnd}`);
      expect(await ingest(environment, [log])).toMatchObject({ code: 0, account: { lines: 0 } });
      await expectOnce(query, 150, 2);
      const batches = await query(
        'select start_byte::text, end_byte::text from logtally.batch order by start_byte',
      );
      expect(batches).toEqual([
        { start_byte: '0', end_byte: String(firstEnd) },
        { start_byte: String(firstEnd), end_byte: String((await stat(log)).size) },
      ]);
    },
    TIMEOUT_MS,
  );
});
