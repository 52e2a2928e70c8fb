// No secret is stored, and none is shown: one that is sent in every way that has a name is looked for in all that comes of it.

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type ExpectStatic } from 'vitest';
import { SUMMARY_NAMES } from '../../src/summaries/count-parts.js';
import type { CliResult } from '../support/cli.js';
import type { Target } from '../support/targets.js';
import { it } from '../support/test.js';

const SECRET = 'c4n4ryPw';
/** Sent where nothing says that it is a secret: it must be found, or nothing else would prove anything. */
const OPEN = 'v1s1bleText';

const hex = (text: string) =>
  Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const base64 = Buffer.from(`user:${SECRET}`).toString('base64');

/** The secret as it is sent, and in the other ways in which it could be kept. */
const FORMS = [
  SECRET,
  SECRET.toLowerCase(),
  hex(SECRET),
  base64,
  Buffer.from(SECRET).toString('base64').slice(0, 10),
];

const encode = encodeURIComponent;

const TARGETS: readonly string[] = [
  `/login?user=a&password=${SECRET}`,
  `/login?password=${SECRET}&page=${OPEN}`,
  `/login?pass%77ord=${hex(SECRET)}`,
  `/login?next=${encode(`/in?token=${SECRET}&a=b`)}`,
  `/login?next=${encode(encode(`/in?token=${SECRET}`))}`,
  `/login?next=/in?x[api_key]=${SECRET}`,
  `/cb#access_token=${SECRET}&state=1`,
  `/reset;token=${SECRET}/x`,
  `/reset/token=${SECRET}`,
  `/reset${encode(`?token=${SECRET}`)}`,
  `http://user:${SECRET}@www.example.com/a?b=c`,
  `//user:${SECRET}@www.example.com/a`,
  `/go?url=http://user:${SECRET}@www.example.com/`,
  `/data?q={%22password%22:%22${SECRET}%22}`,
  `/q?apikey=${SECRET}&csrftoken=${SECRET}`,
  `/q?X-Amz-Signature=${SECRET}`,
  `/p?token:${SECRET}`,
  `/p?x=<password>${SECRET}</password>`,
];

const REFERRERS: readonly string[] = [
  ...TARGETS.map((target) => (target.startsWith('/') ? `https://other.example.com${target}` : target)),
  `https://www.google.com/search?q=${encode(`password=${SECRET}`)}`,
  `https://www.google.com/search?q=${encode(`see http://user:${SECRET}@example.com/`)}`,
  `https://www.google.com/search?q=${OPEN}`,
  `https://www.google.com/search?hl=de&key=${SECRET}&q=boats`,
  `https://user:${SECRET}@other.example.com/page`,
  `android-app://com.example/?token=${SECRET}`,
];

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

let second = 0;

/** The beginning of a line: each is of another time. */
function toStart(request: string, status: number, [referrer, agent]: readonly [string, string]): string {
  second += 1;
  const time = new Date(Date.UTC(2026, 3, 14, 8, 0, second)).toISOString().slice(11, 19);
  return `203.0.113.9 - alice [14/Apr/2026:${time} +0000] "${request}" ${status} 100 "${referrer}" "${agent}"`;
}

function toLines(target: string, referrer: string): readonly string[] {
  const about = [referrer, AGENT] as const;
  return [
    `${toStart(`GET ${target} HTTP/1.1`, 200, about)} 7 1`,
    `${toStart(`GET ${target} HTTP/1.1`, 404, about)} - -`,
    `${toStart(`GET ${target} HTTP/1.1`, 200, about)} - -`,
    // rejected: no size; behind the last field; nothing but the target
    `${toStart(`GET ${target} HTTP/1.1`, 200, about).replace(' 100 ', ' x ')} - -`,
    `${toStart('GET / HTTP/1.1', 200, about)} - - "${target}"`,
    target,
  ];
}

const COMBINED = [
  ...TARGETS.flatMap((target) => toLines(target, '-')),
  ...REFERRERS.flatMap((referrer) => toLines('/p', referrer)),
  `${toStart('GET /p HTTP/1.1', 200, ['-', `bot (+http://a.example/?token=${SECRET})`])} - -`,
];

const HEADERS = [
  [
    `Bearer ${SECRET}`,
    `theme=${OPEN}; token=${SECRET}; a=b`,
    SECRET,
    `{\\"a\\":{\\"secret\\":\\"${SECRET}\\"}}`,
  ],
  [
    `Basic ${base64}`,
    `token=${SECRET}`,
    SECRET,
    `[{\\"password\\":[\\"${SECRET}\\"]},\\"/a?sig=${SECRET}\\"]`,
  ],
  [`Basic ${base64}`, `sid=1; csrfmiddlewaretoken=${SECRET}`, SECRET, `{\\"password\\": \\"${SECRET}`],
  [`Bearer ${SECRET}`, `sid=1; csrftoken=${SECRET}`, SECRET, `sent Authorization: Bearer ${SECRET}`],
] as const;

const WITH_HEADERS = HEADERS.map(
  (headers) =>
    `${toStart('GET /h HTTP/1.1', 200, ['-', AGENT])} ${headers.map((value) => `"${value}"`).join(' ')}`,
);

const HEADER_FORMAT =
  '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" "%{Authorization}i" "%{Cookie}i" "%{X-Api-Key}i" "%{X-Data}i"';

const JSON_LINES = TARGETS.map((target, at) =>
  JSON.stringify({
    ...{ time: `2026-04-15T08:00:${10 + at}Z`, remote_addr: '203.0.113.9', method: 'GET', uri: target },
    ...{ status: at % 2 === 0 ? 200 : 404, referer: `https://other.example.com${target}` },
    request: { headers: { Authorization: [`Bearer ${SECRET}`], Cookie: [`token=${SECRET}`] } },
    token: { value: SECRET },
    data: `{"password":"${SECRET}","\u0000":"\u0000\ud800"}`,
    note: `a\u0000\u001b[2J\u202e ${OPEN}`,
  }),
).concat(
  `{"time":"2026-04-15T09:00:00Z","method":"TOKEN=${SECRET}","uri":"/m","status":200}`,
  `{"time":"x","password":"${SECRET}","uri":"/a?token=${SECRET}"}`,
  `{"password":"${SECRET}",}`,
  `{"to\\u006ben":"${SECRET}",}`,
);

const CONFIG = `
by_path = true
[summaries]
session_field = "Cookie"
title_field = "X-Data"
extra_fields = ["Authorization", "Cookie", "X-Api-Key", "X-Data", "request.headers.Authorization.0",
  "request.headers.Cookie.0", "token.value", "data", "note"]
`;

/** Every line of output that has a secret in it; the whole of it would be too long to read. */
function findLeaks(text: string): readonly string[] {
  return text.split('\n').filter((line) => FORMS.some((form) => line.includes(form)));
}

function expectNoLeak(expect: ExpectStatic, what: string, { stdout, stderr }: CliResult): void {
  expect({ what, leaks: findLeaks(`${stdout}\n${stderr}`) }).toEqual({ what, leaks: [] });
}

/** Counts all lines, and returns what the runs told. */
async function ingestAll(target: Target, folder: string): Promise<readonly CliResult[]> {
  const config = join(folder, 'logtally.toml');
  await writeFile(config, CONFIG);
  const args = ['ingest', '--max-rejects', '100%', '--config', config, '--summary', SUMMARY_NAMES.join(',')];
  const inputs = [
    ['combined_ids', COMBINED],
    [HEADER_FORMAT, WITH_HEADERS],
    ['json', JSON_LINES],
  ] as const;
  const results: CliResult[] = [];
  // a file for some lines: of each the first rejected lines are shown
  for (const [format, lines] of inputs) {
    const paths: string[] = [];
    for (let at = 0; at < lines.length; at += 6) {
      const path = join(folder, `${results.length}-${at}.log`);
      await writeFile(
        path,
        lines
          .slice(at, at + 6)
          .map((line) => `${line}\n`)
          .join(''),
      );
      paths.push(path);
    }
    results.push(await target.run([...args, '--format', format, ...paths]));
  }
  return results;
}

const TABLES = `select table_name from information_schema.tables where table_schema = 'logtally' order by table_name`;

const COMMANDS: readonly (readonly string[])[] = [
  ...[['top'], ['top', '--types'], ['top', '--json', '--limit', '1000'], ['top', '--csv']],
  ...[
    ['requests', '--limit', '1000'],
    ['requests', '--json'],
    ['requests', '--csv'],
  ],
  ...[
    ['runs', '--all', '--json'],
    ['status', '--all', '--json'],
    ['verify', '--json'],
  ],
];

describe('a secret', () => {
  it('is found in no file of the embedded database, and in no output', { timeout: 300_000 }, async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('embedded');
    for (const result of await ingestAll(target, folder)) {
      expect(result).toMatchObject({ code: 0 });
      expectNoLeak(expect, 'ingest', result);
    }
    const page = join(folder, 'page.html');
    expect((await target.run(['report', '--output', page])).code).toBe(0);
    expect(findLeaks(await readFile(page, 'utf8'))).toEqual([]);
    for (const args of COMMANDS) {
      const result = await target.run(args);
      expect({ args, code: result.code }).toEqual({ args, code: 0 });
      expectNoLeak(expect, args.join(' '), result);
    }
    const data = join(target.environment['LOGTALLY_DATA_DIR'] ?? '', 'postgres');
    const files = (await readdir(data, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    const leaking: string[] = [];
    let hasOpen = false;
    for (const entry of files) {
      const path = join(entry.parentPath, entry.name);
      const text = await readFile(path, 'latin1');
      if (FORMS.some((form) => text.includes(form))) leaking.push(path);
      hasOpen ||= text.includes(OPEN);
    }
    expect({ leaking, hasOpen }).toEqual({ leaking: [], hasOpen: true });
  });

  it('is found in no table of a server, nor in those of one that all is exported to', {
    timeout: 300_000,
  }, async ({ openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    const other = await openTarget('postgres');
    for (const result of await ingestAll(target, folder)) expectNoLeak(expect, 'ingest', result);
    const exported = await target.run(['export', '--to', other.environment['DATABASE_URL'] ?? '']);
    expect(exported).toMatchObject({ code: 0 });
    expectNoLeak(expect, 'export', exported);
    const tables = (await target.query(TABLES)).map((row) => String(row['table_name']));
    expect(tables).toContain('request');
    const withOpen: string[] = [];
    for (const table of tables) {
      const query = await target.run(['query', '--json', `select t::text from logtally.${table} as t`]);
      expect({ table, code: query.code }).toEqual({ table, code: 0 });
      expectNoLeak(expect, `query of ${table}`, query);
      if (query.stdout.includes(OPEN)) withOpen.push(table);
      const copied = await other.query(`select t::text as text from logtally.${table} as t`);
      expect(findLeaks(copied.map(({ text }) => String(text)).join('\n'))).toEqual([]);
    }
    expect(withOpen).toEqual(expect.arrayContaining(['request', 'requests']));
    expect((await target.run(['verify'])).code).toBe(0);
  });
});
