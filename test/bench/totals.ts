// What a contender has left in its database, boiled down so that two of them can be compared to the last row.

import { queryOnce } from '../support/database-server.js';

export interface Totals {
  readonly objects: number;
  readonly hits: number;
  /** A sum of hashes over type, id, hits, rank and days of every object, in whatever order. */
  readonly digest: string;
}

/** Adds up a table or query of content_type, object_id, hit_count, hit_count_rank, first_hit_on, last_hit_on. */
export async function readTotals(databaseUrl: string, relation: string): Promise<Totals> {
  const [row] = await queryOnce(
    databaseUrl,
    `select
       count(*) as objects,
       coalesce(sum(hit_count), 0) as hits,
       coalesce(sum(hashtextextended(concat_ws(' ', content_type, object_id, hit_count, hit_count_rank,
         to_char(first_hit_on, 'YYYY-MM-DD'), to_char(last_hit_on, 'YYYY-MM-DD')), 0)::numeric), 0) as digest
     from ${relation} as counted`,
  );
  return { objects: Number(row?.objects), hits: Number(row?.hits), digest: String(row?.digest) };
}

/**
 * Compares what two contenders counted.
 *
 * @throws Error where they differ: a benchmark of a wrong answer is worth nothing
 */
export function checkSameTotals(expected: NamedTotals, found: NamedTotals): void {
  const isSame = (['objects', 'hits', 'digest'] as const).every(
    (key) => expected.totals[key] === found.totals[key],
  );
  if (isSame && expected.totals.objects > 0) return;
  const describe = ({ name, totals }: NamedTotals) =>
    `${name} has ${totals.hits} hits of ${totals.objects} objects, digest ${totals.digest}`;
  throw new Error(`the totals are not the same: ${describe(expected)}; ${describe(found)}`);
}

/** Whose totals they are. */
export interface NamedTotals {
  readonly name: string;
  readonly totals: Totals;
}
