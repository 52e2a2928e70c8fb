import { execFile } from 'node:child_process';
import { appendFile, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { runCli } from '../support/cli.js';
import { queryOnce } from '../support/database-server.js';
import { expectOnce, ingest, lines, startIngest } from '../support/logs.js';
import { type PostgresServer, startPostgres } from '../support/postgres.js';
import { it } from '../support/test.js';

const LINES = 3000;

/** Waits until the program's connection is in a state: a condition on pg_stat_activity. */
async function waitForProgram(url: string, condition: string): Promise<void> {
  const query = `select 1 from pg_stat_activity where application_name = 'logtally' and ${condition}`;
  await expect.poll(() => queryOnce(url, query), { timeout: 20_000, interval: 20 }).not.toEqual([]);
}

describe('a server that dies', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ settings: { max_connections: '8', deadlock_timeout: '200ms' } });
  });
  afterAll(() => server.stop());

  async function createInitialized(): Promise<{
    readonly url: string;
    readonly environment: Record<string, string>;
  }> {
    const url = await server.createDatabase();
    const environment = { DATABASE_URL: url };
    expect((await runCli(['init'], { environment })).code).toBe(0);
    return { url, environment };
  }

  it.for(['copying:1', 'copied', 'merged', 'before_commit:2', 'committed:2'])(
    'and starts again while the program is at %s: the file is counted once, in the same run',
    async (point, { folder, expect }) => {
      const { url, environment } = await createInitialized();
      const log = join(folder, 'access.log');
      await writeFile(log, lines(0, LINES));
      const [name, time = '1'] = point.split(':');
      const started = startIngest({ ...environment, LOGTALLY_FAULT: `${name}:${time}:2000ms` }, [log]);
      await started.paused;
      await server.kill();
      await server.start();
      expect(await started.answer).toMatchObject({ code: 0, account: { lines: LINES } });
      await expectOnce((statement) => queryOnce(url, statement), LINES);
      expect(await ingest(environment, [log])).toMatchObject({ code: 0, account: { lines: 0 } });
    },
  );

  it('while a pipe is read: the pipe has to be piped again, and is counted once', async ({ expect }) => {
    const { url, environment } = await createInitialized();
    const text = lines(0, LINES);
    const started = startIngest({ ...environment, LOGTALLY_FAULT: 'copying:2:2000ms' }, [], text);
    await started.paused;
    await server.kill();
    await server.start();
    const answer = await started.answer;
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('pipe it again');
    expect(await ingest(environment, [], text)).toMatchObject({ code: 0, account: { lines: LINES } });
    await expectOnce((statement) => queryOnce(url, statement), LINES);
  });

  it('and stays away: the run ends with 1, and the next one counts everything once', async ({
    folder,
    expect,
  }) => {
    const { url, environment } = await createInitialized();
    const logs = [join(folder, 'a.log'), join(folder, 'b.log')];
    await writeFile(join(folder, 'a.log'), lines(0, LINES));
    await writeFile(join(folder, 'b.log'), lines(LINES, 2 * LINES));
    const started = startIngest({ ...environment, LOGTALLY_FAULT: 'merged:1:1000ms' }, logs);
    await started.paused;
    await server.kill();
    const answer = await started.answer;
    await server.start();
    expect(answer.code).toBe(1);
    expect(await ingest(environment, logs)).toMatchObject({ code: 0, account: { lines: 2 * LINES } });
    await expectOnce((statement) => queryOnce(url, statement), 2 * LINES);
  });

  it('a deadlock with somebody else is got over: the file is counted once', async ({ folder, expect }) => {
    const { url, environment } = await createInitialized();
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, LINES));
    expect((await ingest(environment, [log])).code).toBe(0);
    await appendFile(log, lines(LINES, 2 * LINES));
    // whoever waits looks for a deadlock once: not before there is one
    await queryOnce(url, `alter database ${new URL(url).pathname.slice(1)} set deadlock_timeout = '5s'`);
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    try {
      await other.query(`begin; set local deadlock_timeout = '1h'; lock table logtally.hit_count_rank`);
      const started = startIngest(environment, [log]);
      await waitForProgram(url, `wait_event_type = 'Lock'`);
      // the program holds what is asked for here, and waits for what is held here
      await other.query('lock table logtally.object_hits; commit');
      expect(await started.answer).toMatchObject({ code: 0, account: { lines: LINES } });
      const deadlocks =
        'select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()';
      await expect.poll(() => queryOnce(url, deadlocks)).toEqual([{ deadlocks: 1 }]);
      await expectOnce((statement) => queryOnce(url, statement), 2 * LINES);
    } finally {
      await other.end();
    }
  });

  it('an ended connection is made again, also where none is free at first', async ({ folder, expect }) => {
    const { url, environment } = await createInitialized();
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, LINES));
    const others: pg.Client[] = [];
    const started = startIngest({ ...environment, LOGTALLY_FAULT: 'merged:1:3000ms' }, [log]);
    await started.paused;
    const first = new pg.Client({ connectionString: url });
    await first.connect();
    others.push(first);
    for (;;) {
      const other = new pg.Client({ connectionString: url });
      other.on('error', () => {});
      const isFree = await other.connect().then(
        () => true,
        () => false,
      );
      if (!isFree) break;
      others.push(other);
    }
    await first.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'logtally'`,
    );
    const last = new pg.Client({ connectionString: url });
    last.on('error', () => {});
    await expect
      .poll(() =>
        last.connect().then(
          () => true,
          () => true,
        ),
      )
      .toBe(true);
    others.push(last);
    // the program wakes, finds its connection gone, and no other free
    await sleep(4000);
    for (const other of others) await other.end().catch(() => {});
    expect(await started.answer).toMatchObject({ code: 0, account: { lines: LINES } });
    await expectOnce((statement) => queryOnce(url, statement), LINES);
  });
});

describe('runs at once', () => {
  const isDone = (answer: { readonly code: number | null }) => answer.code === 0;

  it('count one new file once, and both end well', async ({ openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, LINES));
    const answers = await Promise.all([1, 2].map(() => ingest(target.environment, [log])));
    expect(answers.map(isDone)).toEqual([true, true]);
    expect(answers.reduce((sum, { account }) => sum + (account?.counted ?? 0), 0)).toBe(LINES);
    await expectOnce(target.query, LINES);
  });

  it('count one new file once where each has staged it before the other commits', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    expect((await target.run(['init'])).code).toBe(0);
    await writeFile(log, lines(0, LINES));
    const fault = { LOGTALLY_FAULT: 'copied:1:2000ms' };
    const others = [1, 2].map(() => startIngest({ ...target.environment, ...fault }, [log]));
    const stop = async ({ paused, signal }: (typeof others)[number]) => {
      await paused;
      signal('SIGSTOP');
    };
    await Promise.all(others.map(stop));
    const first = await ingest(target.environment, [log]);
    for (const { signal } of others) signal('SIGCONT');
    const answers = [first, ...(await Promise.all(others.map(({ answer }) => answer)))];
    expect(answers.map(({ account }) => account?.counted)).toEqual([LINES, 0, 0]);
    expect(answers.map(isDone)).toEqual([true, true, true]);
    await expectOnce(target.query, LINES);
  });

  it('count a log and its archive once', async ({ openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    const packed = join(folder, 'access.log.1.gz');
    await writeFile(log, lines(0, LINES));
    await writeFile(packed, gzipSync(lines(0, LINES)));
    const answers = await Promise.all([log, packed].map((path) => ingest(target.environment, [path])));
    expect(answers.map(isDone)).toEqual([true, true]);
    await expectOnce(target.query, LINES);
  });

  it('count the same files once, five at once, each in another order', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const count = 8;
    const logs: string[] = [];
    for (let at = 0; at < count; at += 1) {
      const text = lines(at * LINES, (at + 1) * LINES);
      const path = join(folder, `${at}.log`);
      await writeFile(path, text);
      await writeFile(`${path}.gz`, gzipSync(text));
      logs.push(path, `${path}.gz`);
    }
    const orders = [1, 3, 5, 7, 9].map((step) =>
      logs.map((_, at) => logs[(at * step + step) % logs.length] ?? ''),
    );
    const answers = await Promise.all(orders.map((order) => ingest(target.environment, order)));
    expect(answers.filter((answer) => !isDone(answer)).map(({ stderr }) => stderr)).toEqual([]);
    expect(answers.reduce((sum, { account }) => sum + (account?.counted ?? 0), 0)).toBe(count * LINES);
    await expectOnce(target.query, count * LINES);
    expect(await ingest(target.environment, logs)).toMatchObject({ code: 0, account: { lines: 0 } });
  });
});

const mayMount = process.getuid?.() === 0 && process.platform === 'linux';

describe('a server without disk space', () => {
  it.skipIf(!mayMount)(
    'stops the run at once; with space again everything is counted once',
    async ({ folder, expect }) => {
      const small = await mkdtemp(join(tmpdir(), 'logtally-small-'));
      const run = promisify(execFile);
      await run('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', small]);
      const server = await startPostgres();
      try {
        await mkdir(join(small, 'space'));
        await chown(join(small, 'space'), 65534, 65534);
        const url = await server.createDatabase();
        await queryOnce(server.url, `create tablespace small location '${join(small, 'space')}'`);
        const database = new URL(url).pathname.slice(1);
        await queryOnce(server.url, `alter database ${database} set tablespace small`);
        const environment = { DATABASE_URL: url };
        const log = join(folder, 'access.log');
        await writeFile(log, lines(0, LINES));
        expect((await ingest(environment, [log])).code).toBe(0);
        await appendFile(log, lines(LINES, 20 * LINES));
        await run('dd', ['if=/dev/zero', `of=${join(small, 'full')}`, 'bs=64k']).catch(() => {});
        const answer = await ingest(environment, [log]);
        expect(answer.code).toBe(1);
        expect(answer.stderr).toContain('no disk space');
        await expectOnce((statement) => queryOnce(url, statement), LINES);
        await rm(join(small, 'full'));
        expect((await ingest(environment, [log])).code).toBe(0);
        await expectOnce((statement) => queryOnce(url, statement), 20 * LINES);
      } finally {
        await server.stop();
        await run('umount', ['-l', small]);
        await rm(small, { recursive: true });
      }
    },
  );
});
