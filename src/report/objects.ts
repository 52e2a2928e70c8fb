/** Reads the history of one object: of all time from its total, within a period from its days. */
import type { Database, Row } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber, getText, getTextOrNull } from '../database/values.js';
import { findCountedSince } from './counted-days.js';
import { listCutMonths } from './folded-months.js';
import type { Period } from './period.js';
import { divideIntoParts, readHitMonths, toSpanValues, toYearValues } from './period-parts.js';

/** One day that had hits. */
export interface DayHits {
  /** `2026-04-14` */
  readonly day: string;
  readonly hits: number;
  /** In a folded month: the last of the days that the hits are of, and `day` the first. Missing if they are of `day` alone. */
  readonly foldedUntil?: string;
}

/** An object with its hits and its rank. */
export interface RankedObject {
  readonly site: string;
  readonly contentType: string;
  readonly objectId: string;
  /** Within the period. */
  readonly hits: number;
  /** 1 + the number of objects of the same site and type with more hits within the period. */
  readonly rank: number;
  /** `2026-04-14`, of all time. */
  readonly firstHitOn: string;
  readonly lastHitOn: string;
}

export interface ObjectHistory extends RankedObject {
  /** How many objects its site and type have with hits within the period. */
  readonly objects: number;
  readonly period: Period;
  /** The days within the period that had hits, earliest first. */
  readonly days: readonly DayHits[];
  /** The day with the most hits within the period, the earliest of several; null if it has none, or if a folded month may have it. */
  readonly bestDay: DayHits | null;
  /** The first day with hits of the site, if it is within the period and after its first day; else null. */
  readonly countedSince: string | null;
  /** Folded months of which the period has only some days: `2023-04`. */
  readonly foldedMonths: readonly string[];
}

export interface WantedObject {
  /** Null for every site. */
  readonly site: string | null;
  readonly contentType: string;
  readonly objectId: string;
  readonly period: Period;
}

/** Reads an object's totals and days, in each site that has it. */
export async function selectObject(
  database: Database,
  { site, contentType, objectId, period }: WantedObject,
): Promise<readonly ObjectHistory[]> {
  return database.transaction('snapshot', async () => {
    const { rows } = await database.query(sql.selectObject, [site, contentType, objectId]);
    const histories: ObjectHistory[] = [];
    for (const row of rows) histories.push(await readHistory(database, row, period));
    return histories;
  });
}

/** Reads an object's hits and rank within a period. */
async function readRank(database: Database, object: Row, period: Period): Promise<Row | undefined> {
  const parts = divideIntoParts(period, await readHitMonths(database));
  const values = [getNumber(object, 'content_type_id'), getText(object, 'object_id')];
  const of = [...toYearValues(parts.years), ...toSpanValues(parts)];
  return (await database.query(sql.selectObjectRank, [...values, ...of])).rows[0];
}

async function readHistory(database: Database, row: Row, period: Period): Promise<ObjectHistory> {
  const { since, until } = period;
  const objectId = getText(row, 'object_id');
  const values = [getNumber(row, 'content_type_id'), objectId, since ?? '-infinity', until ?? 'infinity'];
  const isOfAllTime = since === null && until === null;
  const ranked = isOfAllTime ? row : await readRank(database, row, period);
  const { rows } = await database.query(sql.selectObjectDays, values);
  const days = rows.map(toDayHits);
  const months = isOfAllTime ? [] : await readHitMonths(database);
  return {
    site: getText(row, 'site'),
    contentType: getText(row, 'content_type'),
    objectId,
    hits: getNumber(ranked, 'hit_count'),
    rank: getNumber(ranked, 'hit_count_rank'),
    objects: getNumber(ranked, 'object_count'),
    firstHitOn: getText(row, 'first_hit_on'),
    lastHitOn: getText(row, 'last_hit_on'),
    period,
    days,
    bestDay: findBestDay(days),
    countedSince: await findCountedSince(database, getText(row, 'site'), period),
    foldedMonths: listCutMonths([period], months),
  };
}

function toDayHits(row: Row): DayHits {
  const foldedUntil = getTextOrNull(row, 'folded_until');
  const hits = { day: getText(row, 'hit_on'), hits: getNumber(row, 'hit_count') };
  return foldedUntil === null ? hits : { ...hits, foldedUntil };
}

function findBestDay(days: readonly DayHits[]): DayHits | null {
  // of several the earliest: the order of equal days stays
  const [best] = days.toSorted((a, b) => b.hits - a.hits);
  return best === undefined || best.foldedUntil !== undefined ? null : best;
}
