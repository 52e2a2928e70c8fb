import { describe, expect, it } from 'vitest';
import { readMigrations } from '../../src/database/migrations.js';
import { SQL_FILES, sql } from '../../src/database/sql.js';
import { RULES } from './citus-rules.js';
import { findViews, inlineQueries, parseScript, type Tree } from './tree.js';

const SCRIPTS: readonly (readonly [file: string, text: string])[] = [
  ...Object.entries(sql).map(([name, text]) => [SQL_FILES[name as keyof typeof sql], text] as const),
  ...readMigrations().map(({ name, script }) => [`migrations/${name}`, script] as const),
];

/** These look at a single database: on Citus aggregate_spread_days.sql stands in their place. */
const FOR_ONE_DATABASE = ['aggregate_days', 'aggregate_few_days'].map((name) => `object_hits/${name}.sql`);

const VIEWS = findViews(readMigrations().flatMap(({ script }) => parseScript(script)));

function findBroken(rule: string, script: string): readonly string[] {
  return parseScript(script).flatMap(
    (statement) => RULES[rule]?.(inlineQueries(statement, VIEWS) as Tree) ?? [],
  );
}

/** What each rule is there for. */
const EXAMPLES: Readonly<Record<keyof typeof RULES, string>> = {
  'no lateral join of a distributed table':
    'select 1 from pg_temp.day_gain as g left join lateral (select 1 from logtally.object_hits limit 1) as h on true',
  'no correlated subquery of a distributed table':
    'select 1 from logtally.batch as b where not exists (select 1 from logtally.hit_delta as d where d.hit_on = b.day)',
  'an EXISTS of a distributed table asks for one row of something':
    'select exists (select from logtally.object_hits_daily)',
  'distributed tables are joined by object_id':
    'select 1 from logtally.object_hits as h join logtally.object_hits_daily as d on d.content_type_id = h.content_type_id',
  'an outer join of other rows with a distributed table has its rows from a materialized CTE':
    'select 1 from pg_temp.day_gain as g left join logtally.object_hits as h on h.object_id = g.object_id',
  'a union of distributed tables has object_id, or sums, in each part':
    'select sum(hit_count) from (select hit_count from logtally.hit_delta union all select hit_count from logtally.object_hits) as h',
  'no direct join of a distributed table with a table of the coordinator':
    'with d as (select * from logtally.object_hits_daily) select 1 from logtally.batch as b join d on d.run_id = b.run_id',
  'object_id is never updated':
    "insert into logtally.object_hits (object_id) values ('1') on conflict (object_id) do update set object_id = 'x'",
  'no update of a spread table computes with the time or with chance':
    'update logtally.object_hits_daily set hit_on = current_date',
  'no spread table is updated or deleted from by a join, if each node has all of it':
    'delete from logtally.hit_count_rank as r using pg_temp.object_gain as g where g.hit_count = r.hit_count',
  'no MERGE': 'merge into logtally.object_hits as h using g on true when matched then do nothing',
  'no trigger on a spread table':
    'create trigger t before insert on logtally.hit_delta for each row execute function f()',
  'no foreign key to or from a spread table':
    'create table logtally.x (content_type_id int references logtally.content_type (content_type_id))',
  'each key of a distributed table has object_id in it':
    'create unique index x on logtally.object_hits (content_type_id)',
  'each table with an object_id is distributed by it': 'create table logtally.x (object_id text)',
};

describe('the SQL files keep to a rule of Citus', () => {
  it.for(Object.keys(RULES))('%s', (rule) => {
    const broken = SCRIPTS.filter(([file]) => !FOR_ONE_DATABASE.includes(file)).flatMap(([file, text]) =>
      findBroken(rule, text).map((what) => `${file}: ${what}`),
    );
    expect(broken).toEqual([]);
  });
});

describe('a rule of Citus is broken by what it is there for', () => {
  it.for(Object.entries(EXAMPLES))('%s', ([rule, script]) => {
    expect(findBroken(rule, script)).not.toEqual([]);
  });

  it.for(FOR_ONE_DATABASE)('as by %s, which is for one database', (file) => {
    const [, text = ''] = SCRIPTS.find(([name]) => name === file) ?? [];
    expect(Object.keys(RULES).flatMap((rule) => findBroken(rule, text))).not.toEqual([]);
  });

  it('and each has such an example', () => {
    expect(Object.keys(EXAMPLES)).toEqual(Object.keys(RULES));
    expect(SCRIPTS.flatMap(([, text]) => parseScript(text)).length).toBeGreaterThan(100);
  });
});
