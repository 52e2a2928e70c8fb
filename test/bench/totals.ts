// What a contender has left in its database, boiled down so that two of them can be compared to the last row.

import { PGlite } from '@electric-sql/pglite';
import { queryOnce } from '../support/database-server.js';

export interface Totals {
  readonly objects: number;
  readonly hits: number;
  /** A sum of hashes over type, id, hits, rank and days of every object, in whatever order; null where there are no ranks. */
  readonly digest: string | null;
}

/** Whose totals they are. */
export interface NamedTotals {
  readonly name: string;
  readonly totals: Totals;
}

/** Adds up a table or query of content_type, object_id, hit_count, hit_count_rank, first_hit_on, last_hit_on. */
export async function readTotals(databaseUrl: string, relation: string): Promise<Totals> {
  const [row] = await queryOnce(databaseUrl, toQuery(relation));
  return toTotals(row);
}

/** The same of an embedded database that nobody has open. */
export async function readEmbeddedTotals(filesFolder: string, relation: string): Promise<Totals> {
  const database = await PGlite.create(filesFolder);
  try {
    return toTotals((await database.query<Record<string, unknown>>(toQuery(relation))).rows[0]);
  } finally {
    await database.close();
  }
}

function toQuery(relation: string): string {
  return `select
       count(*) as objects,
       coalesce(sum(hit_count), 0) as hits,
       coalesce(sum(hashtextextended(concat_ws(' ', content_type, object_id, hit_count, hit_count_rank,
         to_char(first_hit_on, 'YYYY-MM-DD'), to_char(last_hit_on, 'YYYY-MM-DD')), 0)::numeric), 0)::text as digest
     from ${relation} as counted`;
}

function toTotals(row: Record<string, unknown> | undefined): Totals {
  return { objects: Number(row?.['objects']), hits: Number(row?.['hits']), digest: String(row?.['digest']) };
}

/** Says where two contenders counted differently; null where they did not. A benchmark of a wrong answer is worth nothing. */
export function findDifference(expected: NamedTotals, found: NamedTotals): string | null {
  const [a, b] = [expected.totals, found.totals];
  const isSame = a.objects === b.objects && a.hits === b.hits && a.objects > 0;
  if (isSame && (a.digest === b.digest || a.digest === null || b.digest === null)) return null;
  const describe = ({ name, totals }: NamedTotals) =>
    `${name} has ${totals.hits} hits of ${totals.objects} objects, digest ${totals.digest}`;
  return `${describe(expected)}; ${describe(found)}`;
}
