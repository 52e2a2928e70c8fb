import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { finishCli, PROJECT_FOLDER, runCli, startCli } from '../support/cli.js';
import { OFTEN_TESTED, readTables } from '../support/targets.js';
import { it } from '../support/test.js';

const GOOD = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /p/1 HTTP/1.1" 200 5 "-" "UA" 7 1\n';

describe('what a person got wrong is said, with the exit code for it', () => {
  it('exits 2 for an unknown option, a bad number, an unknown format, a bad database URL', async () => {
    const cases: readonly (readonly [args: readonly string[], message: string])[] = [
      [['ingest', '--nonsense'], "unknown option '--nonsense'"],
      [['top', '--limit', 'ten'], "--limit: 'ten' is not a whole number of at least 1"],
      [['parse', '--format', 'klf'], "there is no log format 'klf'"],
      [['ingest', '--database-url', 'mysql://h/d', '-'], '--database-url is not a database URL'],
      [['ingest', '--database-url', 'postgres://h/d', '--data-dir', '/d', '-'], 'exclude each other'],
    ];
    for (const [args, message] of cases) {
      const { code, stderr, stdout } = await runCli(args);
      expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: '' });
      expect(stderr).toContain(message);
    }
  });

  it.each(['PGSERVICE', 'PGHOSTADDR'])(
    'refuses %s, which is not read, instead of counting elsewhere',
    async (name) => {
      const { code, stderr } = await runCli(['ingest'], { environment: { [name]: '192.0.2.1' } });
      expect(code).toBe(2);
      expect(stderr).toContain(`${name} is set, but`);
    },
  );

  it('shows a password in no message', async () => {
    const url = 'postgres://user:canary-word@127.0.0.1:1/d?password=canary-word';
    const { code, stdout, stderr } = await runCli(['ingest', '--database-url', url], { input: GOOD });
    expect(code).toBe(1);
    expect(stderr).toContain('cannot connect to user@127.0.0.1:1/d');
    expect(stdout + stderr).not.toContain('canary-word');
  });
});

describe('a database that cannot be used is told apart', () => {
  it('names a server that is not there', async () => {
    const { code, stderr } = await runCli(['top'], { environment: { PGHOST: '127.0.0.1', PGPORT: '1' } });
    expect(code).toBe(1);
    expect(stderr).toContain('is the server running');
  });

  it('names a database that does not exist, and a refused password', async ({ openTarget }) => {
    const { environment } = await openTarget('postgres');
    const missing = new URL(environment['DATABASE_URL'] ?? '');
    missing.pathname = '/no_such_database';
    const refused = new URL(environment['DATABASE_URL'] ?? '');
    refused.password = 'wrong';
    const first = await runCli(['ingest'], { environment: { DATABASE_URL: missing.href }, input: GOOD });
    expect(first).toMatchObject({ code: 1, stderr: expect.stringContaining('createdb') });
    const second = await runCli(['ingest'], { environment: { DATABASE_URL: refused.href }, input: GOOD });
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('check user and password') });
  });

  it('tells a role which rights it lacks before a log is read', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    const role = `reader_${process.pid}_${Date.now()}`;
    const url = new URL(target.environment['DATABASE_URL'] ?? '');
    url.username = role;
    url.password = 'reader';
    await target.query(`create role ${role} login password 'reader'`);
    try {
      const before = await runCli(['ingest'], { environment: { DATABASE_URL: url.href }, input: GOOD });
      expect(before).toMatchObject({ code: 1, stderr: expect.stringContaining('may not create the schema') });
      expect((await target.run(['init'])).code).toBe(0);
      await target.query(`grant usage on schema logtally to ${role}`);
      await target.query(`grant select on all tables in schema logtally to ${role}`);
      const after = await runCli(['ingest'], { environment: { DATABASE_URL: url.href }, input: GOOD });
      expect(after.code).toBe(1);
      expect(after.stderr).toContain('insert on logtally.object_hits');
      expect((await readTables(target))['object_hits']).toEqual([]);
    } finally {
      await target.query(`drop owned by ${role}`);
      await target.query(`drop role ${role}`);
    }
  });

  it('says that a data folder cannot be used', async ({ folder }) => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const { code, stderr } = await runCli(['ingest', '--data-dir', file], { input: GOOD });
    expect(code).toBe(1);
    expect(stderr).toContain(`the data folder '${file}' cannot be used`);
  });

  it('is not created for inputs that are not there', async ({ folder }) => {
    const data = join(folder, 'data');
    const args = ['ingest', '--data-dir', data, join(folder, 'acces.log')];
    expect(await runCli(args)).toMatchObject({ code: 1, stdout: '' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('does not let two processes into one embedded database, and says who is in it', async ({
    openTarget,
  }) => {
    const target = await openTarget('embedded');
    const first = startCli(['ingest', '--quiet'], target.environment);
    const lock = join(target.environment['LOGTALLY_DATA_DIR'] ?? '', 'lock');
    await expect.poll(() => readFile(lock, 'utf8'), { timeout: 30_000 }).toContain(`process ${first.pid},`);
    const second = await target.run(['ingest', '--lock-wait', '0'], { input: GOOD });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`in use by process ${first.pid}`);
    const other = GOOD.replace('203.0.113.9', '198.51.100.7');
    const waiting = target.run(['ingest', '--quiet', '--lock-wait', '60'], { input: other });
    first.stdin?.end(GOOD);
    expect((await finishCli(first)).code).toBe(0);
    expect((await waiting).code).toBe(0);
    expect((await readTables(target))['object_hits']).toMatchObject([{ hit_count: '2' }]);
  });
});

describe.each(OFTEN_TESTED)('an input that cannot be read leaves %s as it was', (kind) => {
  it('names what is missing, a folder, no file; goes on with the others; and exits 1', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const missing = join(folder, 'missing.log');
    const inner = join(folder, 'logs');
    const good = join(folder, 'good.log');
    await mkdir(inner);
    await writeFile(good, GOOD);
    const { code, stdout, stderr } = await target.run([
      'ingest',
      '--json',
      missing,
      inner,
      '/dev/null',
      good,
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain(`'${missing}' does not exist`);
    expect(stderr).toContain(`'${inner}' is a folder`);
    expect(stderr).toContain("'/dev/null' is not a regular file");
    const { inputs } = JSON.parse(stdout);
    expect(inputs.map((input: { state: string }) => input.state)).toEqual([
      'failed',
      'failed',
      'failed',
      'counted',
    ]);
    expect((await readTables(target))['object_hits']).toMatchObject([{ hit_count: '1' }]);
  });

  it.each(['ingest', 'parse', 'check'])('%s: standard input that is a folder is refused', (command) => {
    const script = `"${process.execPath}" "${PROJECT_FOLDER}bin/logtally.js" ${command} </`;
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script], {
      ...{ encoding: 'utf8', env: { PATH: process.env['PATH'] } },
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe(
      'logtally: error: standard input is a folder\nlogtally: hint: name the logs in it: <folder>/access.log*\n',
    );
  });

  it('creates no schema and records no run where no named input is there', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const before = (await target.run(['runs', '--json'])).stdout;
    const path = join(folder, 'acces.log');
    const one = await target.run(['ingest', path]);
    expect(one).toEqual({ code: 1, stdout: '', stderr: `logtally: error: '${path}' does not exist\n` });
    const several = await target.run(['ingest', '--json', path, folder]);
    expect(several).toMatchObject({ code: 1, stdout: '' });
    expect(several.stderr).toContain(
      `none of the 2 inputs can be read: '${path}' does not exist; '${folder}' is a folder`,
    );
    expect(await target.run(['ingest', '--dry-run', path])).toMatchObject({ code: 1, stdout: '' });
    expect((await target.run(['runs', '--json'])).stdout).toBe(before);
    if (kind === 'postgres') {
      expect(await target.query("select to_regnamespace('logtally') as schema")).toEqual([{ schema: null }]);
    }
  });

  it('rolls back when it is interrupted, and exits 130', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    expect((await target.run(['init'])).code).toBe(0);
    const path = join(folder, 'access.log');
    await writeFile(path, GOOD.repeat(50_000));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const fault = { LOGTALLY_FAULT: `copied:1:${signal}` };
      const { code, stderr } = await finishCli(
        startCli(['ingest', path], { ...target.environment, ...fault }),
      );
      expect(code).toBe(130);
      expect(stderr).toContain('interrupted');
    }
    expect((await readTables(target))['object_hits']).toEqual([]);
  });
});

describe('files that the user may not read', () => {
  // root may read everything
  it.skipIf(process.getuid?.() === 0)(
    'are named, with how to be allowed to',
    async ({ openTarget, folder }) => {
      const target = await openTarget('postgres');
      const path = join(folder, 'secret.log');
      await writeFile(path, GOOD);
      await chmod(path, 0o000);
      const { code, stderr } = await target.run(['ingest', path]);
      expect(code).toBe(1);
      expect(stderr).toContain(`'${path}' cannot be read: permission denied`);
      expect(stderr).toContain('group adm');
    },
  );
});

describe('a reader of our output that has seen enough', () => {
  it('ends the command with exit code 0', async ({ folder }) => {
    const path = join(folder, 'long.log.gz');
    await writeFile(path, gzipSync(GOOD.repeat(200_000)));
    const child = startCli(['parse', path]);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe(0);
  });
});
