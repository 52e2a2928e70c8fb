/** Questions about objects, answered from the totals. */
import { type Database, inReading, type Row } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';

/** One object's running total. */
export interface ObjectHits {
  readonly site: string;
  readonly contentType: string;
  readonly objectId: string;
  readonly hits: number;
  /** 1 + the number of objects of the same site and type with more hits. */
  readonly rank: number;
  /** `2026-04-14` */
  readonly firstHitOn: string;
  readonly lastHitOn: string;
}

export interface ObjectHistory extends ObjectHits {
  /** How many objects its site and type have. */
  readonly objects: number;
  /** The days that had hits, earliest first. */
  readonly days: readonly { readonly day: string; readonly hits: number }[];
}

/**
 * One object's totals and days, in each site that has it.
 *
 * @param wanted null for every site
 */
export async function selectObject(
  database: Database,
  wanted: { readonly site: string | null; readonly contentType: string; readonly objectId: string },
): Promise<readonly ObjectHistory[]> {
  return inReading(database, async () => {
    const { rows } = await database.query(sql.selectObject, [
      wanted.site,
      wanted.contentType,
      wanted.objectId,
    ]);
    const histories: ObjectHistory[] = [];
    for (const row of rows) {
      const days = await database.query(sql.selectObjectDays, [
        getNumber(row, 'content_type_id'),
        wanted.objectId,
      ]);
      histories.push({
        ...toObjectHits(row),
        objects: getNumber(row, 'object_count'),
        days: days.rows.map((day) => ({ day: getText(day, 'hit_on'), hits: getNumber(day, 'hit_count') })),
      });
    }
    return histories;
  });
}

function toObjectHits(row: Row): ObjectHits {
  return {
    site: getText(row, 'site'),
    contentType: getText(row, 'content_type'),
    objectId: getText(row, 'object_id'),
    hits: getNumber(row, 'hit_count'),
    rank: getNumber(row, 'hit_count_rank'),
    firstHitOn: getText(row, 'first_hit_on'),
    lastHitOn: getText(row, 'last_hit_on'),
  };
}
