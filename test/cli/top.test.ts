import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { OFTEN_TESTED, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

type Hits = readonly [day: number, type: string, id: string, hits: number];

/** Days of April 2026. */
function log(...hits: readonly Hits[]): string {
  return hits
    .map(([day, type, id, count]) => {
      const time = `${String(day).padStart(2, '0')}/Apr/2026:10:22:31 +0200`;
      return `203.0.113.9 - - [${time}] "GET / HTTP/1.1" 200 5 "-" "-" ${type} ${id}\n`.repeat(count);
    })
    .join('');
}

/** Two weeks: `riser` and `faller` change places, `late` is new in the second, `old` is over. */
const LOG = log(
  ...([
    [1, '7', 'old', 9],
    [6, '7', 'riser', 2],
    [7, '7', 'faller', 6],
    [8, '7', 'riser', 3],
    [14, '7', 'riser', 3],
    [13, '7', 'faller', 2],
    [12, '7', 'late', 2],
    [14, '9', 'other', 1],
  ] satisfies Hits[]),
);

const SECOND_WEEK = ['--since', '2026-04-08', '--until', '2026-04-14'];

interface Told {
  readonly objectId: string;
  readonly hits: number;
  readonly rank: number;
  readonly share: number;
  readonly previousHits: number | null;
  readonly name: string | null;
  readonly label: string | null;
  readonly days: readonly { readonly day: string; readonly hits: number }[];
}

async function askTop(target: Target, args: readonly string[]): Promise<readonly Told[]> {
  const { code, stdout, stderr } = await target.run(['top', '--json', ...args]);
  expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
  return JSON.parse(stdout);
}

const listIds = (objects: readonly Told[]) => objects.map((object) => object.objectId);

describe.each(OFTEN_TESTED)('top from %s', (kind) => {
  it('compares a month that is not over with as many first days of the one before', async ({
    openTarget,
  }) => {
    const target = await openTarget(kind);
    const march = log([1, '7', 'a', 1], [10, '7', 'a', 2], [20, '7', 'a', 4]).replaceAll('Apr', 'Mar');
    await target.run(['ingest', '--quiet'], { input: march + log([5, '7', 'a', 8], [10, '7', 'b', 1]) });
    const month = ['--since', '2026-04', '--until', '2026-04', '--compare'];
    const [a] = await target.run(['top', '--json', ...month]).then(({ stdout }) => JSON.parse(stdout));
    expect(a).toMatchObject({ objectId: 'a', hits: 8, previousHits: 3 });
  });

  it('counts, ranks and shares within a period, and compares it with the one before', async ({
    openTarget,
  }) => {
    const target = await openTarget(kind);
    await target.run(['ingest', '--quiet'], { input: LOG });
    const told = await askTop(target, ['7', ...SECOND_WEEK, '--compare']);
    expect(told.map((each) => [each.objectId, each.rank, each.hits, each.previousHits, each.share])).toEqual([
      ['riser', 1, 6, 2, 0.6],
      ['faller', 2, 2, 6, 0.2],
      ['late', 2, 2, 0, 0.2],
    ]);
    // the order and the comparison need both bounds: the 7 days up to the last day with hits
    const rising = await askTop(target, ['7', '--sort', 'rising']);
    expect(rising.map((each) => [each.objectId, each.hits, each.previousHits])).toEqual([
      ['riser', 6, 2],
      ['late', 2, 0],
    ]);
    expect(listIds(await askTop(target, ['--sort', 'new']))).toEqual(['late', 'other']);
    expect((await target.run(['top', '7', '--compare', '--limit', '2'])).stdout).toBe(
      `2026-04-08 to 2026-04-14, compared with 2026-04-01 to 2026-04-07

7
rank  object  hits      change  share              last 14 days    first day   last day
   1  riser      6  +4 (+200%)  60.0%  ██████████  .....▆.█.....█  2026-04-06  2026-04-14
   2  faller     2   -4 (-67%)  20.0%  ███▍        ......█.....▃.  2026-04-07  2026-04-13
`,
    );
  });
});

describe.each(OFTEN_TESTED)('labels from %s', (kind) => {
  it('are what the query of the config file says, in the same database', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    await target.run(['ingest', '--quiet'], { input: log([14, '7', '1', 2], [14, '7', '{2,"', 1]) });
    await target.query(
      `create table core_photo as select '{2,"'::varchar as id, 'Dawn'::varchar(9) as title`,
    );
    const config = join(folder, 'logtally.toml');
    const query = 'select id, title from core_photo where id = any($1);';
    await writeFile(config, `[[content_type]]\nid = 7\nlabel_query = '${query}'\n`);
    const told = await askTop(target, ['--config', config]);
    expect(told.map((each) => [each.objectId, each.name, each.label])).toEqual([
      ['1', null, null],
      ['{2,"', null, 'Dawn'],
    ]);
  });
});

describe('hostile object ids', () => {
  it('reach neither terminal nor spreadsheet, and stay readable', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    const ids = ['<script>', '=cmd|calc', '\u202egpj.exe', '\u200b', 'x'.repeat(512), '日本語', '-1+1', '@a'];
    const hits = ids.map((id, at): Hits => [14, '7', id, ids.length - at]);
    await target.run(['ingest', '--quiet'], { input: log(...hits) });
    const { stdout } = await target.run(['top', '--compare']);
    expect(stdout).not.toMatch(/[^\n\P{Cc}]|\p{Cf}/u);
    for (const shown of [
      '<script>',
      '=cmd|calc',
      '\\xe2\\x80\\xaegpj.exe',
      '\\xe2\\x80\\x8b',
      'x'.repeat(512),
    ]) {
      expect(stdout).toContain(`  ${shown}  `);
    }
    const csv = (await target.run(['top', '--csv'])).stdout.split('\r\n').slice(1, -1);
    expect(csv.map((record) => record.split(',')[3])).toEqual(
      ids.map((id) => (/^[=@-]/.test(id) ? `'${id}` : id)),
    );
    expect(listIds(await askTop(target, []))).toEqual(ids);
    for (const id of ids.slice(0, 6)) {
      const shown = await target.run(['show', '7', '--', id]);
      expect(shown).toMatchObject({ code: 0, stderr: '' });
      expect(shown.stdout).not.toMatch(/[^\n\P{Cc}]|\p{Cf}/u);
    }
  });
});

describe('show', () => {
  it('tells the hits, the rank and the best day of a period as top does', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest', '--quiet'], { input: LOG });
    const show = async (id: string, args: readonly string[]) =>
      JSON.parse((await target.run(['show', '7', id, '--json', ...args])).stdout);
    for (const told of await askTop(target, ['7', ...SECOND_WEEK])) {
      expect(await show(told.objectId, SECOND_WEEK)).toMatchObject({
        ...{ hits: told.hits, rank: told.rank, objects: 3 },
      });
    }
    expect(await show('riser', SECOND_WEEK)).toMatchObject({
      bestDay: { day: '2026-04-08', hits: 3 },
      firstHitOn: '2026-04-06',
      days: [
        { day: '2026-04-08', hits: 3 },
        { day: '2026-04-14', hits: 3 },
      ],
    });
    expect(await show('old', SECOND_WEEK)).toMatchObject({
      hits: 0,
      bestDay: null,
      days: [],
      rank: 4,
      objects: 3,
    });
    expect(await show('riser', [])).toMatchObject({ hits: 8, rank: 2, objects: 4 });
    expect((await target.run(['show', '7', 'riser', '--since', 'never'])).code).toBe(2);
  });
});

describe('top', () => {
  it('takes periods without a beginning or an end, and says when there are no hits in one', async ({
    openTarget,
  }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest', '--quiet'], { input: LOG });
    expect(listIds(await askTop(target, ['7', '--until', '2026-04-06']))).toEqual(['old', 'riser']);
    expect(listIds(await askTop(target, ['7', '--since', '2026-04-13']))).toEqual(['riser', 'faller']);
    expect(
      listIds(await askTop(target, ['--since', '2026-04', '--until', '2026-04', '--limit', '1'])),
    ).toEqual(['old', 'other']);
    // days up to the end of the period, or to the last day with hits where it ends later
    const [early] = await askTop(target, ['7', '--until', '2026-04-06', '--limit', '1']);
    expect(early?.days).toHaveLength(14);
    expect(early?.days.at(-1)).toEqual({ day: '2026-04-06', hits: 0 });
    expect(early?.days.at(-6)).toEqual({ day: '2026-04-01', hits: 9 });
    const [late] = await askTop(target, ['7', '--since', '2026-04-08', '--until', '2027']);
    expect(late?.days.at(-1)).toEqual({ day: '2026-04-14', hits: 3 });
    const none = await target.run(['top', '--since', '2025', '--until', '2025']);
    expect(none).toEqual({
      code: 0,
      stdout: '2025-01-01 to 2025-12-31\n\nno hits; the last day with hits is 2026-04-14\n',
      stderr: '',
    });
  });

  it('agrees with what SQL says of the same period', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest', '--quiet', 'fixtures/access.log.gz']);
    const period = ['--since', '2025-10-10', '--until', '2025-10-12'];
    const told = await askTop(target, [...period, '--limit', '100000', '--compare']);
    const rows = await target.query(`
      select content_type, object_id,
        sum(hit_count) filter (where hit_on >= '2025-10-10')::int as hits,
        coalesce(sum(hit_count) filter (where hit_on < '2025-10-10'), 0)::int as previous
      from logtally.daily_hits
      where hit_on between '2025-10-07' and '2025-10-12'
      group by content_type, object_id
      having max(hit_on) >= '2025-10-10'
      order by content_type collate "C", hits desc, object_id collate "C"`);
    expect(rows.length).toBeGreaterThan(500);
    expect(told.map((each) => [each.objectId, each.hits, each.previousHits])).toEqual(
      rows.map((row) => [row['object_id'], row['hits'], row['previous']]),
    );
    const sums = new Map<string, number>();
    for (const each of told as readonly (Told & { contentType: string })[]) {
      sums.set(each.contentType, (sums.get(each.contentType) ?? 0) + each.share);
    }
    expect(sums.size).toBeGreaterThan(2);
    for (const sum of sums.values()) expect(sum).toBeCloseTo(1);
  });

  it('exits with 2 for days, orders and periods that cannot be', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    const cases = [
      [['--since', '2026-02-30'], "--since: '2026-02-30' is not a day"],
      [['--until', 'soon'], 'hint: write a day 2026-04-14'],
      [['--since', '2026', '--until', '2025'], 'comes after --until 2025-12-31'],
      [['--sort', 'best'], 'Allowed choices are hits, rising, new'],
    ] as const;
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await target.run(['top', ...args]);
      expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: '' });
      expect(stderr).toContain(message);
    }
  });
});

describe('names and labels', () => {
  it('come from the config file, and from the tables of the application', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest', '--quiet'], {
      input: log([14, '7', '1', 2], [14, '7', '2', 1], [14, '9', '1', 1]),
    });
    await target.query(`
      create table core_photo (id int primary key, title text);
      insert into core_photo values (1, E'Sun\\x1b[2Jset'), (2, null), (3, 'not asked for')`);
    const config = join(folder, 'logtally.toml');
    await writeFile(
      config,
      `[[content_type]]
id = 7
name = "photo"
label_query = "select id::text, title from core_photo where id::text = any($1)"
`,
    );
    const told = await askTop(target, ['--config', config]);
    expect(told.map((each) => [each.name, each.label])).toEqual([
      ['photo', 'Sun\u001b[2Jset'],
      ['photo', null],
      [null, null],
    ]);
    const { stdout } = await target.run(['top', 'photo', '--config', config]);
    expect(stdout).toContain('photo (7)\n');
    expect(stdout).toContain('   1  Sun\\x1b[2Jset (1)     2');
    const shown = JSON.parse((await target.run(['show', 'photo', '1', '--json', '--config', config])).stdout);
    expect(shown).toMatchObject({ contentType: '7', name: 'photo', label: 'Sun\u001b[2Jset' });

    const without = await target.run(['top', '--django']);
    expect(without).toMatchObject({ code: 1, stdout: '' });
    expect(without.stderr).toContain('has no table django_content_type');
    expect(without.stderr).toContain('hint: ');
    await target.query(`
      create table django_content_type (id int, app_label text, model text);
      insert into django_content_type values (7, 'core', 'picture'), (9, 'core', 'album')`);
    const named = await askTop(target, ['--django', '--config', config]);
    expect(named.map((each) => each.name)).toEqual(['photo', 'photo', 'core.album']);
    expect(listIds(await askTop(target, ['core.album', '--django']))).toEqual(['1']);
  });

  it('are errors that name the content type where their query cannot be run, or would write', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest', '--quiet'], { input: log([14, '7', '\u202ea', 1]) });
    await target.query('create table note (id text)');
    const cases = [
      ['select id, title from nowhere where id = any($1)', 'relation "nowhere" does not exist'],
      ['select id from note where id = any($1)', 'returns 1 columns'],
      ['select id, id, id from note where id = any($1)', 'returns 3 columns'],
      ['insert into note select unnest($1::text[]) returning id, id', 'read-only transaction'],
      ['select id, id from note where id = any($1); select 1', 'cannot insert multiple commands'],
      [
        'select id, id from note where length(id) = any($1)',
        'invalid input syntax for type integer: "\\xe2\\x80\\xaea"',
      ],
    ] as const;
    for (const [query, message] of cases) {
      const config = join(folder, 'logtally.toml');
      await writeFile(config, `[[content_type]]\nid = 7\nlabel_query = ${JSON.stringify(query)}\n`);
      const { code, stdout, stderr } = await target.run(['top', '--config', config]);
      expect({ query, code, stdout }).toEqual({ query, code: 1, stdout: '' });
      expect(stderr).toContain("label_query of content type '7'");
      expect(stderr).toContain(message);
      expect(stderr).not.toContain('\u202e');
    }
    expect(await target.query('select id from note')).toEqual([]);
  });

  it('are an error where their query takes longer than 15 seconds', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest', '--quiet'], { input: log([14, '7', '1', 1]) });
    const config = join(folder, 'logtally.toml');
    const query = "select '1', pg_sleep(40)::text where cardinality($1::text[]) > 0";
    await writeFile(config, `[[content_type]]\nid = 7\nlabel_query = ${JSON.stringify(query)}\n`);
    const { code, stderr } = await target.run(['top', '--config', config]);
    expect(code).toBe(1);
    expect(stderr).toContain("label_query of content type '7'");
    expect(stderr).toContain('canceling statement due to statement timeout');
    expect(stderr).toContain('hint: it may take 15 s');
  });

  it('that several content types have are no choice', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest', '--quiet'], { input: log([14, '7', '1', 1], [14, '9', '1', 1]) });
    const config = join(folder, 'logtally.toml');
    await writeFile(config, '[[content_type]]\nid = 7\nname = "x"\n[[content_type]]\nid = 9\nname = "x"\n');
    const { code, stderr } = await target.run(['top', 'x', '--config', config]);
    expect(code).toBe(2);
    expect(stderr).toContain("several content types are called 'x'");
    expect(stderr).toContain('choose one by its own name: 7, 9');
  });
});
