// Tables of any size for the growth benchmark, filled by SQL: one type, one day, hit counts from 1 to 1,000 that are spread
// evenly, so that the number of distinct ones does not grow.

import { queryOnce } from '../support/database-server.js';

export const CONTENT_TYPE = 'core.photo';
/** The generator numbers objects from here on. */
export const FIRST_ID = 1000;

/** Bytes of a table and of its indexes, and its rows. */
export interface TableSize {
  readonly rows: number;
  readonly bytes: number;
  readonly indexBytes: number;
}

export type TableSizes = Readonly<Record<'object_hits' | 'object_hits_daily', TableSize>>;

/** Reads how large the two big tables are, which have a row for each object. */
export async function readSizes(databaseUrl: string, rows: number): Promise<TableSizes> {
  const read = async (table: string): Promise<TableSize> => {
    const [row] = await queryOnce(
      databaseUrl,
      `select pg_table_size('${table}') as bytes, pg_indexes_size('${table}') as index_bytes`,
    );
    return { rows, bytes: Number(row?.['bytes']), indexBytes: Number(row?.['index_bytes']) };
  };
  return {
    object_hits: await read('logtally.object_hits'),
    object_hits_daily: await read('logtally.object_hits_daily'),
  };
}

const DISTINCT_HIT_COUNTS = 1000;

/** How many objects the lines of a batch may ask for: as many in each table. */
export function toBatchObjects(objects: number, lines: number): number {
  return Math.min(objects, lines);
}

/** For the key of 100 million rows. */
const SORT_MEMORY = "set maintenance_work_mem = '1GB';";

/** The statements that fill the empty tables of `logtally init`; keys are built when the rows are there. */
export const FILL_SCRIPT = (objects: number): readonly string[] => [
  `insert into logtally.content_type (content_type_id, site, name) values (1, 'default', '${CONTENT_TYPE}')`,
  'alter table logtally.object_hits drop constraint object_hits_pkey',
  'alter table logtally.object_hits_daily drop constraint object_hits_daily_pkey',
  // the count has nothing to do with the id, as in a site where old objects are asked for as well
  `insert into logtally.object_hits (content_type_id, object_id, hit_count, first_hit_on, last_hit_on)
   select 1, id::text, 1 + abs(hashint8(id)::bigint) % ${DISTINCT_HIT_COUNTS}, '2026-04-13', '2026-04-13'
   from generate_series(${FIRST_ID}::bigint, ${FIRST_ID + objects - 1}::bigint) as id`,
  `insert into logtally.object_hits_daily (content_type_id, object_id, hit_on, hit_count)
   select content_type_id, object_id, first_hit_on, hit_count from logtally.object_hits`,
  `${SORT_MEMORY} alter table logtally.object_hits add primary key (content_type_id, object_id)`,
  `${SORT_MEMORY} alter table logtally.object_hits_daily add primary key (content_type_id, object_id, hit_on)`,
  `insert into logtally.hit_count_rank (content_type_id, hit_count, object_count, hit_count_rank)
   select
     content_type_id,
     hit_count,
     count(*),
     1 + coalesce(sum(count(*)) over (order by hit_count desc rows between unbounded preceding and 1 preceding), 0)
   from logtally.object_hits
   group by content_type_id, hit_count`,
  'vacuum (analyze) logtally.object_hits, logtally.object_hits_daily, logtally.hit_count_rank, logtally.content_type',
];
