// `logtally forget`: the requests of a person are gone, and nothing else.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { describe } from 'vitest';
import { runCli } from '../support/cli.js';
import { readTables, succeed, TARGET_KINDS, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

const toLine = (client: string, user: string, day: string) =>
  `${client} - ${user} [${day}/2026:10:22:31 +0200] "GET /p/1 HTTP/1.1" 200 100 "-" "Mozilla/5.0" 7 1\n`;

const LINES = [
  toLine('203.0.113.9', 'alice', '14/Apr'),
  toLine('203.0.113.9', '-', '30/Apr'),
  toLine('203.0.113.77', 'alice', '01/May'),
  toLine('203.0.113.78', 'bob', '01/May'),
  toLine('2001:db8:1::0001', 'bob', '02/May'),
].join('');

const INGEST = ['ingest', '--quiet', '--summary', 'requests,clients'];

async function listKept(target: Target): Promise<readonly string[]> {
  const rows = await target.query(
    "select client || ' ' || coalesce(user_name, '-') as text from logtally.request order by requested_at, client",
  );
  return rows.map(({ text }) => String(text));
}

async function forget(target: Target, ...args: readonly string[]): Promise<Record<string, unknown>> {
  return JSON.parse(await succeed(target, ['forget', '--json', ...args]));
}

/** What nginx writes with `escape=json` of a request without user, referrer and headers, and of one that is none. */
const EMPTY_FIELDS = [
  { method: 'GET', uri: '/a', user: '', referer: '', http_user_agent: '', http_authorization: '', note: '' },
  {
    method: '',
    uri: '',
    user: 'alice',
    referer: '',
    http_user_agent: 'UA',
    http_authorization: 'x',
    note: 'y',
  },
].map((fields) => `${JSON.stringify({ time: '2026-04-14T10:22:31Z', status: 404, ...fields })}\n`);

describe.each(TARGET_KINDS)('forget in %s', (kind) => {
  it('deletes the requests of a user, counts nothing else, and lets runs be undone and counted again', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget(kind);
    const log = join(folder, 'access.log');
    await writeFile(log, LINES);
    await succeed(target, [...INGEST, log]);
    const counted = await readTables(target);
    const months = [
      { month: '2026-04', requests: 1 },
      { month: '2026-05', requests: 1 },
    ];
    const told = { requests: 2, months, widerNetworks: [] };
    expect(await forget(target, '--dry-run', '--user', 'alice')).toEqual({
      ...{ dryRun: true, vacuumed: false, ...told },
    });
    expect(await listKept(target)).toHaveLength(5);
    expect(await forget(target, '--user', 'alice')).toEqual({ dryRun: false, vacuumed: true, ...told });
    const kept = ['203.0.113.9 -', '203.0.113.78 bob', '2001:db8:1::0001 bob'];
    expect(await listKept(target)).toEqual(kept);
    expect(await readTables(target)).toEqual(counted);
    expect((await target.run(['verify'])).code).toBe(0);
    expect(await forget(target, '--user', 'alice')).toMatchObject({ requests: 0, months: [] });
    await succeed(target, [...INGEST, '--recount', log]);
    expect(await listKept(target)).toHaveLength(5);
    await forget(target, '--user', 'alice');
    await succeed(target, ['undo', '2']);
    expect(await listKept(target)).toEqual([]);
    expect((await target.run(['verify'])).code).toBe(0);
  });
});

describe('forget', () => {
  it.for([
    [['203.0.113.9'], 2],
    [['203.0.113.9', '203.0.113.78'], 3],
    [['203.0.113.0/24'], 4],
    [['2001:DB8:1:0::1'], 1],
    [['203.0.113.9,2001:db8::/32'], 3],
    [['198.51.100.1'], 0],
  ] as const)(
    'deletes the requests of the clients %j: %i',
    async ([clients, requests], { openTarget, expect }) => {
      const target = await openTarget('postgres');
      await succeed(target, INGEST, LINES);
      const flags = clients.flatMap((client) => ['--client', client]);
      expect(await forget(target, ...flags)).toMatchObject({ requests });
      expect(await listKept(target)).toHaveLength(5 - requests);
    },
  );

  it('names the networks that an address was stored as, and deletes by these', async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    await succeed(target, [...INGEST, '--anonymize-ip'], LINES);
    const network = '203.0.113.0/24';
    expect(await forget(target, '--client', '203.0.113.9')).toMatchObject({
      ...{ requests: 0, widerNetworks: [network] },
    });
    expect(await succeed(target, ['forget', '--client', '203.0.113.9'])).toContain(
      `requests of ${network} stay`,
    );
    expect(await forget(target, '--client', network)).toMatchObject({ requests: 4 });
  });

  it('says what may still be there', async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    await succeed(target, INGEST, LINES);
    const text = await succeed(target, ['forget', '--user', 'bob']);
    expect(text).toContain('2 requests deleted\nmonth    requests\n2026-05         2\n');
    for (const word of ['backups', 'WAL', 'export', 'logs', 'counts']) expect(text).toContain(word);
  });

  it('wants a user or a client, not both', async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    for (const args of [[], ['--user', 'a', '--client', '203.0.113.9']]) {
      const { code, stderr } = await target.run(['forget', ...args]);
      expect(code).toBe(2);
      expect(stderr).toContain('either --user or --client');
    }
  });

  it('is for the owner of the tables, while whoever reads may ask what it would delete', async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    await succeed(target, INGEST, LINES);
    const url = new URL(target.environment['DATABASE_URL'] ?? '');
    const role = `reader_${url.pathname.slice(-8)}`;
    await target.query(`create role ${pg.escapeIdentifier(role)} login password 'guest'`);
    try {
      await target.query((await runCli(['init', '--print-grants', '--reader', role])).stdout);
      url.username = role;
      url.password = 'guest';
      const environment = { DATABASE_URL: url.href };
      const listed = await runCli(['requests', '--json', '--user', 'alice'], { environment });
      expect(listed).toMatchObject({ code: 0, stderr: '' });
      expect(listed.stdout.split('\n')).toHaveLength(3);
      const dry = await runCli(['forget', '--dry-run', '--user', 'alice'], { environment });
      expect(dry.stdout).toContain('2 requests would be deleted');
      const { code, stderr } = await runCli(['forget', '--user', 'alice'], { environment });
      expect(code).toBe(1);
      expect(stderr).toContain('run it as the owner of the tables');
      expect(await listKept(target)).toHaveLength(5);
    } finally {
      await target.query(`drop owned by ${pg.escapeIdentifier(role)}`);
      await target.query(`drop role ${pg.escapeIdentifier(role)}`);
    }
  });
});

describe('an empty name', () => {
  it('stands for nobody, and an empty text of a line for nothing', async ({ openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    const config = join(folder, 'logtally.toml');
    await writeFile(config, '[summaries]\nextra_fields = ["http_authorization", "note"]\n');
    const args = [
      '--config',
      config,
      '--format',
      'json',
      '--by-path',
      '--summary',
      'requests,statuses,referrers',
    ];
    const { code } = await target.run(['ingest', ...args], { input: EMPTY_FIELDS.join('') });
    expect(code).toBe(0);
    const rows = await target.query(
      'select method, path, user_name, referrer, user_agent, extra, object_id from logtally.requests order by user_name',
    );
    const nothing = { method: null, path: null, user_name: null, referrer: null, user_agent: null };
    expect(rows).toEqual([
      {
        ...nothing,
        user_name: 'alice',
        user_agent: 'UA',
        extra: { http_authorization: '***', note: 'y' },
        object_id: null,
      },
      { ...nothing, method: 'GET', path: '/a', extra: null, object_id: '/a' },
    ]);
    const statuses = await target.query('select method from logtally.status_daily order by method');
    const paths = await target.query('select path from logtally.failed_path_daily order by path');
    expect({ statuses, paths }).toEqual({
      statuses: [{ method: 'GET' }, { method: null }],
      paths: [{ path: '/a' }, { path: null }],
    });
    for (const flag of ['--user', '--client']) {
      const result = await target.run(['forget', flag, '']);
      expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining(`${flag}: `) });
    }
    expect(await target.query('select from logtally.request')).toHaveLength(2);
  });
});
