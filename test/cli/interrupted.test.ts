// Whoever stops a run is answered, and loses nothing that cannot be given again.

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from 'vitest';
import { finishCli, startCli } from '../support/cli.js';
import { expectOnce, lines } from '../support/logs.js';
import type { Target } from '../support/targets.js';
import { it } from '../support/test.js';

/** Comes when a started command has said something on standard error. */
function hears(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve) => {
    let heard = '';
    child.stderr?.on('data', (bytes: Buffer) => {
      heard += bytes.toString();
      if (heard.includes(text)) resolve();
    });
  });
}

/** Waits until a test's question is answered with yes. */
async function until(ask: () => Promise<boolean>): Promise<void> {
  while (!(await ask())) await sleep(50);
}

/** Who waits for the merge lock. */
const WAITING = `
  select
  from pg_locks
  where locktype = 'advisory'
    and not granted
    and database = (select oid from pg_database where datname = current_database())`;

/** Waits until a command has connected to the server of a test; what a pipe has delivered until then it reads whatever comes. */
const hasConnected = (target: Target) => until(async () => (await target.query(CONNECTED)).length > 0);

/** Waits until a command reads lines, which it does within a transaction. */
const isReading = (target: Target) => until(async () => (await target.query(READING)).length > 0);

const READING = `
  select
  from logtally.run as r
  join pg_stat_activity as a
    on a.application_name = 'logtally'
  where r.finished_at is null
    and a.state = 'idle in transaction'
    and a.datname = current_database()`;

const CONNECTED = `
  select
  from pg_stat_activity
  where application_name = 'logtally'
    and (state like 'idle%' or query like 'copy %')
    and datname = current_database()`;

/** Waits until a command has the embedded database. */
const hasOpened = (target: Target, child: ChildProcess) => {
  const lock = join(target.environment['LOGTALLY_DATA_DIR'] ?? '', 'lock');
  return until(async () => (await readFile(lock, 'utf8')).includes(`process ${child.pid},`));
};

/** Milliseconds in which a statement begins that has no sign of its own, on a loaded machine too. */
const BEGIN_MS = 6000;

const LONG = { timeout: 120_000 } as const;

describe('a pipe of an interrupted run', LONG, () => {
  it.for([
    ['SIGTERM', lines(0, 3), 3],
    ['SIGINT', lines(0, 500), 500],
  ] as const)(
    'is counted up to its last whole line after %s',
    async ([signal, text, whole], { openTarget, expect }) => {
      const target = await openTarget('postgres');
      await target.run(['init']);
      await until(async () => (await target.query(CONNECTED)).length === 0);
      const child = startCli(['ingest', '--quiet'], target.environment);
      child.stdin?.on('error', () => {});
      child.stdin?.write(`${text}203.0.113.9 - - [14/Apr`);
      await hasConnected(target);
      child.kill(signal);
      const { code, stderr } = await finishCli(child);
      expect({ code, stderr }).toEqual({
        code: 130,
        stderr: expect.stringContaining(
          `logtally: error: interrupted; ${whole} whole lines of standard input were stored, ${whole} of them counted; 23 bytes of a line that had begun were not\n`,
        ),
      });
      await expectOnce(target.query, whole);
      const again = await target.run(['ingest', '--json'], { input: text + lines(whole, whole + 5) });
      expect(JSON.parse(again.stdout)).toMatchObject({ counted: 5 });
      await expectOnce(target.query, whole + 5);
    },
  );

  it('in the embedded database is counted too, and the run is recorded as interrupted', async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('embedded');
    const child = startCli(['ingest'], target.environment);
    child.stdin?.on('error', () => {});
    child.stdin?.write(lines(0, 3));
    await hasOpened(target, child);
    child.kill('SIGTERM');
    const { code, stderr } = await finishCli(child);
    expect({ code, stderr }).toMatchObject({ code: 130, stderr: expect.stringContaining('3 whole lines') });
    await expectOnce(target.query, 3);
    const runs = JSON.parse((await target.run(['runs', '--json'])).stdout);
    expect(runs).toMatchObject([{ run: 1, state: 'interrupted', exitCode: 130, counted: 3 }]);
  });

  it('that delivers without end is left after a second', async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    await target.run(['init']);
    const child = startCli(['ingest'], target.environment);
    const stdin = child.stdin;
    if (stdin === null) throw new Error('the command was started without a pipe');
    stdin.on('error', () => {});
    let at = 0;
    const timer = setInterval(() => {
      stdin.write(lines(at, at + 2));
      at += 2;
    }, 20);
    await isReading(target);
    child.kill('SIGTERM');
    const { code, stderr } = await finishCli(child);
    clearInterval(timer);
    const [, stored = ''] = /interrupted; (\d+) whole lines/.exec(stderr) ?? [];
    expect({ code, stored }).toEqual({ code: 130, stored: expect.stringMatching(/^[1-9]/) });
    await expectOnce(target.query, Number(stored));
  });

  it('that had delivered lines before the run could begin is counted all the same', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    await target.run(['init']);
    const path = join(folder, 'other.log');
    await writeFile(path, lines(10, 13));
    const environment = { ...target.environment, LOGTALLY_FAULT: 'merged:1:8000ms' };
    const other = startCli(['ingest', path], environment);
    const otherEnds = finishCli(other);
    await hears(other, 'paused');
    const child = startCli(['ingest'], target.environment);
    child.stdin?.on('error', () => {});
    child.stdin?.write(lines(0, 10));
    // its run's row waits for the merge lock
    await until(async () => (await target.query(WAITING)).length > 0);
    child.kill('SIGTERM');
    const { code, stderr } = await finishCli(child);
    expect({ code, stderr }).toMatchObject({ code: 130, stderr: expect.stringContaining('10 whole lines') });
    expect(stderr).toContain('finishing what has begun; a second Ctrl-C ends it at once\n');
    await otherEnds;
    await expectOnce(target.query, 13);
  });

  it('waits no longer after a second signal', async ({ openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    await target.run(['init']);
    const path = join(folder, 'other.log');
    await writeFile(path, lines(10, 13));
    const environment = { ...target.environment, LOGTALLY_FAULT: 'merged:1:100000ms' };
    const other = startCli(['ingest', path], environment);
    await hears(other, 'paused');
    const child = startCli(['ingest'], target.environment);
    child.stdin?.on('error', () => {});
    child.stdin?.write(lines(0, 10));
    await until(async () => (await target.query(WAITING)).length > 0);
    const ends = finishCli(child);
    child.kill('SIGINT');
    await hears(child, 'a second Ctrl-C');
    child.kill('SIGINT');
    expect(await ends).toMatchObject({ code: 130 });
    expect(other.exitCode).toBeNull();
    other.kill('SIGKILL');
  });

  it('that has delivered nothing ends while the run cannot begin yet, whoever holds the pipe open', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    await target.run(['init']);
    const path = join(folder, 'other.log');
    await writeFile(path, lines(10, 13));
    const environment = { ...target.environment, LOGTALLY_FAULT: 'merged:1:100000ms' };
    const other = startCli(['ingest', path], environment);
    await hears(other, 'paused');
    const child = startCli(['ingest'], target.environment);
    await until(async () => (await target.query(WAITING)).length > 0);
    child.kill('SIGINT');
    const { code, stderr } = await finishCli(child);
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining('error: interrupted') });
    other.kill('SIGKILL');
  });

  it('that has delivered nothing ends at once', async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    await target.run(['init']);
    const child = startCli(['ingest'], target.environment);
    // before its run has begun it is told in fewer words
    await until(async () => (await target.query('select from logtally.run')).length > 0);
    child.kill('SIGINT');
    const { code, stderr } = await finishCli(child);
    expect({ code, stderr }).toEqual({
      code: 130,
      stderr: expect.stringContaining('error: interrupted; nothing has come yet from standard input\n'),
    });
  });
});

describe('a command that waits says so after 2 s, and not with --quiet', LONG, () => {
  it('for another process in the embedded database', async ({ openTarget, expect }) => {
    const target = await openTarget('embedded');
    const first = startCli(['ingest'], target.environment);
    await hasOpened(target, first);
    const ask = (...args: readonly string[]) => target.run([...args, '--lock-wait', '4']);
    const [told, quiet] = await Promise.all([ask('top'), ask('ingest', '--quiet')]);
    const who = `the embedded database is in use by process ${first.pid}, since`;
    expect(told.stderr).toMatch(`logtally: waiting 4 s at most (--lock-wait): ${who}`);
    expect(quiet.stderr).toMatch(`logtally: error: ${who}`);
    expect(`${told.stderr}${quiet.stderr}`.match(/waiting/g)).toHaveLength(1);
    first.kill('SIGKILL');
  });
});

describe('a command that waits is answered when it is interrupted', LONG, () => {
  it('for another process in the embedded database', async ({ openTarget, expect }) => {
    const target = await openTarget('embedded');
    const first = startCli(['ingest'], target.environment);
    await hasOpened(target, first);
    const child = startCli(['top'], target.environment);
    await hears(child, 'waiting');
    child.kill('SIGINT');
    const { code, stderr } = await finishCli(child);
    expect({ code, stderr }).toEqual({
      code: 130,
      stderr: expect.stringContaining(`interrupted; the embedded database is in use by process ${first.pid}`),
    });
    first.kill('SIGKILL');
  });

  it('for a server that does not answer', async ({ expect }) => {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no TCP port is free');
    const child = startCli(['top'], { DATABASE_URL: `postgres://me@127.0.0.1:${address.port}/stats` });
    const startedAt = performance.now();
    await once(server, 'connection');
    child.kill('SIGINT');
    const { code, stderr } = await finishCli(child);
    server.close();
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining('error: interrupted\n') });
    // by itself it gives up after 15 s
    expect(performance.now() - startedAt).toBeLessThan(14_000);
  });

  it('for another run that merges', async ({ openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    await target.run(['init']);
    const paths = ['a', 'b'].map((name) => join(folder, name));
    for (const path of paths) await writeFile(path, lines(0, 3));
    const first = startCli(['ingest', paths[0] ?? ''], {
      ...target.environment,
      LOGTALLY_FAULT: 'merged:1:60000ms',
    });
    await hears(first, 'paused');
    const child = startCli(['ingest', paths[1] ?? ''], target.environment);
    await until(async () => (await target.query(WAITING)).length > 0);
    child.kill('SIGINT');
    expect(await finishCli(child)).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('interrupted'),
    });
    expect(first.exitCode).toBeNull();
    first.kill('SIGKILL');
  });

  it('for a statement of its own, in either database', async ({ openTarget, expect }) => {
    const server = await openTarget('postgres');
    await server.run(['init']);
    const asked = startCli(['query', 'select count(*) from pg_sleep(60)'], server.environment);
    const isAsleep =
      "select from pg_stat_activity where query like '%pg_sleep(60)' and application_name = 'logtally'";
    await until(async () => (await server.query(isAsleep)).length > 0);
    asked.kill('SIGINT');
    expect(await finishCli(asked)).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('error: interrupted\n'),
    });
    expect(await server.query(isAsleep.replace('where', "where state = 'active' and"))).toEqual([]);
    const embedded = await openTarget('embedded');
    const busy = startCli(
      ['query', 'select count(*) from generate_series(1, 1000000000)'],
      embedded.environment,
    );
    await hasOpened(embedded, busy);
    await sleep(BEGIN_MS);
    busy.kill('SIGINT');
    expect(await finishCli(busy)).toMatchObject({ code: 130 });
  });
});

describe('the first command of all', LONG, () => {
  it('is interrupted while it creates the embedded database, and begun anew by the next', async ({
    folder,
    expect,
  }) => {
    const environment = { LOGTALLY_DATA_DIR: folder };
    const child = startCli(['init'], environment);
    await hears(child, 'creating');
    child.kill('SIGINT');
    const { code, stderr } = await finishCli(child);
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining('error: interrupted\n') });
    expect((await finishCli(startCli(['init'], environment))).code).toBe(0);
  });
});
