// Clients of the embedded database that want to write, to get at files, to keep it busy, or that speak no protocol at all.

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { describe } from 'vitest';
import { runCli } from '../support/cli.js';
import { line } from '../support/logs.js';
import {
  copyDatabase,
  findFailure,
  openClient,
  openOwner,
  openSocket,
  toQuery,
  toStartup,
} from '../support/sessions.js';
import { it } from '../support/test.js';

const LONG = { timeout: 120_000 };
const FILE = '/tmp/logtally-hostile-session';
const ROLE = "select set_config('role', 'none', false)";

/** Each must fail, whatever it is sent as. */
const ATTACKS = [
  'insert into logtally.content_type values (1)',
  'with x as (delete from logtally.run returning 1) select * from x',
  "with x as (insert into logtally.content_type (content_type_id, site, name) values (9, '', 'x') returning 1) select 1 from x",
  'update pg_catalog.pg_authid set rolsuper = true',
  'select * into public.x from logtally.run',
  'create temporary table x as select 1',
  'select * from logtally.run for update',
  'set role postgres',
  'reset role',
  'set session authorization postgres',
  'set local role none',
  '/* /* */ select */ set role none',
  '-- select\rset role none',
  'SeT/**/RoLe none',
  'begin read write',
  'set transaction read write',
  'begin; set transaction read write',
  'rollback; set role none',
  'commit; insert into logtally.content_type values (1)',
  'start transaction isolation level serializable, read write',
  'set transaction_read_only = off',
  'set default_transaction_read_only to off',
  'set client_encoding to SJIS',
  ROLE,
  "select pg_catalog.set_config('transaction_read_only', 'off', true)",
  "select query_to_xml('set role none', true, true, '')",
  "select query_to_xml('copy (select 1) to ''/tmp/x''', true, true, '')",
  'alter role logtally_session superuser',
  'grant postgres to logtally_session',
  `copy (select 1) to '${FILE}'`,
  "copy pg_temp.x from program 'id'",
  'copy logtally.run to stdout',
  "do $$ begin execute 'set role none'; end $$",
  'call x()',
  'prepare p as select 1',
  'execute p',
  'deallocate all',
  'discard all',
  'listen x',
  'notify x',
  'lock logtally.run',
  'vacuum',
  'checkpoint',
  "load '/tmp/x.so'",
  'truncate logtally.run',
  'drop schema logtally cascade',
  'comment on table logtally.run is null',
  "select pg_read_file('/etc/passwd')",
  "select pg_read_binary_file('PG_VERSION')",
  "select pg_ls_dir('.')",
  "select pg_stat_file('PG_VERSION')",
  `select lo_export(1, '${FILE}')`,
  "select lo_import('/etc/passwd')",
  'select lo_create(0)',
  "select lo_from_bytea(0, 'x')",
  "select pg_logical_emit_message(false, 'a', 'b')",
  'select pg_export_snapshot()',
  'select pg_current_xact_id()',
  'select txid_current()',
  'select pg_advisory_lock(7813594474294704249)',
  'select pg_advisory_xact_lock(1)',
  'select pg_terminate_backend(pg_backend_pid())',
  'select pg_cancel_backend(pg_backend_pid())',
  "select pg_notify('a', 'b')",
  'select pg_switch_wal()',
  'select pg_reload_conf()',
  "select nextval('x')",
  'select setseed(0.5)',
  'select logtally.create_request_month(current_date)',
  'select logtally.drop_request_month(current_date)',
  "explain analyze insert into logtally.content_type (content_type_id, site, name) values (9, '', 'x')",
  'explain analyze create table public.x as select 1',
  'select 1; set role none',
  "select 1; select $$; set role none; $$ || E'\\'; set role none; --'; set role none",
];

describe('a hostile session', LONG, () => {
  it('changes nothing, keeps nothing, and gets at no file', async ({ folder, expect }) => {
    await copyDatabase(folder);
    await runCli(['ingest', '--data-dir', folder], { input: line(1) });
    await rm(FILE, { force: true });
    const { database } = await openOwner(folder);
    for (const attack of ATTACKS) {
      const client = await openClient(folder);
      const simple = await findFailure(client, attack);
      await client.query('rollback');
      const prepared = await client.query({ text: attack, values: [], name: 'attack' }).then(
        () => 'none',
        () => 'refused',
      );
      await client.query('rollback');
      // within a transaction that has read
      const within = await findFailure(client, `begin; select 1; ${attack}`);
      await client.query('rollback');
      expect({ attack, simple, prepared, within }).toEqual({
        ...{ attack, prepared: 'refused' },
        simple: expect.stringMatching(/^[0-9A-Z]{5}$/),
        within: expect.stringMatching(/^[0-9A-Z]{5}$/),
      });
      const { rows } = await client.query(
        "select current_user as name, current_setting('is_superuser') as is_super",
      );
      expect(rows).toEqual([{ name: 'logtally_session', is_super: 'off' }]);
      await client.end();
    }
    const own = "select current_user as name, current_setting('transaction_read_only') as is_read_only";
    expect((await database.query(own)).rows).toEqual([{ name: 'postgres', is_read_only: 'off' }]);
    await database.query('create table public.owned (id int)');
    await database.close();
    expect(existsSync(FILE)).toBe(false);
    expect(await runCli(['verify', '--data-dir', folder])).toMatchObject({ code: 0, stderr: '' });
  });

  it('is ended where it takes too long, too much, or keeps silent in a transaction, and the owner goes on', async ({
    folder,
    expect,
  }) => {
    await copyDatabase(folder);
    const { database } = await openOwner(folder);
    await database.query('create table public.kept (id int)');
    const commit = () =>
      database.transaction('writing', () => database.query('insert into public.kept values (1)'));
    const client = await openClient(folder);
    const other = await openClient(folder);
    const asked = findFailure(client, 'begin; select pg_sleep(30)');
    await commit();
    expect(await asked).toBe('57014');
    expect(await findFailure(client, 'select 1')).toBe('57014');
    await client.query('rollback');
    expect(await findFailure(other, 'select count(*) from public.kept')).toBe('none');
    const cross = 'select count(*) from generate_series(1, 1000000) as a, generate_series(1, 1000000) as b';
    const crossed = findFailure(other, cross);
    await commit();
    expect(await crossed).toBe('57014');
    // on a busy machine it may take too long before it is too large
    const large = "select repeat('x', 17000000)";
    expect(await findFailure(await openClient(folder), large)).toMatch(/^(?:54000|57014)$/);
    const silent = await openClient(folder);
    await silent.query('begin');
    await silent.query('select 1');
    await commit();
    expect(await findFailure(silent, 'select 1')).toBe('25P04');
    expect(await findFailure(silent, 'select 1')).toBe('25P04');
    expect((await silent.query('commit')).command).toBe('ROLLBACK');
    expect((await silent.query('select count(*)::int as count from public.kept')).rows).toEqual([
      { count: 3 },
    ]);
    await database.close();
  });

  it('loses its connection if it speaks no protocol, and others keep theirs', async ({ folder, expect }) => {
    await copyDatabase(folder);
    const { database } = await openOwner(folder);
    const client = await openClient(folder);
    const open = async (...parts: readonly Buffer[]): Promise<Socket> => {
      const socket = await openSocket(folder);
      for (const part of parts) socket.write(part);
      return socket;
    };
    const hear = async (socket: Socket): Promise<string> => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      await once(socket, 'close');
      return Buffer.concat(chunks).toString('latin1');
    };
    const huge = Buffer.from('Q\x40\0\0\0', 'latin1');
    expect(await hear(await open(Buffer.from('GET / HTTP/1.1\r\n\r\n')))).toContain('08P01');
    expect(await hear(await open(toStartup(), Buffer.from('garbage that is no message')))).toContain('08P01');
    expect(await hear(await open(toStartup(), huge))).toContain('a message of 1073741824 bytes is too long');
    expect(await hear(await open(toStartup(), Buffer.from('B\0\0\0\x04', 'latin1')))).toContain('08P01');
    const half = await open(toStartup(), toQuery('select 1').subarray(0, 9));
    // half a message within a transaction, and ends in the middle of a statement and of a transaction
    const inside = await open(toStartup(), toQuery('begin; select 1'), toQuery('select 1').subarray(0, 9));
    (await open(toStartup(), toQuery('select pg_sleep(0.3)'))).destroy();
    (await open(toStartup(), toQuery('begin; select 1'))).destroy();
    const deaf = await open(
      toStartup(),
      ...Array.from({ length: 20 }, () => toQuery("select repeat('x', 8000000)")),
    );
    deaf.pause();
    await database.query('create table public.kept (id int)');
    expect((await client.query('select count(*)::int as count from public.kept')).rows).toEqual([
      { count: 0 },
    ]);
    for (const socket of [half, inside, deaf]) socket.destroy();
    await client.end();
    await database.close();
  });

  it('finds no place among too many, until one of them ends', async ({ folder, expect }) => {
    await copyDatabase(folder);
    const { database } = await openOwner(folder);
    const clients = await Promise.all(Array.from({ length: 20 }, () => openClient(folder)));
    await expect(openClient(folder)).rejects.toMatchObject({ code: '53300' });
    await clients[0]?.end();
    await expect
      .poll(
        () =>
          openClient(folder).then(
            (client) => client.end().then(() => true),
            () => false,
          ),
        { timeout: 10_000 },
      )
      .toBe(true);
    await database.close();
  });
});
