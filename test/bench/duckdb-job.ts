// DuckDB's job, in a process of its own so that its memory can be measured: node --import tsx duckdb-job.ts LOG CORES [DATABASE].
// It takes the lines of a log apart and groups them by type, object and day, in memory, and prints how long that took. With a file
// for DATABASE it also stores hits by object and day and totals by object, each with its primary key, in one transaction.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** What is used of `@duckdb/node-api`, which is not a dependency: NODE_PATH says where it is. */
interface DuckDb {
  readonly DuckDBInstance: {
    create(
      path: string,
      options: Readonly<Record<string, string>>,
    ): Promise<{ connect(): Promise<Connection> }>;
  };
}

interface Connection {
  run(statement: string): Promise<unknown>;
  runAndReadAll(statement: string): Promise<{ getRows(): readonly (readonly unknown[])[] }>;
}

const LINE_PATTERN = String.raw`^\S+ \S+ \S+ \[([^:]+):[^]]+\] "[^"]*" \d+ \S+ "[^"]*" "[^"]*" (\S+) (\S+)$`;

/** Types are numbered, so that the keys are as narrow as ours. Rows that came grouped by day need no second look at the log. */
const STORE = [
  'begin',
  'create table content_type (content_type_id integer primary key, name varchar)',
  `create table object_hits_daily (object_id varchar, content_type_id integer, hit_on date, hit_count bigint,
     primary key (content_type_id, object_id, hit_on))`,
  `create table object_hits (object_id varchar, content_type_id integer, hit_count bigint, first_hit_on date, last_hit_on date,
     primary key (content_type_id, object_id))`,
  'insert into content_type select row_number() over (), type from (select distinct type from day_gain)',
  `insert into object_hits_daily
     select id, content_type_id, hit_on, hit_count from day_gain join content_type on name = type`,
  `insert into object_hits
     select object_id, content_type_id, sum(hit_count), min(hit_on), max(hit_on) from object_hits_daily group by all`,
  'commit',
];

const [logPath = '', cores = '1', database] = process.argv.slice(2);
const startedAt = performance.now();
const path = createRequire(import.meta.url).resolve('@duckdb/node-api');
const { DuckDBInstance } = (await import(pathToFileURL(path).href)) as DuckDb;
const connection = await (await DuckDBInstance.create(database ?? ':memory:', { threads: cores })).connect();
await connection.run(`
  create temporary table day_gain as
  select field.type, field.id, strptime(field.day, '%d/%b/%Y')::date as hit_on, count(*) as hit_count
  from (
    select regexp_extract(line, '${LINE_PATTERN}', ['day', 'type', 'id']) as field
    from read_csv('${logPath.replaceAll("'", "''")}', columns = {'line': 'VARCHAR'}, auto_detect = false,
      header = false, delim = '\x01', quote = '', escape = '')
  )
  where field.type not in ('', '-') and field.id not in ('', '-')
  group by all`);
if (database !== undefined) for (const statement of STORE) await connection.run(statement);
const seconds = (performance.now() - startedAt) / 1000;
const counted = await connection.runAndReadAll(
  database === undefined
    ? 'select count(distinct (type, id))::int, sum(hit_count)::int from day_gain'
    : 'select count(*)::int, sum(hit_count)::int from object_hits',
);
const [objects, hits] = counted.getRows()[0] ?? [];
process.stdout.write(`${JSON.stringify({ seconds, objects: Number(objects), hits: Number(hits) })}\n`);
