// A server that takes no writes: a standby, or a database or role that was set to read-only. Answers are still given.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import { runCli } from '../support/cli.js';
import { queryOnce } from '../support/database-server.js';
import { expectOnce, ingest, lines } from '../support/logs.js';
import { readTables, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

/** Less than all waits between further tries together: a program that tries again takes longer. */
const MAX_MS = 7000;

const COUNT_RECORDS = `
  select (select count(*)::int from logtally.run) as runs, (select count(*)::int from logtally.batch) as batches,
    (select count(*)::int from logtally.log_stream) as streams`;

function toUrl(target: Target): string {
  return target.environment['DATABASE_URL'] ?? '';
}

/** Changes what new connections to the database, or of the role, begin with. */
async function setReadOnly(url: string, what: string, value: 'on' | 'off'): Promise<void> {
  // a connection that is read-only itself may not change it back
  await queryOnce(
    url,
    `begin read write; alter ${what} set default_transaction_read_only = ${value}; commit`,
  );
}

function toDatabaseName(url: string): string {
  return new URL(url).pathname.slice(1);
}

describe('a server that is read-only', () => {
  it('is told at once, with what to do: nothing is stored, and all is counted when it can be written again', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const url = toUrl(target);
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 100));
    await ingest(target.environment, [log]);
    const before = { tables: await readTables(target), records: await target.query(COUNT_RECORDS) };
    await writeFile(log, lines(0, 300));
    await setReadOnly(url, `database ${toDatabaseName(url)}`, 'on');
    const started = performance.now();
    const refused = await ingest(target.environment, [log]);
    expect(performance.now() - started).toBeLessThan(MAX_MS);
    expect(refused).toMatchObject({ code: 1, account: null });
    expect(refused.stderr).toContain('read-only');
    expect(refused.stderr).toContain('hint: the server is read-only: connect to the primary');
    expect(refused.stderr).not.toMatch(/^ +at /m);
    expect({ tables: await readTables(target), records: await target.query(COUNT_RECORDS) }).toEqual(before);
    await setReadOnly(url, `database ${toDatabaseName(url)}`, 'off');
    expect(await ingest(target.environment, [log])).toMatchObject({ code: 0, account: { counted: 200 } });
    await expectOnce(target.query, 300);
  });

  it('is told where there is no schema yet, which is not created', async ({ openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    const url = toUrl(target);
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 10));
    await setReadOnly(url, `database ${toDatabaseName(url)}`, 'on');
    for (const args of [['ingest', log], ['init']]) {
      const refused = await target.run(args);
      expect({ args, code: refused.code, stdout: refused.stdout }).toEqual({ args, code: 1, stdout: '' });
      expect(refused.stderr).toContain('hint: the server is read-only: connect to the primary');
    }
    expect(await target.query("select nspname from pg_namespace where nspname = 'logtally'")).toEqual([]);
  });

  it('is told to a role that is set to read-only, which may ask all the same', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 10));
    await ingest(target.environment, [log]);
    const role = `read_only_${process.pid}_${Date.now()}`;
    await target.query(`create role ${role} superuser login password 'reader'`);
    try {
      await setReadOnly(toUrl(target), `role ${role}`, 'on');
      const own = new URL(toUrl(target));
      own.username = role;
      own.password = 'reader';
      const environment = { DATABASE_URL: own.href };
      await writeFile(log, lines(0, 20));
      expect(await ingest(environment, [log])).toMatchObject({
        code: 1,
        account: null,
        stderr: expect.stringContaining('hint: the server is read-only'),
      });
      // of a log that has grown `status` would tell how long it has waited
      await writeFile(log, lines(0, 10));
      for (const args of [
        ['top', '7', '--csv'],
        ['show', '7', '1'],
        ['runs', '--json'],
        ['status', '--json'],
        ['verify'],
      ]) {
        const own = await runCli(args, { environment });
        expect(own).toEqual({ ...(await target.run(args)), code: 0, stderr: '' });
      }
      await expectOnce(target.query, 10);
    } finally {
      await target.query(`drop role ${role}`);
    }
  });
});
