// Passwords: where they are read, and what is said where one is missing or wrong. The tests' server asks for one (SCRAM).

import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import { runCli } from '../support/cli.js';
import { it } from '../support/test.js';

const GOOD = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET / HTTP/1.1" 200 5 "-" "-" 7 1234\n';

/** The PG* variables of a URL but for its password. */
function toVariables(databaseUrl: string) {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const database = pathname.slice(1);
  return {
    password,
    line: `${hostname}:${port}:${database}:${username}:${password}`,
    environment: { PGHOST: hostname, PGPORT: port, PGUSER: username, PGDATABASE: database },
  };
}

describe('a password file', () => {
  it('is read without a word: cron sends no mail', async ({ openTarget, folder, expect }) => {
    const { line, password, environment } = toVariables(
      (await openTarget('postgres')).environment['DATABASE_URL'] ?? '',
    );
    const files = [
      line,
      `# a comment: of: five: fields: here\n\nother:5432:d:u:p\n${line}\n*:*:*:*:wrong\n`,
      line.replace(/^[^:]*:\d+:[^:]*/, '*:*:*'),
      `\\1${line.slice(1)}:ignored\r\n`,
      `${line}\r`,
      `${line}\r\r\n`,
    ];
    for (const text of files) {
      await writeFile(join(folder, '.pgpass'), text, { mode: 0o600 });
      const answer = await runCli(['ingest', '--quiet'], {
        environment: { ...environment, HOME: folder },
        input: GOOD,
      });
      expect(answer, text.replaceAll(password, '...')).toEqual({ code: 0, stdout: '', stderr: '' });
    }
    const elsewhere = { ...environment, PGPASSFILE: join(folder, '.pgpass'), HOME: '' };
    expect(await runCli(['top', '--json'], { environment: elsewhere })).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  it('is not waited for if it is a FIFO, and its first line that fits decides, as for psql', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const { line, environment } = toVariables(
      (await openTarget('postgres')).environment['DATABASE_URL'] ?? '',
    );
    const path = join(folder, '.pgpass');
    execFileSync('mkfifo', ['-m', '600', path]);
    const fifo = await runCli(['top'], { environment: { ...environment, HOME: folder } });
    expect(fifo).toMatchObject({ code: 1, stderr: expect.stringContaining('it is not a plain file') });
    await rm(path);
    await writeFile(path, `*:*:*:*:\n${line}\n`, { mode: 0o600 });
    const empty = await runCli(['top'], { environment: { ...environment, HOME: folder } });
    expect(empty).toMatchObject({ code: 1, stderr: expect.stringContaining('has an empty password for ') });
  });

  it('that others can read is not used, which is said as psql says it', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const { line, password, environment } = toVariables(
      (await openTarget('postgres')).environment['DATABASE_URL'] ?? '',
    );
    const path = join(folder, '.pgpass');
    await writeFile(path, line, { mode: 0o600 });
    for (const mode of [0o640, 0o604, 0o620]) {
      await chmod(path, mode);
      const { code, stdout, stderr } = await runCli(['top'], {
        environment: { ...environment, HOME: folder },
      });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(': the server asks for a password, and none is given\n');
      expect(stderr).toContain(
        `logtally: hint: '${path}' is not read: it has group or world access; permissions should be u=rw (0600) or less: chmod 0600 '${path}'\n`,
      );
      expect(stderr).not.toContain(password);
    }
    // PGPASSWORD comes first, and the file does not matter then
    const given = { ...environment, HOME: folder, PGPASSWORD: password };
    expect(await runCli(['init'], { environment: given })).toMatchObject({ code: 0 });
  });
});

describe('a password', () => {
  it('on the command line is warned of, but not with --quiet: cron sends no mail', async ({
    openTarget,
    expect,
  }) => {
    const url = (await openTarget('postgres')).environment['DATABASE_URL'] ?? '';
    const args = ['ingest', '--database-url', url];
    expect((await runCli(args, { input: GOOD })).stderr).toContain(
      'can see the password on the command line',
    );
    const quiet = await runCli([...args, '--quiet'], { input: GOOD });
    expect(quiet).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('that is missing is asked for with where it can be put', async ({ openTarget, folder, expect }) => {
    const { environment } = toVariables((await openTarget('postgres')).environment['DATABASE_URL'] ?? '');
    const home = { ...environment, HOME: folder };
    const missing = await runCli(['top'], { environment: home });
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain('the server asks for a password, and none is given');
    expect(missing.stderr).toContain(`'${join(folder, '.pgpass')}' does not exist; `);
    expect(missing.stderr).toContain('host:port:database:user:password in ~/.pgpass (mode 0600)');
    expect(missing.stderr).toContain('PGPASSWORD');
    expect(missing.stderr).not.toContain('SASL');
    await writeFile(join(folder, '.pgpass'), 'other:5432:d:u:p\n', { mode: 0o600 });
    const { PGHOST, PGPORT, PGDATABASE, PGUSER } = environment;
    expect((await runCli(['top'], { environment: home })).stderr).toContain(
      `'${join(folder, '.pgpass')}' has no line for ${PGHOST}:${PGPORT}:${PGDATABASE}:${PGUSER}`,
    );
    await mkdir(join(folder, 'folder'));
    const odd = { ...home, PGPASSFILE: join(folder, 'folder') };
    expect((await runCli(['top'], { environment: odd })).stderr).toContain('it is not a plain file');
  });

  it('that is wrong is told with where it was from, and is not repeated', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const url = new URL((await openTarget('postgres')).environment['DATABASE_URL'] ?? '');
    url.password = 'canary%2Fword';
    const { line, environment } = toVariables(url.href);
    const file = join(folder, '.pgpass');
    await writeFile(file, line, { mode: 0o600 });
    const cases = [
      [{ DATABASE_URL: url.href }, 'the database URL'],
      [{ ...environment, PGPASSWORD: 'canary-word' }, 'PGPASSWORD'],
      [{ ...environment, HOME: folder }, `'${file}'`],
    ] as const;
    for (const [variables, source] of cases) {
      const { code, stderr } = await runCli(['top'], { environment: variables });
      expect(code).toBe(1);
      expect(stderr).toContain(`hint: check user and password; the password was that of ${source}\n`);
      expect(stderr).not.toContain('canary');
    }
  });
});

describe('a database whose name and user need percent-encoding', () => {
  it('is reached, counted into and named', async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    const server = target.environment['DATABASE_URL'] ?? '';
    const name = `${new URL(server).pathname.slice(1)} /?#%@:`;
    const password = '/?#%@: p';
    await target.query(`create role "${name}" login password '${password}'`);
    await target.query(`create database "${name}" owner "${name}" template template0 encoding 'UTF8'`);
    try {
      const { host } = new URL(server);
      const login = `${encodeURIComponent(name)}:${encodeURIComponent(password)}`;
      const environment = { DATABASE_URL: `postgres://${login}@${host}/${encodeURIComponent(name)}` };
      const answer = await runCli(['ingest', '--quiet'], { environment, input: GOOD });
      expect(answer).toEqual({ code: 0, stdout: '', stderr: '' });
      expect((await runCli(['init'], { environment })).stderr).toContain(
        `${name}@${host}/${name} is up to date`,
      );
    } finally {
      await target.query(`drop database if exists "${name}" with (force)`);
      await target.query(`drop role "${name}"`);
    }
  });
});
