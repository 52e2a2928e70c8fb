// The summaries beside the hits, by the views that people read: what they say of lines that can be counted by hand, and that they are
// the same however the lines come.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import { GOOGLEBOT, type Line, toLine } from '../support/summary-lines.js';
import { OFTEN_TESTED, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

const SUMMARIES = 'statuses,referrers,search_terms,agents,visitors,clients,hours,bytes,requests';

const LINES = [
  toLine({}),
  toLine({ referrer: 'https://www.google.com/search?q=Red+Boat&hl=en', bytes: '-' }),
  toLine({ host: '203.0.113.77', referrer: 'https://blog.example.net/a/b?token=x' }),
  toLine({ host: '2001:db8:1:2::3', time: '15/Apr/2026:00:00:01 +0200', ids: '7 2' }),
  toLine({ agent: GOOGLEBOT, request: 'POST /missing?a=1 HTTP/1.1', status: '404', ids: '- -' }),
  toLine({ request: '-', status: '400', referrer: 'nonsense', agent: '-', ids: '- -' }),
].join('');

/** What each view says of the lines. */
const VIEWS: Readonly<Record<string, readonly string[]>> = {
  'status_daily (day, method, status, requests, bytes)': [
    '(2026-04-14,GET,200,3,200)',
    '(2026-04-14,POST,404,1,100)',
    '(2026-04-14,,400,1,100)',
    '(2026-04-15,GET,200,1,100)',
  ],
  'failed_path_daily (day, status, path, requests)': ['(2026-04-14,400,,1)', '(2026-04-14,404,/missing,1)'],
  'referrer_daily (day, origin, host, page, requests)': [
    '(2026-04-14,none,,,2)',
    '(2026-04-14,other,blog.example.net,/a/b,1)',
    '(2026-04-14,other,www.google.com,/search,1)',
    '(2026-04-14,unknown,,,1)',
    '(2026-04-15,none,,,1)',
  ],
  'object_referrer_daily (object_id, day, origin, host, page, requests)': [
    '(1,2026-04-14,none,,,1)',
    '(1,2026-04-14,other,blog.example.net,/a/b,1)',
    '(1,2026-04-14,other,www.google.com,/search,1)',
    '(2,2026-04-15,none,,,1)',
  ],
  'search_term_daily (day, engine, terms, requests)': ['(2026-04-14,Google,"red boat",1)'],
  'object_search_term_daily (object_id, day, engine, terms, requests)': [
    '(1,2026-04-14,Google,"red boat",1)',
  ],
  'agent_daily (day, is_robot, browser, system, device, robot, requests)': [
    '(2026-04-14,f,,,,,1)',
    '(2026-04-14,f,Firefox,Linux,desktop,,3)',
    '(2026-04-14,t,,,,Googlebot,1)',
    '(2026-04-15,f,Firefox,Linux,desktop,,1)',
  ],
  'object_robot_daily (object_id, day, robot, requests)': [],
  'visitor_daily (day, visitors, requests, late_requests)': ['(2026-04-14,3,4,0)', '(2026-04-15,1,1,0)'],
  'content_type_visitor_daily (content_type, day, visitors, requests)': [
    '(7,2026-04-14,2,3)',
    '(7,2026-04-15,1,1)',
  ],
  'object_visitor_daily (object_id, day, visitors, requests)': ['(1,2026-04-14,2,3)', '(2,2026-04-15,1,1)'],
  'client_daily (day, network, country, requests)': [
    '(2026-04-14,203.0.113.0/24,,5)',
    '(2026-04-15,2001:db8:1::/48,,1)',
  ],
  'hour_daily (day, weekday, hour, requests, bytes)': ['(2026-04-14,2,10,5,400)', '(2026-04-15,3,0,1,100)'],
  'requests (day, client, method, path, query, status, object_id)': [
    '(2026-04-14,203.0.113.77,GET,/p/1,,200,1)',
    '(2026-04-14,203.0.113.9,,,,400,)',
    '(2026-04-14,203.0.113.9,GET,/p/1,,200,1)',
    '(2026-04-14,203.0.113.9,GET,/p/1,,200,1)',
    '(2026-04-14,203.0.113.9,POST,/missing,a=1,404,)',
    '(2026-04-15,2001:db8:1:2::3,GET,/p/1,,200,2)',
  ],
  'object_bytes_daily (object_id, day, requests, bytes)': ['(1,2026-04-14,3,200)', '(2,2026-04-15,1,100)'],
};

async function readViews(target: Target): Promise<Readonly<Record<string, readonly string[]>>> {
  const read: Record<string, readonly string[]> = {};
  for (const view of Object.keys(VIEWS)) {
    const [name = '', columns = ''] = view.split(/ \(|\)/);
    const rows = await target.query(`select row(${columns})::text as text from logtally.${name}`);
    read[view] = rows.map(({ text }) => String(text));
  }
  return read;
}

const EMPTY = Object.fromEntries(Object.keys(VIEWS).map((view) => [view, []]));

const sorted = (views: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(views).map(([view, rows]) => [view, rows.toSorted()]));

const LONG = { timeout: 300_000 } as const;

describe.each(OFTEN_TESTED)('the summaries in %s', LONG, (kind) => {
  it('say what can be counted by hand, and nothing of a run that is undone', async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget(kind);
    await target.run(['ingest', '--summary', SUMMARIES], { input: LINES });
    expect(sorted(await readViews(target))).toEqual(sorted(VIEWS));
    expect(await target.run(['verify'])).toMatchObject({ code: 0 });
    await target.run(['undo', '1']);
    expect(await readViews(target)).toEqual(EMPTY);
    await target.run(['ingest', '--summary', SUMMARIES], { input: LINES });
    expect(sorted(await readViews(target))).toEqual(sorted(VIEWS));
  });

  it('are the same when the lines come in several runs', async ({ openTarget, expect }) => {
    const target = await openTarget(kind);
    const lines = LINES.split(/(?<=\n)/);
    for (const at of lines.keys()) {
      const input = lines.slice(0, at + 1).join('');
      const { code } = await target.run(['ingest', '--max-rejects', '100%', '--summary', SUMMARIES], {
        input,
      });
      expect(code).toBe(0);
    }
    expect(sorted(await readViews(target))).toEqual(sorted(VIEWS));
    expect(await target.run(['verify'])).toMatchObject({ code: 0 });
  });

  it('rank objects by people, with the hits of robots beside', async ({ openTarget, folder, expect }) => {
    const target = await openTarget(kind);
    const config = join(folder, 'people.toml');
    await writeFile(config, '[summaries]\non = ["agents"]\nrank_by = "people"\n');
    const ranking = async () =>
      target.query(
        'select content_type as t, object_id as o, hit_count::int as hits from logtally.object_ranking order by 1, 2',
      );
    const robots = async () =>
      target.query(
        'select content_type as t, object_id as o, requests::int as hits from logtally.object_robot_daily order by 1, 2',
      );
    const bot = (ids: string) => toLine({ agent: GOOGLEBOT, ids });
    const input = [toLine({}), toLine({}), bot('7 1'), bot('7 2'), bot('7 2'), bot('8 1')].join('');
    const { stdout } = await target.run(['ingest', '--config', config, '--json'], { input });
    expect(JSON.parse(stdout)).toMatchObject({ counted: 6, robots: 4 });
    expect(await ranking()).toEqual([{ t: '7', o: '1', hits: 2 }]);
    const beside = [
      { t: '7', o: '1', hits: 1 },
      { t: '7', o: '2', hits: 2 },
      { t: '8', o: '1', hits: 1 },
    ];
    expect(await robots()).toEqual(beside);
    const note = 'objects are ranked by people: 4 hits of robots, of all sites and days, are left out';
    expect((await target.run(['top'])).stdout).toContain(`${note}\n\n7\n`);
    expect((await target.run(['report', '--output', '-'])).stdout).toContain('"robots":4');
    expect(await target.run(['verify'])).toMatchObject({ code: 0 });
    const later = input + toLine({ ids: '8 1' });
    await target.run(['ingest', '--config', config], { input: later });
    await target.run(['undo', '2']);
    expect(await ranking()).toEqual([{ t: '7', o: '1', hits: 2 }]);
    expect(await robots()).toEqual(beside);
    await target.run(['undo', '1']);
    expect([await ranking(), await robots()]).toEqual([[], []]);
    await target.run(['ingest', '--config', config], { input: bot('7 1') });
    expect((await target.run(['top'])).stdout).toBe(
      'objects are ranked by people: 1 hit of robots, of all sites and days, is left out\n',
    );
    expect(await target.run(['verify'])).toMatchObject({ code: 0 });
  });

  it('make the title that a field tells the label of its object', async ({ openTarget, folder, expect }) => {
    const target = await openTarget(kind);
    const config = join(folder, 'titles.toml');
    await writeFile(config, '[summaries]\non = ["titles"]\ntitle_field = "X-Title"\n');
    const format =
      '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i" %{X-Content-Type-ID}o %{X-Object-ID}o "%{X-Title}o"';
    const titled = (title: string, line: Line) => toLine(line).replace('\n', ` "${title}"\n`);
    const input = [
      titled('Old', {}),
      titled('Old', {}),
      titled('Red \\"Boat\\"', { time: '15/Apr/2026:00:00:01 +0200' }),
      titled('-', { time: '16/Apr/2026:00:00:01 +0200' }),
      titled('-', { ids: '7 2' }),
    ].join('');
    const { code } = await target.run(['ingest', '--config', config, '--format', format], { input });
    expect(code).toBe(0);
    const top = JSON.parse((await target.run(['top', '--json'])).stdout);
    expect(top.map(({ objectId, label }: Record<string, unknown>) => [objectId, label])).toEqual([
      ['1', 'Red "Boat"'],
      ['2', null],
    ]);
    expect(await target.run(['verify'])).toMatchObject({ code: 0 });
  });

  it('are kept only if they are asked for', async ({ openTarget, expect }) => {
    const target = await openTarget(kind);
    await target.run(['ingest', '--summary', 'none'], { input: LINES });
    expect(await readViews(target)).toEqual(EMPTY);
    const kept = await target.query('select count(*)::int as rows from logtally.count_source');
    expect(kept).toEqual([{ rows: 0 }]);
    expect(await target.run(['verify'])).toMatchObject({ code: 0 });
  });
});

describe('--summary', () => {
  it('refuses a summary that there is not, and names those that there are', async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const { code, stderr } = await target.run(['ingest', '--summary', 'status'], { input: LINES });
    expect(code).toBe(2);
    expect(stderr).toContain("--summary: there is no summary 'status'");
    expect(stderr).toContain('statuses, referrers');
  });
});
