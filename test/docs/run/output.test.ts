// The keys that the pages about output name are those that the commands print, with values of the types that stand there.

import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { toBits, writeMmdb } from '../../audience/support/mmdb.js';
import type { Target } from '../../support/targets.js';
import { it } from '../../support/test.js';
import { makeYears } from '../../support/years.js';
import { getPage, parsePage } from '../support/pages.js';
import { compareShapes, readShapes } from '../support/shapes.js';

const FORMAT =
  '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i" %{X-Content-Type-ID}o %{X-Object-ID}o %{X-Title}o';

const SUMMARIES = 'statuses,referrers,search_terms,agents,visitors,clients,hours,bytes,requests';

const COUNTRIES = writeMmdb({
  ipVersion: 4,
  kind: 'GeoLite2-Country',
  networks: [[toBits('203.0.113.0/24', 4), { country: { iso_code: 'CH' } }]],
});

const ROBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

const CONFIG = `format = '${FORMAT}'
[summaries]
rank_by = "people"
extra_fields = ["X-Title"]
session_field = "X-Title"
[filters]
exclude = ["/admin/**"]
[[object]]
content_type = "page"
path = "/posts/:id"
method = "POST"
[[object]]
content_type = "page"
path = "/docs/:id"
[[content_type]]
id = "photo"
name = "picture"
label_query = "select id, 'Photo ' || id from unnest($1::text[]) as id where id = '1'"
`;

interface Line {
  readonly client?: string;
  readonly user?: string;
  readonly day?: string;
  readonly path?: string;
  readonly status?: number;
  readonly referrer?: string;
  readonly agent?: string;
  readonly ids?: string;
}

function toLine(line: Line): string {
  const {
    client = '203.0.113.9',
    user = '-',
    day = '14',
    path = '/photos/1?size=large',
    status = 200,
  } = line;
  const {
    referrer = '-',
    agent = 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0',
    ids = 'photo 1 Harbour',
  } = line;
  return `${client} - ${user} [${day}/Apr/2026:10:22:31 +0200] "GET ${path} HTTP/1.1" ${status} 100 "${referrer}" "${agent}" ${ids}\n`;
}

const LINES: readonly string[] = [
  toLine({ user: 'alice', referrer: 'https://www.google.com/search?q=harbour' }),
  toLine({ day: '15', agent: ROBOT }),
  toLine({ day: '15', status: 404, ids: '- - -', referrer: 'https://news.example.net/a', agent: '-' }),
  toLine({ day: '16', ids: 'photo 2 -' }),
  'not a line of a log\n',
];

type Printed = Map<string, unknown[]>;

/** Runs a command and keeps what it prints under a title of the page. */
async function keep(printed: Printed, title: string, target: Target, args: readonly string[], input = '') {
  const { stdout, stderr } = await target.run(args, { input });
  if (stdout === '') throw new Error(`logtally ${args.join(' ')}: ${stderr}`);
  const values = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  // lists are described by what they are of
  printed.set(title, [...(printed.get(title) ?? []), ...values.flat()]);
  return values;
}

function check(path: string, printed: Printed): void {
  const page = getPage(path);
  const titles = [...page.text.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title);
  const described = titles.filter((title) => readShapes(page, title).length > 0);
  expect([...printed.keys()].toSorted()).toEqual(described.toSorted());
  for (const [title, values] of printed)
    expect({ title, mistakes: compareShapes(readShapes(page, title), values) }).toEqual({
      title,
      mistakes: [],
    });
}

describe('the pages about output', () => {
  it('describe lists', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const printed: Printed = new Map();
    const config = join(folder, 'logtally.toml');
    const countries = join(folder, 'countries.mmdb');
    await writeFile(countries, COUNTRIES);
    await writeFile(config, CONFIG.replace('[summaries]', `[summaries]\ncountries = "${countries}"`));
    await target.run(
      ['ingest', '--quiet', '--config', config, '--max-rejects', '100%', '--summary', SUMMARIES],
      {
        input: LINES.join(''),
      },
    );
    const years = ['ingest', '--quiet', '--undo-days', '0', '--site', 'old', '--summary', SUMMARIES];
    await target.run(years, { input: makeYears(1, '2023-01-01', 40) });
    await target.run(['prune', '--keep-days', '400']);
    for (const args of [[], ['photo', '--since', '2026-04-15', '--until', '2026-04-16', '--compare']])
      await keep(printed, '`top --json`', target, ['top', ...args, '--config', config, '--json']);
    await keep(printed, '`top --types --json`', target, ['top', '--types', '--config', config, '--json']);
    const show = ['show', '--json', '--config', config];
    await keep(printed, '`show --json`', target, [...show, 'photo', '1', '--since', '2026-04-01']);
    await keep(printed, '`show --json`', target, [...show, '7', '1', '--site', 'old']);
    await keep(printed, '`requests --json`', target, ['requests', '--json']);
    check('docs/output.md', printed);

    const { text } = getPage('docs/output.md');
    const titles = async (...args: string[]) =>
      (await target.run([...args, '--csv'])).stdout.split('\r\n')[0];
    for (const command of ['top', 'top --types', 'requests'])
      expect(text).toContain(`\`--csv\`: \`${await titles(...command.split(' '))}\``);

    const rows = [...text.matchAll(/^\| (`\w+`)? ?\| (`\w+`) \| ([^|]+) \| ([^|]+) \|$/gm)];
    let summary = '';
    const described = rows.map(([, name, list, keys, values]) => {
      summary = name ?? summary;
      return [summary, list, keys, values].map((cell) => (cell ?? '').replaceAll('`', '')).join(' | ');
    });
    const found: string[] = [];
    for (const name of SUMMARIES.split(',').filter((each) => each !== 'requests')) {
      const of = name === 'bytes' ? ['top', '7', '--site', 'old'] : ['top'];
      const { stdout } = await target.run([...of, '--summary', name, '--json']);
      for (const row of JSON.parse(stdout) as Record<string, unknown>[]) {
        const { list, share: _, ...cells } = row;
        const line = `${name} | ${list} | ${Object.keys(cells).join(', ')}`;
        if (!found.includes(line)) found.push(line);
      }
    }
    const flat = described.map((line) => line.replace(/ \| ([^|]+)$/, ', $1'));
    expect(found.filter((line) => !flat.includes(line))).toEqual([]);
    expect(flat.filter((line) => !found.includes(line))).toEqual([]);
  });

  it('describe what runs tell', async ({ openTarget, folder }) => {
    const [target, other] = [await openTarget('postgres'), await openTarget('postgres')];
    const printed: Printed = new Map();
    const config = join(folder, 'logtally.toml');
    await writeFile(config, CONFIG);
    const [log, second, third] = ['a.log', 'b.log', 'c.log'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(log, LINES.join(''));
    const plain = (id: string) => toLine({ ids: `photo ${id}` });
    await writeFile(second, plain('1') + plain('3'));
    const people = ['--config', config, '--max-rejects', '100%', '--summary', 'agents'];
    const ingest = (...args: string[]) =>
      keep(printed, '`ingest --json`', target, ['ingest', '--json', ...args]);
    await ingest(...people, log);
    await ingest(second);
    await ingest('--by-path', '--format', 'common', second);
    await ingest('--recount', '--summary', 'hours', second);
    await ingest('--recount', '--by-path', '--summary', 'hours', second);
    await writeFile(third, plain('1').repeat(3) + plain('9').replace('14/Apr', '13/Apr'));
    await ingest('--dry-run', third);
    await ingest(join(folder, 'd.log'), third).catch(() => undefined);
    await keep(printed, '`status --json`', target, ['status', '--json', '--all']);
    const grown = join(folder, 'e.log');
    await writeFile(grown, plain('5'));
    const [{ run }] = await ingest(grown);
    await appendFile(grown, plain('6'));
    await ingest(grown);
    await keep(printed, '`undo --json`', target, ['undo', '--json', String(run)]);
    await appendFile(third, plain('4'));
    await keep(printed, '`status --json`', target, ['status', '--json', '--all']);
    await writeFile(second, toLine({ client: '198.51.100.1', ids: 'photo 7' }));
    await keep(printed, '`status --json`', target, ['status', '--json', '--all']);
    await keep(printed, '`runs --json`', target, ['runs', '--json', '--all']);
    await target.query('update logtally.run set finished_at = null, exit_code = null where run_id = 2');
    await keep(printed, '`runs --json`', target, ['runs', '--json', '--all']);
    const server = other.environment['DATABASE_URL'] ?? '';
    await keep(printed, '`export --json`', target, ['export', '--json', '--to', server]);
    await keep(printed, '`verify --json`', target, ['verify', '--json', '--repair', 'ranks']);
    await target.query('update logtally.object_hits set hit_count = hit_count + 1');
    await keep(printed, '`verify --json`', target, ['verify', '--json']);
    check('docs/output-runs.md', printed);
  });

  it('describe what the other commands print', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const printed: Printed = new Map();
    const config = join(folder, 'logtally.toml');
    await writeFile(config, CONFIG);
    const log = join(folder, 'a.log');
    await writeFile(log, LINES.join(''));
    const server = join(folder, 'nginx');
    await mkdir(server);
    await writeFile(
      join(server, 'nginx.conf'),
      "http { log_format a '$remote_addr $x'; log_format b '$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent'; }\n",
    );
    await keep(printed, '`parse`', target, ['parse', '--format', FORMAT, log]);
    const records = (printed.get('`parse`') ?? []).length;
    expect(records).toBe(LINES.length - 1);
    const rejected = new Map<string, unknown[]>();
    const inline = ['parse', '--rejects-inline', '--format', FORMAT, log];
    const all = await keep(rejected, '', target, inline);
    printed.set(
      '`parse --rejects-inline`',
      all.filter((each) => 'reject' in each),
    );
    const checks = ['check', '--json', '--server-config', server];
    const fitting = toLine({ ids: 'photo 1' });
    for (const args of [['--format', 'common', log], ['--format', 'common', '-'], ['-']])
      await keep(printed, '`check --json`', target, [...checks, ...args], `a b c d\n${fitting}`);
    await keep(printed, '`check --json`', target, [...checks, '--config', config, log]);
    for (const path of ['/docs/a', '/docs', '/admin/x'])
      await keep(printed, '`match --json`', target, ['match', '--json', '--config', config, path]);
    const years = ['ingest', '--quiet', '--undo-days', '0', '--summary', 'requests,statuses'];
    for (const seed of [1, 3]) await target.run(years, { input: makeYears(seed, '2023-01-01', 70) });
    await target.run(['ingest', '--quiet', '--anonymize-ip', '--summary', 'requests', '--site', 'new'], {
      input: makeYears(2, '2023-05-01', 5),
    });
    const person = ['forget', '--json', '--dry-run', '--client', '203.0.1.3'];
    await keep(printed, '`forget --json`', target, person);
    for (const days of ['100000', '0']) {
      const prune = ['prune', '--json', '--keep-days', days, '--keep-request-days', '0'];
      await keep(printed, '`prune --json`', target, prune);
    }
    check('docs/output-tools.md', printed);
  });

  it('are compared key by key', () => {
    const page = parsePage(
      'docs/a.md',
      '## `a`\n\n| key | type | is |\n|---|---|---|\n| `b`, `c[].d` | integer | |\n| `e.ANY` | text or null | |\n',
    );
    const shapes = readShapes(page, '`a`');
    expect(compareShapes(shapes, [{ b: 1, c: [{ d: 2 }], e: { x: null, y: 'z' } }])).toEqual([]);
    expect(compareShapes(shapes, [{ b: '1', c: [{ f: 2 }], e: null }])).toEqual([
      'b is not integer: "1"',
      'c[].f is not described',
      'c[].d was not printed',
      'e.ANY was not printed',
    ]);
  });
});
