// What a server ends by its own clock: nothing of it may end a run, whose pipes are silent and whose merges are long.

import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from 'vitest';
import { connectPostgres } from '../../src/database/postgres.js';
import { finishCli, startCli } from '../support/cli.js';
import { expectOnce, lines } from '../support/logs.js';
import { it } from '../support/test.js';

/** A setting of the database, and how long a pipe is silent before its first and before its second piece, in milliseconds. */
const CASES = [
  { setting: 'idle_in_transaction_session_timeout', value: '1ms', silences: [0, 1000] },
  { setting: 'idle_session_timeout', value: '300ms', silences: [1500, 500] },
  { setting: 'transaction_timeout', value: '700ms', silences: [0, 1500] },
  { setting: 'statement_timeout', value: '20ms', silences: [0, 500] },
] as const;

const COUNT = 2000;
const HEAD = 200;

describe('a time limit of the server ends no run:', () => {
  it.for(CASES)('$setting', async ({ setting, value, silences }, { openTarget, expect, skip }) => {
    const target = await openTarget('postgres');
    const [known] = await target.query(`select current_setting('${setting}', true) as value`);
    // transaction_timeout is of PostgreSQL 17 and newer
    if (known?.['value'] === null) return skip();
    expect((await target.run(['init'])).code).toBe(0);
    const name = new URL(target.environment['DATABASE_URL'] ?? '').pathname.slice(1);
    await target.query(`alter database "${name}" set ${setting} = '${value}'`);
    const child = startCli(['ingest', '--quiet'], target.environment);
    const finished = finishCli(child);
    await sleep(silences[0]);
    child.stdin?.write(lines(0, HEAD));
    await sleep(silences[1]);
    child.stdin?.end(lines(HEAD, COUNT));
    expect(await finished).toEqual({ code: 0, stdout: '', stderr: '' });
    await target.query(`alter database "${name}" reset ${setting}`);
    await expectOnce(target.query, COUNT);
  });

  it('idle_in_transaction_session_timeout between BEGIN and the settings of a transaction', async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const name = new URL(target.environment['DATABASE_URL'] ?? '').pathname.slice(1);
    await target.query(`alter database "${name}" set idle_in_transaction_session_timeout = '1ms'`);
    const database = await connectPostgres(target.environment['DATABASE_URL'] ?? '', 0);
    // a busy machine: each answer of the server is seen late
    const busy = setInterval(() => {
      for (const end = performance.now() + 20; performance.now() < end; );
    }, 1);
    for (let times = 0; times < 20; times += 1) {
      const { rows } = await database.transaction('reading', () => database.query('select 1 as one'));
      expect(rows).toEqual([{ one: 1 }]);
    }
    clearInterval(busy);
    await database.close();
  });

  it('idle_session_timeout between two transactions of one connection, however often', async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const name = new URL(target.environment['DATABASE_URL'] ?? '').pathname.slice(1);
    await target.query(`alter database "${name}" set idle_session_timeout = '150ms'`);
    const database = await connectPostgres(target.environment['DATABASE_URL'] ?? '', 0);
    const processes = new Set<unknown>();
    for (const silence of [0, 400, 150, 149, 151, 400]) {
      await sleep(silence);
      const { rows } = await database.transaction('reading', () =>
        database.query('select pg_backend_pid() as pid'),
      );
      processes.add(rows[0]?.['pid']);
    }
    await database.close();
    expect(processes.size).toBeGreaterThan(2);
  });
});
