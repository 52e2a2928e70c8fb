// What the guards of "counted exactly once" are there for, each alone; test/guards.ts takes them out one by one.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import { expectOnce, ingest, lines } from '../support/logs.js';
import { it } from '../support/test.js';
import { type ProxyFault, startProxy } from './proxy.js';

const LINES = 1000;

const CHANGED_ROWS: readonly (readonly [fault: ProxyFault, message: string])[] = [
  ['lose row', `${LINES} rows of pg_temp.staged_hit were sent`],
  ['change row', `${LINES} lines were counted, but ${LINES - 1} hits would go to the days`],
];

describe('rows that are not what was sent are noticed, and nothing is stored', () => {
  it.for(CHANGED_ROWS)(
    'where the connection does this: %s',
    async ([fault, message], { openTarget, folder, expect }) => {
      const target = await openTarget('postgres');
      const log = join(folder, 'access.log');
      await writeFile(log, lines(0, LINES));
      const proxy = await startProxy(target.environment['DATABASE_URL'] ?? '', { fault });
      try {
        const answer = await ingest({ DATABASE_URL: proxy.url }, [log]);
        expect(answer).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(message) });
        await expectOnce(target.query, 0);
        expect((await ingest({ DATABASE_URL: proxy.url }, [log])).code).toBe(0);
        await expectOnce(target.query, LINES);
      } finally {
        await proxy.close();
      }
    },
  );
});

describe('the database itself', () => {
  it('refuses the same bytes of a log twice, and accounts that do not add up', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, LINES));
    expect((await ingest(target.environment, [log])).code).toBe(0);
    const insert = (lines: string, start: string) => `
      insert into logtally.batch
      select batch_id + 1, run_id, stream_id, path, ${start}, end_byte + 9, ${lines}, counted, unattributed, filtered,
             rejected, reject_reasons, committed_at
      from logtally.batch`;
    await expect(target.query(insert('lines', 'start_byte'))).rejects.toMatchObject({ code: '23505' });
    await expect(target.query(insert('lines + 1', 'end_byte'))).rejects.toMatchObject({ code: '23514' });
  });
});

describe('logs that begin alike', () => {
  it.for([40, 400, 6000])(
    'are told apart where they differ after %d lines',
    async (alike, { openTarget, folder, expect }) => {
      const target = await openTarget('postgres');
      const [first, second] = [join(folder, 'first.log'), join(folder, 'second.log')];
      const beginning = lines(0, alike);
      await writeFile(first, beginning + lines(alike, alike + LINES));
      await writeFile(second, beginning + lines(alike + LINES, alike + 2 * LINES));
      expect(await ingest(target.environment, [first])).toMatchObject({
        code: 0,
        account: { counted: alike + LINES },
      });
      expect(await ingest(target.environment, [second])).toMatchObject({
        code: 0,
        account: { counted: alike + LINES },
      });
      expect(await ingest(target.environment, [second, first])).toMatchObject({
        code: 0,
        account: { lines: 0 },
      });
    },
  );
});
