// Logs that grow, are rotated, emptied, compressed and moved while they are followed, and while nobody follows them.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFile,
  copyFile,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, onTestFinished } from 'vitest';
import type { Run } from '../../src/report/runs.js';
import { finishCli, spawnCli, startCli } from '../support/cli.js';
import { queryOnce } from '../support/database-server.js';
import { expectOnce, line, lines } from '../support/logs.js';
import { startPostgres } from '../support/postgres.js';
import { succeed } from '../support/targets.js';
import { it } from '../support/test.js';
import { startFollowing } from './following.js';

const OWN_WITH_MISTAKE = `-- Paths that there are not.
-- summary: bad
-- table: bad_daily
-- keys: day date
-- sums: requests bigint
-- reads: day
select day, count(*) from pg_temp.nothing group by 1
`;

const ENDED = { code: 0, stdout: '' };

describe('follow', () => {
  it('counts what is there and what comes, as one batch of one run, and ends at SIGTERM', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 100));
    const following = startFollowing(target, [log]);
    await following.waitFor(100);
    for (let at = 100; at < 200; at += 20) {
      await appendFile(log, lines(at, at + 20));
      await following.waitFor(at + 20);
    }
    // counted on the way out
    await appendFile(log, lines(200, 210));
    expect(await following.end()).toMatchObject(ENDED);
    await expectOnce(target.query, 210);
    expect(await target.query('select start_byte::int, lines::int from logtally.batch')).toEqual([
      { start_byte: 0, lines: 210 },
    ]);
    expect(
      await target.query('select exit_code, finished_at is not null as ended from logtally.run'),
    ).toEqual([{ exit_code: 0, ended: true }]);
    await succeed(target, ['verify']);
  });

  it.for(['postgres', 'embedded'] as const)(
    'is a run that may be running as long as it runs, and that was killed if it cannot be: %s',
    async (kind, { openTarget, folder, expect }) => {
      const target = await openTarget(kind);
      const log = join(folder, 'access.log');
      await writeFile(log, lines(0, 10));
      const readRuns = async (): Promise<readonly Run[]> =>
        JSON.parse((await target.run(['runs', '--all', '--json'])).stdout);
      const readStates = async () => (await readRuns()).map((run) => run.state);
      // asked by the command: the process that has the embedded database open answers it
      const countLines = async () => (await readRuns()).reduce((sum, run) => sum + run.lines, 0);
      const killed = startFollowing(target, [log]);
      await expect.poll(countLines, { timeout: 40_000 }).toBe(10);
      expect(await readStates()).toEqual(['unfinished']);
      await killed.end('SIGKILL');
      const cannotRun = kind === 'embedded' ? 'killed' : 'unfinished';
      expect(await readStates()).toEqual([cannotRun]);
      await appendFile(log, lines(10, 20));
      const following = startFollowing(target, [log]);
      await expect.poll(countLines, { timeout: 40_000 }).toBe(20);
      expect(await readStates()).toEqual(['unfinished', cannotRun]);
      await following.end();
      expect(await readStates()).toEqual(['finished', cannotRun]);
    },
  );

  it('counts what is there behind a pipe that ends before the database is open', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 10));
    const url = new URL(target.environment['DATABASE_URL'] ?? '');
    const port = Number(url.port);
    // the server answers only some time after the end of the pipe
    const slow = createServer(async (client) => {
      child.stdin?.end();
      await sleep(500);
      const server = connect(port, url.hostname);
      for (const socket of [client, server]) socket.on('error', () => undefined);
      client.pipe(server).pipe(client);
    }).listen(0, '127.0.0.1');
    await once(slow, 'listening');
    const address = slow.address();
    url.port = typeof address === 'object' ? `${address?.port}` : '';
    const child = startCli(['follow', '--quiet', '--behind-pipe', log], { DATABASE_URL: url.href });
    const ended = await finishCli(child);
    slow.close();
    expect(ended).toEqual({ ...ENDED, stderr: '' });
    await expectOnce(target.query, 10);
    await appendFile(log, lines(10, 15));
    // the whole of it, as it stands behind a web server
    const { environment } = target;
    expect(await spawnCli(['pipe', log], { environment, input: lines(15, 20) })).toEqual({
      ...ENDED,
      stderr: '',
    });
    await expectOnce(target.query, 20);
  });

  it('says what it follows and what it has counted, and with --quiet nothing', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 3));
    const loud = startFollowing(target, [log]);
    await loud.waitFor(3);
    expect(await loud.end()).toEqual({
      ...ENDED,
      stderr:
        'logtally: following 1 file; SIGTERM or Ctrl-C ends it\nlogtally: ended; 3 lines read, 3 hits counted\n',
    });
    const quiet = startFollowing(target, ['--quiet', log]);
    await appendFile(log, lines(3, 5));
    await quiet.waitFor(5);
    expect(await quiet.end('SIGINT')).toEqual({ ...ENDED, stderr: '' });
  });

  it('prints a JSON object for each commit with --json', async ({ openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 3));
    const following = startFollowing(target, ['--json', '--quiet', log]);
    await following.waitFor(3);
    const { stdout } = await following.end();
    expect(JSON.parse(stdout)).toEqual({
      ...{ run: 1, path: log, lines: 3, counted: 3, unattributed: 0, filtered: 0, rejected: 0 },
    });
  });

  it('waits with a line that has begun until it has its end', async ({ openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    const last = line(2);
    await writeFile(log, lines(0, 2) + last.slice(0, 40));
    const following = startFollowing(target, [log]);
    await following.waitFor(2);
    await appendFile(log, last.slice(40));
    await following.waitFor(3);
    expect((await following.end()).stderr).not.toContain('in the middle');
    await expectOnce(target.query, 3);
  });

  it.for([
    ['renamed, and its writer goes on for a while', 'rename'],
    ['copied and emptied', 'copytruncate'],
  ] as const)('counts a log once that is %s', async ([, how], { openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 50));
    const following = startFollowing(target, [log]);
    await following.waitFor(50);
    await appendFile(log, lines(50, 60));
    if (how === 'rename') {
      await rename(log, `${log}.1`);
      await writeFile(log, lines(70, 80));
      await appendFile(`${log}.1`, lines(60, 70));
    } else {
      await appendFile(log, lines(60, 70));
      await copyFile(log, `${log}.1`);
      await truncate(log);
      await appendFile(log, lines(70, 80));
    }
    await following.waitFor(80);
    // rotated once more, and compressed
    await rename(`${log}.1`, `${log}.2`);
    execFileSync('gzip', [`${log}.2`]);
    await rename(log, `${log}.1`);
    await writeFile(log, lines(80, 90));
    await following.waitFor(90);
    expect(await following.end()).toMatchObject(ENDED);
    await expectOnce(target.query, 90);
  });

  it('counts what was written, rotated and compressed while nobody followed', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 50));
    const first = startFollowing(target, [log]);
    await first.waitFor(50);
    expect((await first.end('SIGKILL')).code).toBeNull();
    await appendFile(log, lines(50, 60));
    await rename(log, `${log}.2`);
    execFileSync('gzip', [`${log}.2`]);
    await writeFile(`${log}.1`, lines(60, 70));
    await writeFile(log, lines(70, 75));
    const second = startFollowing(target, [log]);
    // the compressed file is left to rest first
    await second.waitFor(75);
    expect(await second.end()).toMatchObject(ENDED);
    await expectOnce(target.query, 75);
  });

  it('counts once whenever it is killed, and whatever comes between', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, '');
    let written = 0;
    for (const point of [
      'copying',
      'copied',
      'merged',
      'recorded',
      'before_commit',
      'commit_sent',
      'committed',
    ]) {
      const environment = { ...target.environment, LOGTALLY_FAULT: `${point}:2:kill` };
      const following = startFollowing({ ...target, environment }, [log]);
      for (let more = 0; more < 3; more += 1) {
        await appendFile(log, lines(written, written + 7));
        written += 7;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      await following.end('SIGKILL');
      if (point === 'copied') await rename(log, `${log}.1`);
    }
    const last = startFollowing(target, [log]);
    await last.waitForNews(/following/);
    await last.waitFor(written);
    expect(await last.end()).toMatchObject(ENDED);
    await expectOnce(target.query, written);
    await succeed(target, ['verify']);
  });

  it('follows a link when it is moved, and the log that it was moved away from', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const link = join(folder, 'access.log');
    const day = async (name: string, content: string) => {
      const path = join(folder, 'logs', name, 'access.log');
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
      await symlink(path, `${link}.new`);
      await rename(`${link}.new`, link);
      return path;
    };
    const one = await day('21', lines(0, 10));
    const first = startFollowing(target, [link]);
    await first.waitFor(10);
    const two = await day('22', lines(10, 20));
    await appendFile(one, lines(20, 25));
    await first.waitFor(25);
    await first.end();
    // moved while nobody follows
    await appendFile(two, lines(25, 30));
    await day('23', lines(30, 40));
    const second = startFollowing(target, [link]);
    await second.waitFor(40);
    expect(await second.end()).toMatchObject(ENDED);
    await expectOnce(target.query, 40);
  });

  it('follows the logs of all days that a path with a date names', async ({ openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    const write = async (day: string, content: string) => {
      const path = join(folder, day, 'access.log');
      await mkdir(dirname(path), { recursive: true });
      await appendFile(path, content);
    };
    await write('2025/12/31', lines(0, 10));
    await write('2026/01/01', lines(10, 20));
    await write('2026/other', lines(90, 99));
    const today = new Date();
    const path = [today.getFullYear(), today.getMonth() + 1, today.getDate()]
      .map((part) => String(part).padStart(2, '0'))
      .join('/');
    const following = startFollowing(target, [join(folder, '%Y/%m/%d/access.log')]);
    await following.waitFor(20);
    await write(path, lines(20, 30));
    await following.waitFor(30);
    await write('2026/01/01', lines(30, 40));
    await following.waitFor(40);
    expect(await following.end()).toMatchObject(ENDED);
    await expectOnce(target.query, 40);
  });

  it('follows logs that a glob finds later', async ({ openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    await writeFile(join(folder, 'a.log'), lines(0, 10));
    await writeFile(join(folder, 'a.txt'), lines(90, 99));
    const following = startFollowing(target, [join(folder, '*.log')]);
    await following.waitFor(10);
    await writeFile(join(folder, 'b.log'), lines(10, 20));
    await following.waitFor(20);
    await rename(join(folder, 'b.log'), join(folder, 'b.log.1'));
    await appendFile(join(folder, 'b.log.1'), lines(20, 30));
    await following.waitFor(30);
    expect(await following.end()).toMatchObject(ENDED);
    await expectOnce(target.query, 30);
  });

  it('counts again what is taken back from it while it follows, and can be taken back again', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 20));
    const following = startFollowing(target, [log]);
    await following.waitFor(20);
    await succeed(target, ['undo', '1']);
    await appendFile(log, lines(20, 30));
    await following.waitFor(30);
    expect(await following.end()).toMatchObject(ENDED);
    await expectOnce(target.query, 30);
    await succeed(target, ['verify']);
    await succeed(target, ['undo', '1']);
    await expectOnce(target.query, 0);
  });

  it('goes on when the database comes back, having said once that it is away', async ({ folder, expect }) => {
    const server = await startPostgres();
    onTestFinished(() => server.stop());
    const url = await server.createDatabase();
    const query = (statement: string) => queryOnce(url, statement);
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 5));
    const following = startFollowing({ environment: { DATABASE_URL: url }, query }, [log]);
    await following.waitFor(5);
    for (const written of [5, 15]) {
      await server.kill();
      await appendFile(log, lines(written, written + 5));
      await following.waitForNews(new RegExp(`(?:meanwhile[^]*){${written === 5 ? 1 : 2}}`));
      await appendFile(log, lines(written + 5, written + 10));
      await server.start();
      await following.waitFor(written + 10);
    }
    const { code, stderr } = await following.end();
    expect(code).toBe(0);
    expect(stderr.match(/what comes meanwhile is counted when the database is back/g)).toHaveLength(2);
    expect(stderr.match(/^logtally: the database is back$/gm)).toHaveLength(2);
    await expectOnce(query, 25);
  });

  it('reads the config file anew at SIGHUP, in a run of its own, and keeps the old one if that is no good', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const [log, config] = [join(folder, 'access.log'), join(folder, 'test.toml')];
    await writeFile(log, lines(0, 5));
    await writeFile(config, "site = 'one'\n");
    const following = startFollowing(target, ['--config', config, log]);
    await following.waitFor(5);
    await writeFile(config, 'nonsense = 1\n');
    following.signal('SIGHUP');
    await following.waitForNews(/the settings stay as they were/);
    // what is wrong here is seen when a run begins with it
    await mkdir(join(folder, 'own'));
    await writeFile(join(folder, 'own', 'bad.sql'), OWN_WITH_MISTAKE);
    await writeFile(config, "site = 'one'\n[summaries]\nfolder = 'own'\n");
    following.signal('SIGHUP');
    await following.waitForNews(/(?:the settings stay as they were[\s\S]*){2}/);
    await rm(join(folder, 'own'), { recursive: true });
    await writeFile(config, "site = 'one'\n[summaries]\non = ['statuses']\n");
    following.signal('SIGHUP');
    await expect
      .poll(() => target.query('select count(*)::int as runs from logtally.run'), { timeout: 20_000 })
      .toEqual([{ runs: 4 }]);
    await appendFile(log, lines(5, 10));
    await following.waitFor(10);
    expect(await following.end()).toMatchObject(ENDED);
    expect(await target.query('select run_id, lines::int, summaries from logtally.batch order by 1')).toEqual(
      [
        { run_id: 1, lines: 5, summaries: [] },
        { run_id: 4, lines: 5, summaries: ['statuses'] },
      ],
    );
  });

  it('follows the logs of a folder that takes the place of another one, and counts what came at the last moment', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const logs = join(folder, 'logs');
    await mkdir(logs);
    await writeFile(join(logs, 'a.log'), lines(0, 10));
    const following = startFollowing(target, [join(logs, '*.log')]);
    await following.waitFor(10);
    await rename(logs, `${logs}.old`);
    await mkdir(logs);
    await writeFile(join(logs, 'a.log'), lines(10, 20));
    await following.waitFor(20);
    await writeFile(join(logs, 'b.log'), lines(20, 30));
    expect(await following.end()).toMatchObject(ENDED);
    await expectOnce(target.query, 30);
  });

  it('writes the metrics of all that it has counted, at the end at the latest', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const [log, metrics] = [join(folder, 'access.log'), join(folder, 'logtally.prom')];
    await writeFile(log, lines(0, 10));
    const following = startFollowing(target, ['--metrics', metrics, log]);
    await following.waitFor(10);
    await appendFile(log, lines(10, 15));
    await following.waitFor(15);
    expect(await following.end()).toMatchObject(ENDED);
    expect(await readFile(metrics, 'utf8')).toContain(
      'logtally_lines_total{site="default",outcome="counted"} 15',
    );
  });

  it('says once that the folder in which all logs would be cannot be read', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const missing = join(folder, 'missing');
    const following = startFollowing(target, [join(missing, '*.log'), join(missing, '%Y.log')]);
    await following.waitForNews(/following 0 files/);
    await following.waitForNews(/missing' does not exist/);
    expect((await following.end()).stderr.match(/does not exist/g)).toHaveLength(1);
  });

  it('waits for a log that is not there yet', async ({ openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'sub', 'access.log');
    const following = startFollowing(target, [log]);
    await following.waitForNews(/following 0 files/);
    await mkdir(dirname(log));
    await writeFile(log, lines(0, 5));
    await following.waitFor(5);
    expect((await following.end()).code).toBe(0);
  });

  it('tells once why a file is not counted, goes on with the others, and counts it when it can', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const [good, bad] = [join(folder, 'good.log'), join(folder, 'bad.log')];
    await writeFile(good, lines(0, 5));
    await writeFile(bad, 'junk\n'.repeat(20));
    const following = startFollowing(target, [good, bad]);
    await following.waitFor(5);
    await following.waitForNews(/bad\.log/);
    await appendFile(bad, 'more junk\n');
    await appendFile(good, lines(5, 10));
    await following.waitFor(10);
    await rm(bad);
    await writeFile(bad, lines(10, 15));
    await following.waitFor(15);
    const { code, stderr } = await following.end();
    expect(code).toBe(0);
    expect(stderr.match(/bad\.log/g)).toHaveLength(1);
    await expectOnce(target.query, 15);
  });

  it.for([
    ['a folder', (folder: string) => folder, /is a folder.*\n.*name the logs in it/],
    ['a date that no path can have', (folder: string) => join(folder, '%c.log'), /'%c'/],
  ] as const)('refuses %s', async ([, toPath, message], { openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    const { code, stderr } = await target.run(['follow', toPath(folder)]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
