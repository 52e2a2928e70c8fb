import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from './database.js';
import { checkServer, queryOnce } from './database-server.js';
import { type PostgresServer, startPostgres } from './postgres.js';
import { getPostgresBinaries } from './postgres-binaries.js';

describe('the shared server', () => {
  test('gives each test a database of its own, and takes it back', async () => {
    const [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await first.query('create table hit (object_id text)');
    await first.query('insert into hit values ($1)', ['1234']);

    expect(await first.query('select * from hit')).toEqual([{ object_id: '1234' }]);
    await expect(second.query('select * from hit')).rejects.toThrow('does not exist');

    await Promise.all([first.drop(), second.drop()]);
    await expect(queryOnce(first.url, 'select 1')).rejects.toThrow('does not exist');
  });
});

describe('a server of one test', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ settings: { work_mem: '5MB' } });
  });
  afterAll(() => server.stop());

  test('answers by TCP and by Unix socket, to the right password only', async () => {
    const answer = [{ number: server.version, work_mem: '5MB', fsync: 'off' }];
    const sql = `select current_setting('server_version_num')::int as number,
                        current_setting('work_mem') as work_mem, current_setting('fsync') as fsync`;
    const overSocket = new URL(server.url);
    overSocket.searchParams.set('host', server.socketFolder);
    const wrongPassword = new URL(server.url);
    wrongPassword.password = 'wrong';

    expect(await queryOnce(server.url, sql)).toEqual(answer);
    expect(await queryOnce(overSocket.href, sql)).toEqual(answer);
    await expect(queryOnce(wrongPassword.href, sql)).rejects.toThrow('password authentication failed');
  });

  test('keeps what was committed, and no more, when it is killed and started again', async () => {
    const database = await server.createDatabase();
    const killedPid = server.pid;
    await queryOnce(database, 'create table hit (object_id text); insert into hit values (1), (2)');
    const unfinished = queryOnce(database, 'begin; insert into hit values (3); select pg_sleep(60); commit');
    unfinished.catch(() => {});
    await expect
      .poll(() => queryOnce(server.url, `select 1 from pg_stat_activity where wait_event = 'PgSleep'`))
      .toHaveLength(1);

    await server.kill();
    expect(server.pid).toBeNull();
    await expect(queryOnce(database, 'select 1')).rejects.toThrow();
    await expect(unfinished).rejects.toThrow();

    await server.start();
    expect(server.pid).not.toBe(killedPid);
    expect(await queryOnce(database, 'select count(*)::int as rows from hit')).toEqual([{ rows: 2 }]);
  });

  test('leaves nothing behind when it is stopped', async () => {
    const other = await startPostgres();
    const { pid, socketFolder } = other;
    await other.stop();
    await other.stop();

    expect(existsSync(socketFolder)).toBe(false);
    expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
  });
});

describe('an impossible set-up says what to do', () => {
  test('when there are no PostgreSQL programs', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'logtally-empty-'));
    await expect(startPostgres({ binaries: empty })).rejects.toThrow(/no bin\/initdb .*\n.*"npm install"/);
    await rm(empty, { recursive: true });
    expect(() => getPostgresBinaries([])).toThrow('LOGTALLY_TEST_DATABASE_URL');
  });

  test('when the server refuses to start', async () => {
    const settings = { no_such_setting: '1' };
    await expect(startPostgres({ settings })).rejects.toThrow('unrecognized configuration parameter');
  });

  test('when the server that is given does not answer, or the user may not create databases', async () => {
    await expect(checkServer('postgres://nobody@127.0.0.1:1/postgres')).rejects.toThrow(
      /LOGTALLY_TEST_DATABASE_URL: .*ECONNREFUSED/,
    );
    const database = await createTestDatabase();
    const role = new URL(database.url).pathname.slice(1);
    await database.query(`create role ${role} login password 'guest'`);
    const asGuest = new URL(database.url);
    asGuest.username = role;
    asGuest.password = 'guest';
    await expect(checkServer(asGuest.href)).rejects.toThrow('may not create databases');
    await database.query(`drop role ${role}`);
    await database.drop();
  });
});
