import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { PROJECT_FOLDER, runCli } from '../support/cli.js';
import { BROWSER, ROBOT, requestLine } from '../support/logs.js';
import { it } from '../support/test.js';

const CONFIG = `
[[object]]
content_type = "photo"
path = "/photos/:id/"
method = ["GET"]
status = ["2xx"]

[[object]]
content_type = "page"
path = "/about"
fixed_id = "about"

[filters]
exclude = ["/admin/**"]
static = true
bots = true
`;

interface Request {
  readonly target: string;
  readonly method?: string;
  readonly status?: number;
  readonly agent?: string;
}

/** Requests of every kind that the rules and filters tell apart. */
const REQUESTS: readonly Request[] = [
  { target: '/photos/12/' },
  { target: '/photos/12' },
  { target: '/photos/12/?size=large' },
  { target: '/photos/a%20b/' },
  { target: '/photos/caf%C3%A9/' },
  { target: '/Photos/12/' },
  { target: '/photos/13/', method: 'POST' },
  { target: '/photos/14/', status: 404 },
  { target: '/about' },
  { target: '/about/' },
  { target: '/admin/photos/12/' },
  { target: '/photos/12/style.css' },
  { target: '/photos/15/', agent: ROBOT },
  { target: '/' },
  { target: 'http://www.example.com/photos/16/' },
];

describe('objects by rules', () => {
  it('are counted as match says, request by request', async ({ openTarget, folder }) => {
    const config = join(folder, 'logtally.toml');
    await writeFile(config, CONFIG);
    const target = await openTarget('postgres');
    const log = REQUESTS.map(({ target: path, ...rest }) => requestLine({ target: path, ...rest })).join('');
    const ingested = await target.run(['ingest', '--json', '--config', config], { input: log });
    expect(ingested.code).toBe(0);
    const expected = new Map<string, number>();
    let filtered = 0;
    for (const { target: path, ...rest } of REQUESTS) {
      const { method = 'GET', status = 200, agent = BROWSER } = rest;
      const args = [
        'match',
        path,
        '--json',
        '--config',
        config,
        '--method',
        method,
        '--status',
        String(status),
      ];
      const { code, stdout } = await runCli([...args, '--user-agent', agent]);
      expect(code).toBe(0);
      const answer = JSON.parse(stdout);
      if (answer.filter !== null) filtered += 1;
      else if (answer.contentType !== null) {
        const key = `${answer.contentType} ${answer.objectId}`;
        expected.set(key, (expected.get(key) ?? 0) + 1);
      }
    }
    expect(expected.size).toBeGreaterThan(3);
    expect(filtered).toBe(3);
    expect(JSON.parse(ingested.stdout)).toMatchObject({ filtered, lines: REQUESTS.length });
    const top = JSON.parse((await target.run(['top', '--json'])).stdout) as {
      contentType: string;
      objectId: string;
      hits: number;
    }[];
    expect(
      new Map(top.map(({ contentType, objectId, hits }) => [`${contentType} ${objectId}`, hits])),
    ).toEqual(expected);
  });

  it('give way to ids in the line', async ({ openTarget, folder }) => {
    const config = join(folder, 'logtally.toml');
    await writeFile(config, CONFIG);
    const target = await openTarget('postgres');
    await target.run(['ingest', '--config', config], {
      input: requestLine({ target: '/photos/12/', ids: '7 99' }),
    });
    expect(JSON.parse((await target.run(['top', '--json'])).stdout)).toMatchObject([
      { contentType: '7', objectId: '99' },
    ]);
  });

  it('are every path with --by-path', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest', '--by-path'], {
      input: ['/a?b=1', '/a', '/a%20b'].map((target) => requestLine({ target })).join(''),
    });
    expect(JSON.parse((await target.run(['top', 'path', '--json'])).stdout)).toMatchObject([
      { objectId: '/a', hits: 2 },
      { objectId: '/a%20b', hits: 1 },
    ]);
  });
});

describe('filters', () => {
  it('are counted by name in the account', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    const input =
      requestLine({ target: '/a', ids: '7 1' }) +
      requestLine({ target: '/b', ids: '7 1', status: 404 }) +
      requestLine({ target: '/c', ids: '7 1', agent: ROBOT });
    const { stdout } = await target.run(['ingest', '--status', '200', '--skip-bots'], { input });
    expect(stdout).toContain('filtered        2  (status 1, bot 1)');
  });
});

describe('sites', () => {
  it('are the virtual hosts of the lines, or what the config file calls them', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const input = ['a.example:80', 'B.example', 'c.example']
      .map((host) => `${host} ${requestLine({ target: '/x', ids: '' }).replace(' \n', '\n')}`)
      .join('');
    const config = join(folder, 'logtally.toml');
    await writeFile(config, 'site_from = "vhost"\nby_path = true\n[sites]\n"c.example" = "shop"\n');
    const { code } = await target.run(['ingest', '--format', 'vhost_combined', '--config', config], {
      input,
    });
    expect(code).toBe(0);
    const top = JSON.parse((await target.run(['top', '--json'])).stdout) as { site: string }[];
    expect(top.map(({ site }) => site)).toEqual(['a.example', 'b.example', 'shop']);
  });
});

describe('the format', () => {
  it('may be a string pasted from the configuration of Apache or nginx', async () => {
    const pasted = [
      `LogFormat "%v %h %l %u %t \\"%r\\" %>s %b %{X-Object-ID}o" mine`,
      `log_format mine '$server_name $remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent $sent_http_x_object_id';`,
    ];
    const input =
      'www.example.com 203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /p/1 HTTP/1.1" 200 5 77\n';
    for (const format of pasted) {
      const { code, stdout } = await runCli(['parse', '--format', format], { input });
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ virtualHost: 'www.example.com', objectId: '77', bytes: 5 });
    }
  });

  it('is found out with auto, which says what it has chosen', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    const log = await readFile(join(PROJECT_FOLDER, 'fixtures/vhost_combined.log'), 'utf8');
    const { code, stdout, stderr } = await target.run(['ingest', '--json', '--by-path', '--format', 'auto'], {
      input: log,
    });
    expect(code).toBe(0);
    expect(stderr).toContain('--format auto: vhost_combined, which fits 20 of the first 20 lines');
    expect(JSON.parse(stdout)).toMatchObject({ lines: 20, rejected: 0 });
  });

  it('that cannot be read is refused, with the directive that is to blame', async () => {
    const { code, stderr } = await runCli(['parse', '--format', '%h%u %t "%r"'], { input: '' });
    expect(code).toBe(2);
    expect(stderr).toContain('%h');
    expect(stderr).toContain('%u');
  });
});
