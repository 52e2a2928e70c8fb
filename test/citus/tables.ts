// All tables of the schema, as they should be whatever they are spread over.

import { queryOnce } from '../support/database-server.js';

/** Columns that tell when something was done, and are different at each run. */
const TIMES = [
  'started_at',
  'finished_at',
  'undone_at',
  'recounted_at',
  'committed_at',
  'last_seen_at',
  'modified_at',
];

export type Rows = Readonly<Record<string, readonly string[]>>;

/** Reads the rows of all tables as text, without times, in an order of their own. */
export async function readAllTables(url: string): Promise<Rows> {
  const tables = await queryOnce(
    url,
    `select relname::text as name from pg_class where relnamespace = 'logtally'::regnamespace and relkind = 'r'
       and relname <> 'schema_version' order by relname`,
  );
  const rows: Record<string, readonly string[]> = {};
  for (const { name } of tables) {
    const answer = await queryOnce(
      url,
      `select to_jsonb(t) - '{${TIMES.join(',')}}'::text[] as row from logtally.${name} as t`,
    );
    rows[String(name)] = answer.map(({ row }) => JSON.stringify(row)).toSorted();
  }
  return rows;
}
