// Two summaries that the program does not have: they show that the shape of one holds more than hits of objects.

import type { Database } from '../../src/database/database.js';
import { getNumber, getText } from '../../src/database/values.js';
import { DatabaseError } from '../../src/errors.js';
import type { Summary } from '../../src/summaries/summary.js';

/** A table of keys with counts that are added up, and what each run has added of each log. */
interface AddedUp {
  readonly name: string;
  /** In the schema `logtally`; so are `<table>_delta` and, while a batch is merged, `staged_<table>` and `<table>_gain`. */
  readonly table: string;
  /** Columns and their types. */
  readonly keys: Readonly<Record<string, string>>;
  /** All bigint; of the first the sum is what was counted. */
  readonly counts: readonly string[];
  /** How staged rows become a gain: the select list's counts. */
  readonly gains: readonly string[];
  /** The sum that a batch must add. */
  readonly proof: string;
}

/** The tables of a sketch, as a migration would make them. */
export function createTables({ table, keys, counts }: AddedUp): string {
  const columns = [
    ...Object.entries(keys).map(([key, type]) => `${key} ${type} not null`),
    ...counts.map((count) => `${count} bigint not null`),
  ].join(', ');
  return `
    create table logtally.${table} (${columns}, primary key (${Object.keys(keys).join(', ')}));
    create table logtally.${table}_delta (run_id int not null, stream_id bigint not null, ${columns});`;
}

function createSketch(sketch: AddedUp): Summary {
  const { name, table, counts, gains, proof } = sketch;
  const keys = Object.keys(sketch.keys);
  const list = keys.join(', ');
  const columns = [...keys, ...counts].join(', ');
  const types = [
    ...Object.entries(sketch.keys).map(([key, type]) => `${key} ${type}`),
    ...counts.map((count) => `${count} bigint`),
  ].join(', ');
  const isWhose = 'run_id = any($1::int[]) and ($2::bigint is null or stream_id = $2::bigint)';
  const added = counts.map((count) => `${count} = ${table}.${count} + excluded.${count}`).join(', ');
  const prove = async (database: Database, counted: number) => {
    const [row] = (await database.query(`select ${proof}::bigint as hits from pg_temp.${table}_gain`)).rows;
    const hits = getNumber(row, 'hits');
    if (hits !== counted) throw new DatabaseError(`${name}: ${hits} in place of ${counted}`);
  };
  const addGains = (database: Database) =>
    database.query(`
      insert into logtally.${table} (${columns}) select ${columns} from pg_temp.${table}_gain
      on conflict (${list}) do update set ${added}`);
  return {
    name,
    target: `pg_temp.staged_${table} (${columns})`,
    tables: [table, `${table}_delta`].map((each) => ({
      name: each,
      spread: 'local' as const,
      statement: `declare exported_row no scroll cursor for select * from logtally.${each}`,
      rights: ['select', 'insert', 'update', 'delete'],
    })),
    countedTable: table,
    sql: {
      createStaging: `
        create temporary table if not exists staged_${table} (${types}) on commit drop;
        create temporary table if not exists ${table}_gain (${types}) on commit drop;`,
      emptyStaging: `truncate pg_temp.staged_${table}, pg_temp.${table}_gain;`,
      emptyGains: `truncate pg_temp.${table}_gain;`,
      sumTables: [table, `${table}_delta`]
        .map(
          (each) => `select '${each}' as table_name, count(*) as row_count,
            ${proof}::bigint as hits, coalesce(sum(${counts.at(-1)}), 0)::text as sums from logtally.${each}`,
        )
        .join(' union all '),
      deleteTables: `delete from logtally.${table}; delete from logtally.${table}_delta;`,
      vacuumTables: `vacuum (analyze) logtally.${table}, logtally.${table}_delta`,
      dropOldGains: [
        `delete from logtally.${table}_delta where run_id in (
        select run_id from logtally.run where started_at < current_timestamp - make_interval(days => $1::int))`,
      ],
      findUnkeptRuns: `select b.run_id from logtally.batch as b
        where b.run_id = any($1::int[]) and ($2::bigint is null or b.stream_id = $2::bigint)
          and not exists (select 1 from logtally.${table}_delta as d where d.run_id = b.run_id)
        group by b.run_id having sum(b.counted) > 0`,
    },
    checks: [
      {
        name: `${name} are what the runs added`,
        statement: `
          select count(*) over () as differences, concat_ws(' ', ${list}) as key
          from (select ${list}, sum(${counts[0]}) as added from logtally.${table}_delta group by ${list}) as delta
          full join logtally.${table} as stored using (${list})
          where stored.${counts[0]} is distinct from delta.added
          limit 10`,
        describe: (row) => `${getText(row, 'key')} is not what the runs added`,
      },
    ],
    async merge(database, { run, contentTypes, counted }) {
      await database.query(
        `insert into pg_temp.${table}_gain (${columns})
         select ${[...keys, ...gains].join(', ')} from pg_temp.staged_${table} group by ${list}`,
      );
      await addGains(database);
      await database.query(
        `insert into logtally.${table}_delta (run_id, stream_id, ${columns})
         select $1::int, $2::bigint, ${columns} from pg_temp.${table}_gain`,
        [run, contentTypes.streams[0]],
      );
      await prove(database, counted);
    },
    async takeBack(database, { runs, streamId, hits, onStep }) {
      onStep();
      const taken = counts.map((count) => `-sum(${count})`).join(', ');
      const { rowCount } = await database.query(
        `insert into pg_temp.${table}_gain (${columns})
         select ${list}, ${taken} from logtally.${table}_delta where ${isWhose} group by ${list}`,
        [runs, streamId],
      );
      await addGains(database);
      await database.query(`delete from logtally.${table} where ${counts[0]} = 0`);
      await database.query(`delete from logtally.${table}_delta where ${isWhose}`, [runs, streamId]);
      await prove(database, -hits);
      return rowCount;
    },
  };
}

/** Hits and bytes by day and site, and by status. */
const SITE_DAYS: AddedUp = {
  name: 'hits and bytes by day, site and status',
  table: 'site_day',
  keys: { site: 'text', day: 'date', status: 'int' },
  counts: ['hits', 'bytes'],
  gains: ['sum(hits)', 'sum(bytes)'],
  proof: 'coalesce(sum(hits), 0)',
};

/**
 * Distinct visitors by day and site: one row for each, with the number of logs and runs that saw it, so that one of them can be
 * taken back. The second count is its requests, of which the sum is known.
 */
const VISITORS: AddedUp = {
  name: 'distinct visitors by day and site',
  table: 'visitor',
  keys: { site: 'text', day: 'date', visitor: 'bytea' },
  counts: ['seen_by', 'requests'],
  gains: ['1', 'sum(requests)'],
  proof: 'coalesce(sum(requests), 0)',
};

export const SKETCHED_TABLES = [SITE_DAYS, VISITORS].map(createTables).join('\n');

export const SITE_DAYS_SKETCH = createSketch(SITE_DAYS);
export const VISITORS_SKETCH = createSketch(VISITORS);
