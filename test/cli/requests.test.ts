// `logtally requests`: who did what, of lines that can be read by hand.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type ExpectStatic } from 'vitest';
import { type CliResult, finishCli, spawnCli, startCli } from '../support/cli.js';
import { succeed, TARGET_KINDS, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

interface Line {
  readonly host?: string;
  readonly user?: string;
  readonly time?: string;
  readonly request?: string;
  readonly status?: number;
  readonly referrer?: string;
  readonly agent?: string;
  readonly ids?: string;
}

function toLine(line: Line): string {
  const { host = '203.0.113.9', user = '-', time = '14/Apr/2026:10:22:31 +0200', status = 200 } = line;
  const { request = 'GET /p/1 HTTP/1.1', referrer = '-', agent = 'Mozilla/5.0', ids = '7 1' } = line;
  return `${host} - ${user} [${time}] "${request}" ${status} 100 "${referrer}" "${agent}" ${ids}\n`;
}

const LINES = [
  toLine({ user: 'alice', request: 'POST /admin/users?page=2 HTTP/1.1', status: 403, ids: '- -' }),
  toLine({ user: 'alice', time: '14/Apr/2026:10:22:32 +0200', request: 'GET /admin/ HTTP/1.1', ids: '- -' }),
  toLine({ host: '2001:db8::0001', time: '15/Apr/2026:00:00:01 +0200', ids: '7 2' }),
  toLine({ host: '198.51.100.7', user: 'bob', time: '01/May/2026:09:00:00 +0000', status: 404 }),
  toLine({ host: 'proxy.example.net', time: '30/Mar/2026:09:00:00 +0000', ids: '9 b' }),
].join('');

const INGEST = ['ingest', '--quiet', '--summary', 'requests'];

/** The requests by time and client. */
const ALL = [
  '2026-03-30T09:00:00.000Z proxy.example.net',
  '2026-04-14T08:22:31.000Z 203.0.113.9',
  '2026-04-14T08:22:32.000Z 203.0.113.9',
  '2026-04-14T22:00:01.000Z 2001:db8::0001',
  '2026-05-01T09:00:00.000Z 198.51.100.7',
] as const;

const QUESTIONS: readonly (readonly [args: readonly string[], found: readonly number[]])[] = [
  [[], [0, 1, 2, 3, 4]],
  [
    ['--user', 'alice'],
    [1, 2],
  ],
  [
    ['--user', 'alice', '--user', 'bob'],
    [1, 2, 4],
  ],
  [
    ['--client', '203.0.113.0/24,198.51.100.7'],
    [1, 2, 4],
  ],
  [['--client', '2001:DB8:0::1'], [3]],
  [['--client', '*.example.net'], [0]],
  [
    ['--site', 'default'],
    [0, 1, 2, 3, 4],
  ],
  [['--since', '2026-04-15', '--until', '2026-04'], [3]],
  [
    ['--since', '2026-04'],
    [1, 2, 3, 4],
  ],
  [
    ['--until', '2026-04-14'],
    [0, 1, 2],
  ],
  [
    ['--path', '/admin/**'],
    [1, 2],
  ],
  [['--path', '/admin/*', '--status', '4xx'], [1]],
  [
    ['--status', '404,200', '--method', 'get'],
    [0, 2, 3, 4],
  ],
  [['--method', 'POST'], [1]],
  [['--type', '9'], [0]],
  [['--type', '7', '--object', '2'], [3]],
  [
    ['--limit', '2'],
    [3, 4],
  ],
  [
    ['--limit', '2', '--path', '/admin/**'],
    [1, 2],
  ],
  [['--limit', '1', '--user', 'alice'], [2]],
  [['--session', 'nobody'], []],
];

describe.each(TARGET_KINDS)('requests in %s', (kind) => {
  it('lists those that are asked for, in the order of time', async ({ openTarget, expect }) => {
    const target = await openTarget(kind);
    await succeed(target, INGEST, LINES);
    for (const [args, found] of kind === 'postgres' ? QUESTIONS : QUESTIONS.slice(0, 4)) {
      const answer = await target.run(['requests', '--json', ...args]);
      const times = answer.stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
        .map(({ time, client }) => `${time} ${client}`);
      expect({ args, times, code: answer.code }).toEqual({
        args,
        times: found.map((at) => ALL[at]),
        code: 0,
      });
    }
  });
});

describe('requests', () => {
  it('says so if requests were never kept, and how to keep them', async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    const never = /requests are not kept: .*logtally ingest --summary requests/;
    expect((await target.run(['requests'])).stdout).toMatch(never);
    await succeed(target, ['ingest', '--quiet'], LINES);
    expect((await target.run(['requests'])).stdout).toMatch(never);
    const { stdout, stderr, code } = await target.run(['requests', '--json']);
    expect({ stdout, code }).toEqual({ stdout: '', code: 0 });
    expect(stderr).toMatch(never);
  });

  it('says since when they are kept if nothing is found, or if an earlier day was asked for', async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    await succeed(target, INGEST, LINES);
    expect((await target.run(['requests', '--user', 'carol'])).stdout).toBe(
      'no such request; requests are kept since 2026-03-30\n',
    );
    expect((await target.run(['requests', '--since', '2026-03-01'])).stderr).toBe(
      'logtally: requests are kept since 2026-03-30\n',
    );
    expect((await target.run(['requests', '--since', '2026-04-01'])).stderr).toBe('');
  });

  it('shows a table without columns that say nothing', async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    await succeed(target, INGEST, LINES);
    const lines = (await succeed(target, ['requests', '--user', 'alice'])).split('\n');
    expect(lines[0]).toMatch(/^time \([^)]+\) +client {7}user {3}method {2}path {17}status {2}bytes$/);
    expect(lines[1]).toContain('203.0.113.9  alice  POST    /admin/users?page=2     403    100');
    expect(lines).toHaveLength(4);
    const anonymous = await succeed(target, ['requests', '--client', '2001:db8::/32']);
    expect(anonymous.split('\n')[0]).not.toContain('user');
  });

  it('does no harm by what a client has sent', async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    const right = Buffer.from('\u202e').toString('latin1');
    const nasty = toLine({
      user: '=cmd|calc',
      request: `GET /%1b[2J${right}?x=%00 HTTP/1.1`,
      agent: `\\x1b[31m${right}\\",=1+1`,
    });
    await target.run([...INGEST, '--max-rejects', '100%'], { input: Buffer.from(nasty, 'latin1') });
    for (const args of [['--json'], ['--csv'], []]) {
      const text = await succeed(target, ['requests', ...args]);
      expect(text).toMatch(/\S/);
      expect(text.replaceAll('\r\n', '\n')).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
    }
    expect(await succeed(target, ['requests', '--csv'])).toContain(",'=cmd|calc,");
  });

  it('reads more than fits into one fetch, in order and each once', async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    const many = Array.from({ length: 12_000 }, (_, at) => toLine({ request: `GET /p/${at} HTTP/1.1` }));
    await succeed(target, INGEST, many.join(''));
    const readPaths = async (...args: readonly string[]) =>
      (await succeed(target, ['requests', '--json', ...args]))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => String(JSON.parse(line).path));
    const paths = many.map((_, at) => `/p/${at}`);
    expect(await readPaths()).toEqual(paths);
    expect(await readPaths('--limit', '7000', '--path', '/p/*')).toEqual(paths.slice(-7000));
    expect(await readPaths('--limit', '3')).toEqual(paths.slice(-3));
  });
});

/** Waits until a text has what is looked for. */
async function waitFor(text: () => string, part: string): Promise<void> {
  while (!text().includes(part)) await new Promise((resolve) => setTimeout(resolve, 50));
}

interface Follower {
  readonly text: () => string;
  readonly end: (signal: 'SIGINT' | 'SIGTERM') => Promise<CliResult>;
}

function follow(target: Target, ...args: readonly string[]): Follower {
  const child = startCli(['requests', '--follow', '--json', ...args], target.environment);
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += String(chunk);
  });
  const result = finishCli(child);
  return {
    text: () => text,
    end: (signal) => {
      child.kill(signal);
      return result;
    },
  };
}

function expectPaths(expect: ExpectStatic, text: string, paths: readonly string[]): void {
  const found = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).path);
  expect(found).toEqual(paths);
}

describe('requests --follow', () => {
  it('shows the last ones, and then each that a run commits, once, until it is stopped', {
    timeout: 120_000,
  }, async ({ openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    const grow = async (from: number, to: number) => {
      const lines = Array.from({ length: to }, (_, at) => toLine({ request: `GET /p/${at} HTTP/1.1` }));
      await writeFile(log, lines.join(''));
      await succeed(target, [...INGEST, log]);
      return lines.slice(from).map((_, at) => `/p/${from + at}`);
    };
    await grow(0, 20);
    const follower = follow(target, '--limit', '2');
    await waitFor(follower.text, '/p/19"');
    await grow(20, 22);
    await waitFor(follower.text, '/p/21"');
    await grow(22, 23);
    await waitFor(follower.text, '/p/22"');
    // the numbers of the batches that are taken back are given again
    await succeed(target, ['undo', '3']);
    await grow(22, 24);
    await waitFor(follower.text, '/p/23"');
    const { code, stderr } = await follower.end('SIGINT');
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    const again = ['/p/22', '/p/23'];
    expectPaths(expect, follower.text(), ['/p/18', '/p/19', '/p/20', '/p/21', '/p/22', ...again]);
  });

  it('has no transaction open while it waits, and shows only what is asked for', {
    timeout: 120_000,
  }, async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    await succeed(target, INGEST, LINES);
    const follower = follow(target, '--user', 'bob');
    await waitFor(follower.text, '198.51.100.7');
    await succeed(
      target,
      INGEST,
      `${toLine({ user: 'carol' })}${toLine({ user: 'bob', request: 'GET /b HTTP/1.1' })}`,
    );
    await waitFor(follower.text, '"/b"');
    const open = await target.query(
      "select state from pg_stat_activity where application_name = 'logtally' and datname = current_database()",
    );
    expect(open).toEqual([{ state: 'idle' }]);
    expect((await follower.end('SIGTERM')).code).toBe(130);
    expectPaths(expect, follower.text(), ['/p/1', '/b']);
  });

  it('ends without complaint when its reader has gone', { timeout: 120_000 }, async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    await succeed(target, INGEST, LINES);
    const child = startCli(['requests', '--follow'], target.environment);
    let errors = '';
    child.stderr?.on('data', (chunk) => {
      errors += String(chunk);
    });
    const code = new Promise((resolve) => child.once('close', resolve));
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    child.stdout?.destroy();
    await succeed(target, INGEST, toLine({ request: 'GET /later HTTP/1.1' }));
    expect({ code: await code, errors }).toEqual({ code: 0, errors: '' });
  });

  it('is refused for the embedded database', async ({ folder, expect }) => {
    const { code, stderr } = await spawnCli(['requests', '--follow', '--data-dir', join(folder, 'data')]);
    expect(code).toBe(2);
    expect(stderr).toContain('--follow needs a PostgreSQL server');
  });
});
