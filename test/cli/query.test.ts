import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { runCli } from '../support/cli.js';
import { readTables, TARGET_KINDS } from '../support/targets.js';
import { it } from '../support/test.js';

const LOG = ['7 1234', '7 1234', '7 =1+1', 'core.photo \\x1b[31mred', '- -']
  .map((ids) => `203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET / HTTP/1.1" 200 5 "-" "-" ${ids}\n`)
  .join('');

/** Expressions, and what JSON has for each: numbers and documents as such where nothing is lost, else PostgreSQL's text. */
const ANY_TYPE: Readonly<Record<string, unknown>> = {
  'array[1, null, 3]': '{1,NULL,3}',
  "array[['a', 'b c'], [null, '\"']]": '{{a,"b c"},{NULL,"\\""}}',
  "array[date '2026-04-14']": '{2026-04-14}',
  'array[\'{"a": 1}\'::jsonb]': '{"{\\"a\\": 1}"}',
  "'[0:1]={5,6}'::int[]": '[0:1]={5,6}',
  'array[true, null]': '{t,NULL}',
  "array['\\x00ff'::bytea]": '{"\\\\x00ff"}',
  'array[row(1, null)]': '{"(1,)"}',
  "'\\x00ff'::bytea": '\\x00ff',
  "interval '1 day 2 hours 3.5 seconds'": '1 day 02:00:03.5',
  '1.10::numeric': '1.10',
  "'NaN'::numeric": 'NaN',
  '(1.0 / 3)::float8': 0.3333333333333333,
  '9223372036854775807::bigint': '9223372036854775807',
  'int4range(1, null)': '[1,)',
  "array[daterange('2026-04-01', '2026-05-01')]": '{"[2026-04-01,2026-05-01)"}',
  "row(1, null, 'a b', array[1, null])": '(1,,"a b","{1,NULL}")',
  "timestamptz '2026-04-14 10:22:31.5+02'": '2026-04-14 08:22:31.5+00',
  "time '10:22:31'": '10:22:31',
  '\'{"a": [null]}\'::jsonb': { a: [null] },
  "'null'::jsonb": null,
  'null::int[]': null,
  "'10.0.0.1/8'::inet": '10.0.0.1/8',
  '\'a\'::"char"': 'a',
  "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid": '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
  "point '(1,2.5)'": '(1,2.5)',
  '12.5::money': '$12.50',
  "to_tsvector('simple', 'a b')": "'a':1 'b':2",
  "'logtally.run'::regclass": 'logtally.run',
};

describe.each(TARGET_KINDS)('a question in SQL to %s', (kind) => {
  it('is answered as a table, as JSON and as comma-separated values', async ({ openTarget }) => {
    const target = await openTarget(kind);
    expect((await target.run(['ingest'], { input: LOG })).code).toBe(0);
    const statement = `select object_id, hit_count, hit_count_rank as "rank" from logtally.object_ranking
      order by content_type, hit_count desc, object_id`;
    expect((await target.run(['query', statement])).stdout).toBe(
      [
        'object_id    hit_count  rank',
        '1234                 2     1',
        '=1+1                 1     2',
        '\\x1b[31mred          1     1',
        '',
      ].join('\n'),
    );
    expect((await target.run(['query', '--csv', statement])).stdout.split('\r\n')).toEqual([
      'object_id,hit_count,rank',
      '1234,2,1',
      "'=1+1,1,2",
      '\\x1b[31mred,1,1',
      '',
    ]);
    expect(JSON.parse((await target.run(['query', '--json', statement])).stdout)).toEqual([
      { object_id: '1234', hit_count: 2, rank: 1 },
      { object_id: '=1+1', hit_count: 1, rank: 2 },
      { object_id: '\\x1b[31mred', hit_count: 1, rank: 1 },
    ]);
  });

  it('keeps what JavaScript would change: nulls, large numbers, days, JSON, text that looks like any of these', async ({
    openTarget,
  }) => {
    const target = await openTarget(kind);
    await target.run(['init']);
    const statement = `select null::int as nothing, 9007199254740993 as big, 0.10 as exact, -5 as negative, true as yes,
      date '2026-04-14' as day, '{"a": [1, null]}'::jsonb as document, '12' as text, 'x' where true`;
    const { code, stdout, stderr } = await target.run(['query', '--json', statement]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual([
      {
        ...{ nothing: null, big: '9007199254740993', exact: '0.10', negative: -5, yes: true },
        ...{ day: '2026-04-14', document: { a: [1, null] }, text: '12', '?column?': 'x' },
      },
    ]);
    expect((await target.run(['query', '--csv', "select -5 as a, null as b, '-5' as c"])).stdout).toBe(
      "a,b,c\r\n-5,,'-5\r\n",
    );
  });

  it('is answered with the text of PostgreSQL for values of any type, whatever the database is set to', async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget(kind);
    await target.run(['init']);
    const values = Object.entries(ANY_TYPE);
    const statement = `select ${values.map(([expression], at) => `${expression} as "${at}"`).join(', ')}`;
    if (kind === 'postgres') {
      await target.query(`do $$ begin
        execute format('alter database %I set intervalstyle = iso_8601', current_database());
        execute format('alter database %I set bytea_output = escape', current_database());
        execute format('alter database %I set extra_float_digits = -3', current_database());
        execute format('alter database %I set datestyle = German', current_database());
      end $$`);
    }
    const { code, stdout, stderr } = await target.run(['query', '--json', statement]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(Object.values(JSON.parse(stdout)[0])).toEqual(values.map(([, text]) => text));
    const table = await target.run(['query', `select array[1, null], '{"a": "b"}'::jsonb`]);
    expect(table.stdout).toContain('{1,NULL}  {"a": "b"}');
    expect((await target.run(['query', '--csv', `select array['a b', null]`])).stdout).toBe(
      `array\r\n"{""a b"",NULL}"\r\n`,
    );
  });

  it('only reads, and is one statement', async ({ openTarget }) => {
    const target = await openTarget(kind);
    await target.run(['ingest'], { input: LOG });
    const before = await readTables(target);
    const refused = await target.run(['query', 'delete from logtally.object_hits']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('read-only transaction');
    expect(refused.stderr).toContain('hint: logtally query only reads');
    for (const statement of ['commit; delete from logtally.object_hits', 'select 1; select 2', 'selec']) {
      expect(await target.run(['query', statement])).toMatchObject({ code: 1, stdout: '' });
    }
    await target.run(['query', `select set_config('transaction_read_only', 'off', true)`]);
    expect(await readTables(target)).toEqual(before);
  });

  it('has the days of each object under its names in daily_hits, which add up to its total', async ({
    openTarget,
  }) => {
    const target = await openTarget(kind);
    await target.run(['ingest', join('fixtures', 'access.log.gz')]);
    const statement = `select r.content_type, r.object_id from logtally.object_ranking as r
      join logtally.daily_hits as d using (site, content_type, object_id)
      group by r.content_type, r.object_id, r.hit_count having sum(d.hit_count) <> r.hit_count`;
    expect((await target.run(['query', '--json', statement])).stdout).toBe('[]\n');
    const sums = await target.run([
      'query',
      '--json',
      'select (select sum(hit_count) from logtally.daily_hits) = (select sum(counted) from logtally.batch) as agree',
    ]);
    expect(JSON.parse(sums.stdout)).toEqual([{ agree: true }]);
  });
});

describe('a question', () => {
  it('with two columns of one name is refused as JSON, and says what to do', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    await target.run(['init']);
    const { code, stderr } = await target.run(['query', '--json', 'select 1 as a, 2 as a']);
    expect(code).toBe(2);
    expect(stderr).toContain("two columns are named 'a'");
    expect((await target.run(['query', '--csv', 'select 1 as a, 2 as a'])).stdout).toBe('a,a\r\n1,2\r\n');
  });

  it('to a database that is not there says so, and creates none', async ({ folder }) => {
    const args = ['query', 'select 1', '--data-dir', folder];
    const nothing = { code: 0, stdout: 'nothing has been counted yet\n', stderr: '' };
    expect(await runCli(args)).toEqual(nothing);
    expect(await readdir(folder)).toEqual([]);
  });
});
