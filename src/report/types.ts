/** Reads what was counted of each content type of each site. */
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';

export interface TypeTotal {
  readonly site: string;
  readonly contentType: string;
  readonly objects: number;
  readonly hits: number;
  /** `2026-04-14` */
  readonly firstHitOn: string;
  readonly lastHitOn: string;
}

/**
 * By site and content type.
 *
 * @param wanted null for every site, for every content type
 */
export async function selectTypeTotals(
  database: Database,
  { site, contentType }: { readonly site: string | null; readonly contentType: string | null },
): Promise<readonly TypeTotal[]> {
  return database.transaction('snapshot', async () => {
    const { rows } = await database.query(sql.selectTypeTotals, [site, contentType]);
    return rows.map((row) => ({
      site: getText(row, 'site'),
      contentType: getText(row, 'content_type'),
      objects: getNumber(row, 'object_count'),
      hits: getNumber(row, 'hit_count'),
      firstHitOn: getText(row, 'first_hit_on'),
      lastHitOn: getText(row, 'last_hit_on'),
    }));
  });
}
