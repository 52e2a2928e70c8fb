// The embedded database while a process has it open: what others read of it, and what they cannot do.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe } from 'vitest';
import { runCli } from '../support/cli.js';
import { line } from '../support/logs.js';
import {
  copyDatabase,
  findFailure,
  findPsql,
  openClient,
  openOwner,
  startOwner,
} from '../support/sessions.js';
import { it } from '../support/test.js';

const LONG = { timeout: 120_000 };
const run = promisify(execFile);
const psql = findPsql();

describe('a session', LONG, () => {
  it('never sees half of a transaction of the owner', async ({ folder, expect }) => {
    await copyDatabase(folder);
    const { database } = await openOwner(folder);
    await database.query('create table public.pair (pair_id int)');
    let isAsking = true;
    const write = async () => {
      for (let pair = 0; isAsking; pair += 1) {
        await database.transaction('writing', async () => {
          await database.query('insert into public.pair values ($1)', [pair]);
          await new Promise((resolve) => setImmediate(resolve));
          await database.query('insert into public.pair values ($1)', [pair]);
        });
      }
    };
    const ask = async () => {
      const client = await openClient(folder);
      const counts: number[] = [];
      for (let at = 0; at < 250; at += 1) {
        const { rows } = await client.query('select count(*)::int as count from public.pair');
        counts.push(rows[0]?.count);
      }
      await client.end();
      return counts;
    };
    const writing = write();
    const counts = await Promise.all([ask(), ask(), ask(), ask()]);
    isAsking = false;
    await writing;
    expect(counts.flat()).toHaveLength(1000);
    expect(counts.flat().filter((count) => count % 2 !== 0)).toEqual([]);
    expect(new Set(counts.flat()).size).toBeGreaterThan(10);
    for (const each of counts) expect(each).toEqual(each.toSorted((a, b) => a - b));
    await database.close();
  });

  it('sees one state within its transaction, and has its settings and prepared statements to itself', async ({
    folder,
    expect,
  }) => {
    await copyDatabase(folder);
    const { database } = await openOwner(folder);
    const [one, other] = [await openClient(folder), await openClient(folder)];
    const count = { name: 'count', text: 'select count(*)::int as count from run where $1' };
    const first = await one.query({ ...count, values: [true] });
    expect((await one.query({ ...count, values: [true] })).rows).toEqual(first.rows);
    // the other session knows nothing of it
    expect(await findFailure(other, 'execute count (true)')).toBe('0A000');
    await one.query("set time zone 'Asia/Tokyo'");
    const zone = async (client: typeof one) => (await client.query('show time zone')).rows[0]?.TimeZone;
    expect([await zone(one), await zone(other)]).toEqual(['Asia/Tokyo', 'UTC']);
    await one.query('begin; set time zone UTC; rollback');
    expect(await zone(one)).toBe('Asia/Tokyo');
    await one.query('begin');
    await one.query('select 1');
    const writing = database.query('create table public.later (id int)');
    expect((await one.query("select to_regclass('public.later') as later")).rows).toEqual([{ later: null }]);
    await one.query('savepoint s');
    expect(await findFailure(one, 'select 1/0')).toBe('22012');
    await one.query('rollback to savepoint s');
    expect((await one.query("select to_regclass('public.later') as later")).rows).toEqual([{ later: null }]);
    await one.query('commit');
    await writing;
    expect((await one.query("select to_regclass('public.later') as later")).rows).toEqual([
      { later: 'later' },
    ]);
    await Promise.all([one.end(), other.end()]);
    await database.close();
  });

  it('gets the answers of the database itself', async ({ folder, expect }) => {
    await copyDatabase(folder);
    const { database } = await openOwner(folder);
    const client = await openClient(folder);
    const good = [
      "select 'ä €', '', null::text, 1, 2.50, 1e300::float8, 'NaN'::float8, true, date '2026-04-14'",
      "select '\\x00ff'::bytea, array[1, null, 3], '{\"a\": [1]}'::jsonb, interval '1 day', 9007199254740993",
      'select generate_series(1, 5000) as number, repeat(md5(random()::text), 0)',
      'select 1 where false',
      "values ('a', 1), ('b', null)",
      'table logtally.run',
      'explain (costs off) select 1',
    ];
    const texts = { getTypeParser: () => (text: unknown) => text };
    for (const text of good) {
      const own = await database.transaction('snapshot', () => database.ask(text));
      const { rows, fields } = await client.query({ text, rowMode: 'array', types: texts });
      expect({ text, rows }).toEqual({ text, rows: own.rows });
      expect(fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID }))).toEqual(own.columns);
      const prepared = await client.query({
        text: `${text} -- $1`,
        rowMode: 'array',
        types: texts,
        values: [],
      });
      expect(prepared.rows).toEqual(own.rows);
    }
    const failure = async (text: string) =>
      client.query(text).catch(({ code, position, message }) => ({ code, position, message }));
    expect(await failure('select 1 / 0')).toMatchObject({ code: '22012' });
    expect(await failure('select nothing')).toMatchObject({ code: '42703', position: '8' });
    // é is one character and two bytes
    expect(await failure("select 'é'; select 1 from nowhere")).toMatchObject({
      code: '42P01',
      position: '27',
    });
    expect(await failure('select 1; select $$;$$; select (')).toMatchObject({ code: '42601' });
    const several = (await client.query('select 1 as a; ; select 2 as b;')) as unknown as {
      rows: unknown[];
    }[];
    expect(several.map(({ rows }) => rows)).toEqual([[{ a: 1 }], [{ b: 2 }]]);
    expect((await client.query('select $1::text as t, $2::int as n', ["o'k; --", 7])).rows).toEqual([
      { t: "o'k; --", n: 7 },
    ]);
    await client.end();
    await database.close();
  });

  it.skipIf(psql === null)('may be that of psql', async ({ folder, expect }) => {
    await copyDatabase(folder);
    const { database } = await openOwner(folder);
    const ask = async (...args: readonly string[]) => {
      const options = { env: { PATH: process.env['PATH'] ?? '', PAGER: 'cat' } };
      const commands = args.flatMap((text) => ['-c', text]);
      const { stdout } = await run(
        psql ?? '',
        ['-X', '-h', folder, '-U', 'postgres', '-At', ...commands],
        options,
      );
      return stdout;
    };
    expect(await ask('\\dt')).toContain('logtally|object_hits|table|postgres\n');
    expect(await ask('\\d object_hits')).toContain('hit_count|bigint|');
    expect(await ask('begin', 'select count(*) from object_hits', 'commit')).toBe('BEGIN\n0\nCOMMIT\n');
    expect(await ask('\\timing', 'select 1')).toMatch(/^Timing is on.\n1\nTime: /);
    await database.close();
  });
});

describe('a command that only reads', LONG, () => {
  it('asks the process that has the database open, and one that writes waits for it', async ({
    folder,
    expect,
  }) => {
    const data = join(folder, 'data');
    await copyDatabase(data);
    await runCli(['ingest', '--data-dir', data], { input: line(1) + line(2) });
    const commands = [
      ['top'],
      ['top', '--types'],
      ['show', '7', '1'],
      ['report'],
      ['query', 'select object_id, hit_count from logtally.object_hits order by 1'],
      ['query', 'select nothing'],
      ['query', 'create table logtally.x (id int)'],
      ['runs', '--json'],
      ['status', '--all'],
      ['requests'],
      ['verify'],
    ];
    const ask = async (args: readonly string[]) => {
      const { code, stdout, stderr } = await runCli([...args, '--data-dir', data, '--lock-wait', '0']);
      return { args, code, stdout: stdout.replace(/"generatedAt":"[^"]*"/, ''), stderr };
    };
    const alone = [];
    for (const args of commands) alone.push(await ask(args));
    const { database } = await openOwner(data);
    const shared = [];
    for (const args of commands) shared.push(await ask(args));
    expect(shared.slice(0, 6)).toEqual(alone.slice(0, 6));
    expect(shared.slice(7)).toEqual(alone.slice(7));
    expect(shared[6]).toMatchObject({ code: 1, stderr: expect.stringContaining('read-only transaction') });
    for (const args of [
      ['undo', '1'],
      ['prune', '--keep-days', '1'],
      ['verify', '--repair', 'ranks'],
    ]) {
      const { code, stderr } = await ask(args);
      expect({ args, code }).toEqual({ args, code: 1 });
      expect(stderr).toMatch(/is in use by process \d+, since .*Z \(logtally follow\)/);
    }
    await database.close();
    expect(await ask(['verify'])).toEqual(alone.at(-1));
  });

  it('goes on with the next owner where one was killed', async ({ folder, expect }) => {
    await copyDatabase(folder);
    const killed = await startOwner(folder);
    const clients = await Promise.all([openClient(folder), openClient(folder)]);
    const asking = clients.map(async (client) => {
      for (;;) await client.query('select count(*) from public.pair');
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    killed.kill('SIGKILL');
    const ends = await Promise.allSettled(asking);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(existsSync(join(folder, '.s.PGSQL.5432'))).toBe(true);
    const next = await startOwner(folder);
    const client = await openClient(folder);
    const { rows } = await client.query('select count(*)::int % 2 as odd from public.pair');
    expect(rows).toEqual([{ odd: 0 }]);
    expect((await stat(join(folder, '.s.PGSQL.5432'))).mode & 0o777).toBe(0o600);
    next.kill('SIGKILL');
  });
});

describe('the owner', LONG, () => {
  it('goes on without sessions where the path of the socket is too long, and says so', async ({
    folder,
    expect,
  }) => {
    const long = join(folder, 'x'.repeat(120));
    await copyDatabase(long);
    const { database, told, sessions } = await openOwner(long);
    expect(told).toEqual([expect.stringMatching(/^other commands must wait for this one: .* has \d+ bytes/)]);
    expect((await database.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await sessions.close();
    await database.close();
  });

  it('removes the socket when it closes the sessions', async ({ folder, expect }) => {
    await copyDatabase(folder);
    const { database, sessions } = await openOwner(folder);
    const client = await openClient(folder);
    await sessions.close();
    await expect(client.query('select 1')).rejects.toThrow();
    expect(existsSync(join(folder, '.s.PGSQL.5432'))).toBe(false);
    await database.close();
  });
});
