/** Reads the content types of each site, and what was counted of them. */
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';

export interface ContentType {
  readonly typeId: number;
  readonly site: string;
  /** The name under which it was counted: `7`, `core.photo`. */
  readonly contentType: string;
}

/** Which content types are asked for. */
export interface WantedTypes {
  /** Null for every site. */
  readonly site: string | null;
  /** Null for every content type. */
  readonly contentType: string | null;
}

/** Lists content types by site and name, within a transaction. */
export async function readTypes(
  database: Database,
  { site, contentType }: WantedTypes,
): Promise<readonly ContentType[]> {
  const { rows } = await database.query(sql.selectTypes, [site, contentType]);
  return rows.map((row) => ({
    typeId: getNumber(row, 'content_type_id'),
    site: getText(row, 'site'),
    contentType: getText(row, 'content_type'),
  }));
}

export interface TypeTotal {
  readonly site: string;
  readonly contentType: string;
  readonly objects: number;
  readonly hits: number;
  /** `2026-04-14` */
  readonly firstHitOn: string;
  readonly lastHitOn: string;
}

/** Reads the totals of content types, by site and name. */
export async function selectTypeTotals(
  database: Database,
  { site, contentType }: WantedTypes,
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
