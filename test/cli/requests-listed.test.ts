// In which order `logtally requests` lists, what it calls unknown, and how it follows a server that comes back.

import { describe } from 'vitest';
import { startCli } from '../support/cli.js';
import { OFTEN_TESTED, succeed, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

const INGEST = ['ingest', '--quiet', '--summary', 'requests'];

function toLine(path: string, time = '14/Apr/2026:10:22:31 +0000'): string {
  return `203.0.113.9 - - [${time}] "GET ${path} HTTP/1.1" 200 100 "-" "Mozilla/5.0" 7 1\n`;
}

async function listPaths(target: Target, ...args: readonly string[]): Promise<readonly string[]> {
  const text = await succeed(target, ['requests', '--json', ...args]);
  return text.split('\n').flatMap((line) => (line === '' ? [] : [String(JSON.parse(line).path)]));
}

describe.each(OFTEN_TESTED)('requests at the turn of a month in %s', (kind) => {
  it('are listed in the order of time, whatever days their lines say', async ({ openTarget, expect }) => {
    const target = await openTarget(kind);
    const lines = [
      toLine('/2', '01/Dec/2026:00:30:00 +0200'),
      toLine('/4', '30/Nov/2026:23:30:00 -0500'),
      toLine('/3', '01/Dec/2026:04:00:00 +0000'),
      toLine('/1', '02/Oct/2026:00:00:00 +0000'),
    ];
    await succeed(target, INGEST, lines.join(''));
    expect(await listPaths(target)).toEqual(['/1', '/2', '/3', '/4']);
    expect(await listPaths(target, '--limit', '1')).toEqual(['/4']);
    expect(await listPaths(target, '--limit', '3')).toEqual(['/2', '/3', '/4']);
    expect(await listPaths(target, '--since', '2026-12-01', '--limit', '2')).toEqual(['/2', '/3']);
    expect(await listPaths(target, '--until', '2026-11-30')).toEqual(['/1', '/4']);
  });
});

describe('the list of requests', () => {
  it('says what zone its times are in, and has the days of lines only if they are others', async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const noon = toLine('/1', '14/Apr/2026:12:00:00 +0000');
    await succeed(target, INGEST, noon);
    expect(await succeed(target, ['requests'])).toMatch(/^time \((?:UTC.*|local time)\) +client/);
    // 26 hours later in one place than in another
    await succeed(
      target,
      INGEST,
      noon + toLine('/2', '15/Apr/2026:13:59:00 +1400') + toLine('/3', '14/Apr/2026:12:01:00 -1200'),
    );
    const table = await succeed(target, ['requests']);
    expect(table).toMatch(/^time \([^)]+\) +day +client/);
    expect(table).toMatch(/^2026-04-\d\d \S+ +2026-04-15 .* \/2 /m);
  });

  it('has the sites if there are several, also if those that are shown are of one', async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    await succeed(target, INGEST, toLine('/1'));
    expect(await succeed(target, ['requests'])).not.toContain('site');
    await succeed(target, [...INGEST, '--site', 'blog'], toLine('/2', '15/Apr/2026:10:22:31 +0000'));
    expect(await succeed(target, ['requests', '--limit', '1'])).toMatch(/ site +client.*\n.* blog +203/);
    expect(await succeed(target, ['requests', '--site', 'blog'])).not.toContain('site');
  });

  it('is refused for sites and content types that were never counted', async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    await succeed(target, [...INGEST, '--site', 'blog'], toLine('/1'));
    for (const [args, message] of [
      [['--site', 'blok'], "did you mean 'blog'?"],
      [['--site', 'blog', '--type', '8'], "no content type '8' has been counted"],
      [['--follow', '--site', 'nosuch'], "no site 'nosuch' has been counted"],
    ] as const) {
      const { code, stdout, stderr } = await target.run(['requests', ...args]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(message);
    }
  });

  it('finds paths that are written as they are listed', async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    const paths = ['/%F0%9F%98%80/a', '/caf%c3%a9', '/a%2Ab%28', '/x%2Fy', '/a-b'];
    await succeed(target, INGEST, paths.map((path) => toLine(path)).join(''));
    for (const path of paths) expect(await listPaths(target, '--path', path)).toEqual([path]);
    expect(await listPaths(target, '--path', '/%f0%9f%98%80/**')).toEqual(paths.slice(0, 1));
    expect(await listPaths(target, '--path', '/\u{1f600}/*')).toEqual(paths.slice(0, 1));
  });
});

describe('requests --follow', () => {
  it('connects again when the connection is lost, says so once, and shows each request once', {
    timeout: 120_000,
  }, async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    await succeed(target, INGEST, toLine('/first'));
    const environment = { ...target.environment, LOGTALLY_FAULT: 'followed:2:disconnect' };
    const child = startCli(['requests', '--follow', '--json'], environment);
    const closed = new Promise((resolve) => child.once('close', resolve));
    let [shown, told] = ['', ''];
    child.stdout?.on('data', (chunk) => {
      shown += String(chunk);
    });
    child.stderr?.on('data', (chunk) => {
      told += String(chunk);
    });
    const wait = async (path: string) => {
      while (!shown.includes(`"${path}"`)) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    await wait('/first');
    await target.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'logtally' and datname = current_database()",
    );
    await succeed(target, INGEST, toLine('/second'));
    await wait('/second');
    // more than one fetch has: the fault ends the connection behind the first
    const paths = Array.from({ length: 6000 }, (_, at) => `/p/${at}`);
    await succeed(target, INGEST, paths.map((path) => toLine(path)).join(''));
    await wait('/p/5999');
    child.kill('SIGINT');
    expect(await closed).toBe(130);
    const found = shown.trimEnd().split('\n');
    expect(found.map((line) => JSON.parse(line).path)).toEqual(['/first', '/second', ...paths]);
    expect(told.match(/^logtally: .*; trying again until there is a connection$/gm)).toHaveLength(2);
    expect(told.trimEnd().split('\n')).toHaveLength(2);
  });
});
