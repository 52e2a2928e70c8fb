import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import { expectOnce, ingest, lines } from '../support/logs.js';
import { it } from '../support/test.js';
import { type ProxyFault, startProxy } from './proxy.js';

const LINES = 3000;

/** What the connection does to the transaction that counts, and whether the run in which it happens can finish. */
const GOT_OVER: readonly ProxyFault[] = [
  'lose answer',
  'swallow',
  'delay',
  'arrive late',
  'cut copy',
  'freeze',
];
const HELD_BACK: readonly ProxyFault[] = ['roll back', 'change tag'];

/** A pipe cannot be read again: it is done where COMMIT has happened after all. */
const COMMITTED: readonly ProxyFault[] = ['lose answer', 'delay', 'arrive late'];

const DELAY_MS = 1500;

describe('a file is counted once in one run', () => {
  it.for(GOT_OVER)('where the connection does this: %s', async (fault, { openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, LINES));
    const proxy = await startProxy(target.environment['DATABASE_URL'] ?? '', { fault, delayMs: DELAY_MS });
    try {
      const environment = { DATABASE_URL: proxy.url };
      const answer = await ingest(environment, [log]);
      expect(answer).toMatchObject({ code: 0, account: { lines: LINES, counted: LINES, batches: 1 } });
      expect(proxy.hasFailed).toBe(true);
      await expectOnce(target.query, LINES);
      expect(await ingest(environment, [log])).toMatchObject({ code: 0, account: { lines: 0 } });
      await expectOnce(target.query, LINES);
    } finally {
      await proxy.close();
    }
  });
});

describe('an answer to COMMIT that is not COMMIT is not believed', () => {
  it.for(HELD_BACK)('where the connection does this: %s', async (fault, { openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, LINES));
    const proxy = await startProxy(target.environment['DATABASE_URL'] ?? '', { fault });
    try {
      const environment = { DATABASE_URL: proxy.url };
      const answer = await ingest(environment, [log]);
      expect(answer).toMatchObject({ code: 1, stdout: '' });
      expect(answer.stderr).toContain('answered COMMIT with ROLLBACK');
      expect((await ingest(environment, [log])).code).toBe(0);
      await expectOnce(target.query, LINES);
    } finally {
      await proxy.close();
    }
  });
});

describe('a pipe is counted once, at the latest when it is piped again', () => {
  it.for([...GOT_OVER, ...HELD_BACK])(
    'where the connection does this: %s',
    async (fault, { openTarget, expect }) => {
      const target = await openTarget('postgres');
      const text = lines(0, LINES);
      const proxy = await startProxy(target.environment['DATABASE_URL'] ?? '', { fault, delayMs: DELAY_MS });
      try {
        const environment = { DATABASE_URL: proxy.url };
        const first = await ingest(environment, [], text);
        expect(proxy.hasFailed).toBe(true);
        if (COMMITTED.includes(fault)) {
          expect(first).toMatchObject({ code: 0, account: { lines: LINES, counted: LINES } });
        } else {
          expect(first.code).toBe(1);
          if (GOT_OVER.includes(fault)) expect(first.stderr).toContain('pipe it again');
        }
        expect((await ingest(environment, [], text)).code).toBe(0);
        await expectOnce(target.query, LINES);
      } finally {
        await proxy.close();
      }
    },
  );
});
