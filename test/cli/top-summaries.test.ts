// What `top --summary` says of lines that can be counted by hand, and of days and runs that have no such summary.

import { writeFile } from 'node:fs/promises';
import { describe } from 'vitest';
import { GOOGLEBOT, toLine } from '../support/summary-lines.js';
import { OFTEN_TESTED, succeed, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

const ALL = 'statuses,referrers,search_terms,agents,visitors,clients,hours,bytes';

/** Tuesday the 14th has seven requests, Wednesday the 15th has two. */
const LINES = [
  toLine({}),
  toLine({ referrer: 'https://www.google.com/search?q=Red+Boat&hl=en', bytes: '-' }),
  toLine({ host: '203.0.113.77', referrer: 'https://blog.example.net/a/b?token=x' }),
  toLine({ host: '203.0.113.78', referrer: 'https://blog.example.net/c', ids: '9 x', bytes: '900' }),
  toLine({ referrer: 'https://www.example.com/', ids: '9 x' }),
  toLine({ agent: GOOGLEBOT, request: 'POST /missing?a=1 HTTP/1.1', status: '404', ids: '- -' }),
  toLine({ request: '-', status: '400', referrer: 'nonsense', agent: '-', ids: '- -' }),
  toLine({ host: '2001:db8:1:2::3', time: '15/Apr/2026:00:00:01 +0200', ids: '7 2' }),
  toLine({ time: '15/Apr/2026:00:00:01 +0200' }),
].join('');

type Told = Readonly<Record<string, string | number | null>>;

/** The rows as `list: key=value ...`, without what is null. */
async function tell(target: Target, ...args: readonly string[]): Promise<readonly string[]> {
  const told: readonly Told[] = JSON.parse(await succeed(target, ['top', '--json', ...args]));
  return told.map(({ list, share, ...cells }) => {
    const texts = Object.entries(cells).flatMap(([name, cell]) => (cell === null ? [] : [`${name}=${cell}`]));
    return `${list}: ${[...texts, ...(share === null ? [] : [`${Math.round(Number(share) * 100)}%`])].join(' ')}`;
  });
}

/** What each summary says of all days. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  statuses: [
    'status: method=GET status=200 requests=7 bytes=1400 78%',
    'status: method=POST status=404 requests=1 bytes=100 11%',
    'status: status=400 requests=1 bytes=100 11%',
    'failed_path: status=400 requests=1 bytes=100 50%',
    'failed_path: status=404 path=/missing requests=1 bytes=100 50%',
  ],
  referrers: [
    'host: origin=none requests=4 44%',
    'host: origin=other host=blog.example.net requests=2 22%',
    'host: origin=other host=www.google.com requests=1 11%',
    'host: origin=own requests=1 11%',
    'host: origin=unknown requests=1 11%',
    'page: host=blog.example.net page=/a/b requests=1 11%',
    'page: host=blog.example.net page=/c requests=1 11%',
    'page: host=www.google.com page=/search requests=1 11%',
  ],
  search_terms: ['search_term: engine=Google terms=red boat requests=1 100%'],
  agents: [
    'audience: audience=people requests=8 bytes=1500 89%',
    'audience: audience=robots requests=1 bytes=100 11%',
    'browser: browser=Firefox requests=7 bytes=1400 88%',
    'browser: requests=1 bytes=100 13%',
    'system: system=Linux requests=7 bytes=1400 88%',
    'system: requests=1 bytes=100 13%',
    'device: device=desktop requests=7 bytes=1400 88%',
    'device: requests=1 bytes=100 13%',
    'robot: robot=Googlebot requests=1 bytes=100 100%',
  ],
  visitors: [
    'day: day=2026-04-14 visitors=4 requests=6 lateRequests=0 67%',
    'day: day=2026-04-15 visitors=2 requests=2 lateRequests=0 33%',
    'object: site=default contentType=7 objectId=1 visitorDays=3 requests=4 50%',
    'object: site=default contentType=9 objectId=x visitorDays=2 requests=2 33%',
    'object: site=default contentType=7 objectId=2 visitorDays=1 requests=1 17%',
  ],
  clients: [
    'network: network=203.0.113.0/24 requests=8 bytes=1500 89%',
    'network: network=2001:db8:1::/48 requests=1 bytes=100 11%',
  ],
  bytes: [
    'object: site=default contentType=9 objectId=x bytes=1000 requests=2 71%',
    'object: site=default contentType=7 objectId=1 bytes=300 requests=4 21%',
    'object: site=default contentType=7 objectId=2 bytes=100 requests=1 7%',
  ],
};

const OF_TYPE_9: Readonly<Record<string, readonly string[]>> = {
  referrers: [
    'host: origin=other host=blog.example.net requests=1 50%',
    'host: origin=own requests=1 50%',
    'page: host=blog.example.net page=/c requests=1 50%',
  ],
  search_terms: [],
  visitors: [
    'day: day=2026-04-14 visitors=2 requests=2 lateRequests=0 100%',
    'object: site=default contentType=9 objectId=x visitorDays=2 requests=2 100%',
  ],
  bytes: ['object: site=default contentType=9 objectId=x bytes=1000 requests=2 100%'],
};

/** Own hosts are told by a config file. */
const OWN = '[summaries]\nown_hosts = ["www.example.com"]\n';

async function ingest(target: Target, folder: string, input = LINES): Promise<void> {
  await writeFile(`${folder}/logtally.toml`, OWN);
  const args = ['ingest', '--config', `${folder}/logtally.toml`, '--summary', ALL];
  const { code } = await target.run(args, { input });
  if (code !== 0) throw new Error(`ingest ended with ${code}`);
}

describe.each(OFTEN_TESTED)('top --summary from %s', (kind) => {
  it('says what can be counted by hand', async ({ openTarget, folder, expect }) => {
    const target = await openTarget(kind);
    await ingest(target, folder);
    for (const [name, rows] of Object.entries(ANSWERS)) {
      expect({ name, rows: await tell(target, '--summary', name) }).toEqual({ name, rows });
    }
    for (const [name, rows] of Object.entries(OF_TYPE_9)) {
      const args = ['top', '9', '--summary', name, '--json'];
      if (rows.length > 0) expect(await tell(target, '9', '--summary', name)).toEqual(rows);
      else
        expect(await target.run(args)).toMatchObject({
          stdout: '[]\n',
          stderr: expect.stringContaining('no search terms'),
        });
    }
  });

  it('has all hours and weekdays, each once, and says how many days a weekday is of', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget(kind);
    await ingest(target, folder);
    const rows = await tell(target, '--summary', 'hours');
    const ofList = (list: string) => rows.filter((row) => row.startsWith(`${list}: `));
    expect(ofList('hour')).toHaveLength(24);
    expect(ofList('hour').filter((row) => !row.includes('requests=0'))).toEqual([
      'hour: hour=0 requests=2 bytes=200 22%',
      'hour: hour=10 requests=7 bytes=1400 78%',
    ]);
    expect(ofList('weekday')).toHaveLength(7);
    expect(ofList('weekday').slice(0, 3)).toEqual([
      'weekday: weekday=1 requests=0 days=0 0%',
      'weekday: weekday=2 requests=7 bytes=1400 days=1 78%',
      'weekday: weekday=3 requests=2 bytes=200 days=1 22%',
    ]);
    expect(ofList('weekday_hour')).toEqual([
      'weekday_hour: weekday=2 hour=10 requests=7 bytes=1400 78%',
      'weekday_hour: weekday=3 hour=0 requests=2 bytes=200 22%',
    ]);
  });

  it('is of the days, the site and as many rows as it is asked for, with shares of all', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget(kind);
    await ingest(target, folder);
    await target.run(['ingest', '--site', 'blog', '--summary', ALL], {
      input: toLine({ status: '304', bytes: '-' }).repeat(20),
    });
    expect(
      await tell(
        target,
        '--summary',
        'statuses',
        '--until',
        '2026-04-14',
        '--site',
        'default',
        '--limit',
        '1',
      ),
    ).toEqual([
      'status: method=GET status=200 requests=5 bytes=1200 71%',
      'failed_path: status=400 requests=1 bytes=100 50%',
    ]);
    expect(await tell(target, '--summary', 'statuses', '--limit', '1', '--since', '2026-04-14')).toEqual([
      'status: method=GET status=304 requests=20 69%',
      'failed_path: status=400 requests=1 bytes=100 50%',
    ]);
    expect(await tell(target, '--summary', 'visitors', '--site', 'default', '--limit', '1')).toEqual([
      'day: day=2026-04-15 visitors=2 requests=2 lateRequests=0 33%',
      'object: site=default contentType=7 objectId=1 visitorDays=3 requests=4 50%',
    ]);
    for (const name of ['visitors', 'bytes']) {
      const ofAll = await succeed(target, ['top', '--summary', name, '--limit', '1']);
      expect(ofAll).toMatch(/^objects by \S+, 1 of 4\nsite +content type/m);
    }
    const text = await succeed(target, ['top', '--summary', 'visitors', '--site', 'default', '--limit', '1']);
    expect(text).toContain('visitors by day, the last 1 of 2; all days: 6 visitor-days\n');
    expect(text).toContain('objects by visitor-days, 1 of 3\n');
  });

  it('says plainly that a summary was never kept, or has nothing of a period, and since when it is kept', async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget(kind);
    await target.run(['ingest'], { input: toLine({ time: '01/Apr/2026:10:22:31 +0200' }).repeat(3) });
    const never = `statuses were never kept; 'logtally ingest --summary statuses', or on = ["statuses"] under [summaries] in logtally.toml, keeps them from then on\n`;
    expect(await succeed(target, ['top', '--summary', 'statuses'])).toBe(never);
    const programs = await target.run(['top', '--summary', 'statuses', '--csv']);
    expect(programs).toEqual({ code: 0, stdout: 'list,share\r\n', stderr: `logtally: ${never}` });

    await target.run(['ingest', '--summary', 'statuses'], { input: LINES });
    const [{ day }] = (await target.query(
      `select to_char(committed_at at time zone 'UTC', 'YYYY-MM-DD') as day from logtally.batch where summaries <> '{}'`,
    )) as [{ day: string }];
    const lacking = '3 of 12 requests, of all sites and days, were counted without it\n';
    expect(await succeed(target, ['top', '--summary', 'statuses'])).toContain(
      `all days; first day 2026-04-14, last day 2026-04-15; runs keep it since ${day}\n${lacking}\nmethods and statuses\n`,
    );
    expect(await succeed(target, ['top', '--summary', 'statuses', '--until', '2026-04-13'])).toBe(
      `until 2026-04-13: no statuses; there are some of 2026-04-14 to 2026-04-15\n${lacking}`,
    );
    expect(await succeed(target, ['top', '--summary', 'bytes'])).toContain('bytes were never kept');
  });

  it('has the visitors of days on which they are not told apart any more', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget(kind);
    await ingest(target, folder);
    const before = await tell(target, '--summary', 'visitors');
    const change = "set key1 = null, key2 = 'total', key3 = '1' where key1 is not null and part in (8, 9)";
    await target.queryAll([`update logtally.site_count ${change}`, `update logtally.object_count ${change}`]);
    expect(await tell(target, '--summary', 'visitors')).toEqual(before);
    expect(before).toEqual(ANSWERS['visitors']);
  });

  it('has no list of networks if all are forgotten and countries are left', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget(kind);
    await ingest(target, folder);
    await target.query('update logtally.client_count set key1 = null');
    expect(await tell(target, '--summary', 'clients')).toEqual(['network: requests=9 bytes=1600 100%']);
    await target.query("update logtally.client_count set key2 = 'DE'");
    expect(await tell(target, '--summary', 'clients')).toEqual([
      'country: country=DE requests=9 bytes=1600 100%',
    ]);
  });

  it('tells late requests, which are of no visitor', async ({ openTarget, folder, expect }) => {
    const target = await openTarget(kind);
    await ingest(target, folder);
    await target.query("update logtally.visitor_key set last_line_at = '2026-04-16'");
    await target.run(['ingest', '--summary', 'visitors'], { input: '' });
    await ingest(target, folder, LINES + toLine({ host: '203.0.113.200' }));
    expect((await tell(target, '--summary', 'visitors'))[0]).toBe(
      'day: day=2026-04-14 visitors=4 requests=6 lateRequests=1 67%',
    );
    expect(await succeed(target, ['top', '--summary', 'visitors'])).toContain('late requests');
  });
});

describe('top --summary', () => {
  it('harms neither a terminal nor a spreadsheet by what a log says', async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    const hostile = [
      toLine({ request: 'GET /\\x1b[31m\\xe2\\x80\\xaegpj HTTP/1.1', status: '404' }),
      toLine({ referrer: 'https://www.google.com/search?q==cmd|calc' }),
      toLine({ referrer: 'https://www.google.com/search?q=%1b[2Jred%e2%80%aeexe' }),
      toLine({ ids: '7 =1+1' }),
    ].join('');
    await target.run(['ingest', '--summary', ALL], { input: hostile });
    const control = /[\p{Cc}\p{Cf}]/u;
    for (const name of Object.keys(ANSWERS)) {
      const text = await succeed(target, ['top', '--summary', name]);
      expect(text.replaceAll('\n', '')).not.toMatch(control);
      const csv = await succeed(target, ['top', '--summary', name, '--csv']);
      expect(csv.match(/(?:^|,)[=+@]/gm)).toBeNull();
    }
    expect(await succeed(target, ['top', '--summary', 'statuses'])).toContain('/\\x1b[31m\\xe2\\x80\\xaegpj');
    expect(await succeed(target, ['top', '--summary', 'search_terms', '--csv'])).toContain(",'=cmd|calc,");
    expect(await succeed(target, ['top', '--summary', 'bytes', '--csv'])).toContain(",'=1+1,");
    expect((await tell(target, '--summary', 'bytes')).join()).toContain('objectId==1+1 ');
  });

  it('refuses a content type of which nothing is kept, a summary that there is not, and other orders', async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const ofType = await target.run(['top', '7', '--summary', 'hours']);
    expect(ofType).toMatchObject({ code: 2, stdout: '' });
    expect(ofType.stderr).toContain('referrers, search_terms, visitors, bytes');
    for (const args of [
      ['--summary', 'status'],
      ['--summary', 'hours', '--sort', 'new'],
      ['--summary', 'hours', '--types'],
    ])
      expect(await target.run(['top', ...args])).toMatchObject({ code: 2, stdout: '' });
  });
});
