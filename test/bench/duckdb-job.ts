// DuckDB's job, in a process of its own so that its memory can be measured: node --import tsx duckdb-job.ts LOG CORES.
// It takes the lines of a log apart and groups them by type, object and day, in memory, and prints how long that took.

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

const [logPath = '', cores = '1'] = process.argv.slice(2);
const startedAt = performance.now();
const path = createRequire(import.meta.url).resolve('@duckdb/node-api');
const { DuckDBInstance } = (await import(pathToFileURL(path).href)) as DuckDb;
const connection = await (await DuckDBInstance.create(':memory:', { threads: cores })).connect();
await connection.run(`
  create table day_gain as
  select field.type, field.id, strptime(field.day, '%d/%b/%Y')::date as hit_on, count(*) as hit_count
  from (
    select regexp_extract(line, '${LINE_PATTERN}', ['day', 'type', 'id']) as field
    from read_csv('${logPath.replaceAll("'", "''")}', columns = {'line': 'VARCHAR'}, auto_detect = false,
      header = false, delim = '\x01', quote = '', escape = '')
  )
  where field.type not in ('', '-') and field.id not in ('', '-')
  group by all`);
const seconds = (performance.now() - startedAt) / 1000;
const counted = await connection.runAndReadAll(
  'select count(distinct (type, id))::int, sum(hit_count)::int from day_gain',
);
const [objects, hits] = counted.getRows()[0] ?? [];
process.stdout.write(`${JSON.stringify({ seconds, objects: Number(objects), hits: Number(hits) })}\n`);
