/** Lists the objects with the most hits: of all time from the totals, within a period from the days. */
import type { Database, Row } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';
import { findUncountedSites } from './counted-days.js';
import type { RankedObject } from './objects.js';
import { earlierOf, findPeriodBefore, laterOf, moveDay, type Period } from './period.js';
import type { BoundedPeriod, UncountedSite } from './report-shape.js';
import { divide, readObjectSteps } from './steps.js';
import { readTypes, type WantedTypes } from './types.js';

export const TOP_ORDERS = ['hits', 'rising', 'new'] as const;

export interface TopQuestion extends WantedTypes {
  /** Objects of each content type at most. */
  readonly limit: number;
  readonly period: Period;
  /**
   * `rising`: objects with more hits than in the period before, by the difference. `new`: objects whose first hit is in the
   * period, by hits. Both leave out sites for which the period before was not wholly counted.
   */
  readonly sort: (typeof TOP_ORDERS)[number];
  /** Whether the hits of the period before are asked for too. */
  readonly compare: boolean;
  /** For how many of the last days the hits of each object are wanted. */
  readonly sparkDays: number;
}

export interface TopObject extends RankedObject {
  /** Of the hits of its site and type within the period, above 0, up to 1. */
  readonly share: number;
  /** In the period before; null if that is not asked for, or was not wholly counted. */
  readonly previousHits: number | null;
  /** Hits on each of the answer's `sparkDays`. */
  readonly days: readonly number[];
}

export interface Top {
  /** The period that was asked for, with both bounds if the order or the comparison needs them. */
  readonly period: Period;
  /** The period before; null if nothing is compared. */
  readonly previous: BoundedPeriod | null;
  /** Sites for which the period before was not wholly counted; none if it was not asked for. */
  readonly uncounted: readonly UncountedSite[];
  /** The last day that is counted, if the period goes on after it; null if it does not, or has no end. */
  readonly countedUntil: string | null;
  /** The last day with hits of what was asked for, in the period or not; null if there are none. */
  readonly lastDay: string | null;
  /** Earliest first; none if nothing was counted. */
  readonly sparkDays: readonly string[];
  /** By site and content type, then in the order that was asked for. */
  readonly objects: readonly TopObject[];
}

/** An object without its days, which are read when all objects are known. */
type Found = Omit<TopObject, 'days'> & { readonly typeId: number };

/** Days of a period that needs bounds and was given none. */
const DEFAULT_DAYS = 7;

/** Makes the answer of an empty database. */
export function createEmptyTop(question: TopQuestion): Top {
  const { period } = question;
  const nothing = { previous: null, uncounted: [], countedUntil: null, lastDay: null };
  return { period, ...nothing, sparkDays: [], objects: [] };
}

/** Lists the objects in a transaction of its own. */
export async function selectTop(database: Database, question: TopQuestion): Promise<Top> {
  return database.transaction('snapshot', () => readTop(database, question));
}

/** Lists the objects within a transaction of the caller, who asks several questions about one state. */
export async function readTop(database: Database, question: TopQuestion): Promise<Top> {
  const { since, until } = question.period;
  const needsBounds = question.compare || question.sort !== 'hits';
  const isOfAllTime = since === null && until === null && !needsBounds;
  const mostHits = await readTotals(database, { ...question, limit: isOfAllTime ? question.limit : 1 });
  const lastDay = await findLastDay(database, mostHits);
  if (lastDay === null) return createEmptyTop(question);
  const bounded = needsBounds ? toBounded(question.period, lastDay) : null;
  const period = bounded ?? question.period;
  const countedUntil = await findCountedUntil(database, question, lastDay);
  const { previous, uncounted } = await findBefore(database, question, { bounded, countedUntil });
  const comparison = { period, previous, uncounted };
  const found = isOfAllTime ? mostHits : await readPeriod(database, { ...question, ...comparison });
  const end = earlierOf(lastDay, until);
  const sparkPeriod = { since: moveDay(end, 1 - question.sparkDays), until: end };
  const spark = question.sparkDays > 0 ? divide(sparkPeriod, 'day') : null;
  const days = spark === null ? [] : await readObjectSteps(database, found, spark);
  return {
    ...comparison,
    countedUntil,
    lastDay,
    sparkDays: spark?.starts ?? [],
    objects: found.map(({ typeId: _, ...object }, at) => ({ ...object, days: days[at] ?? [] })),
  };
}

/** Finds the last day with hits of the site, if it is before the end of the period; a single type may be quiet for longer. */
async function findCountedUntil(
  database: Database,
  { site, period: { until } }: TopQuestion,
  knownDay: string,
): Promise<string | null> {
  if (until === null || until <= knownDay) return null;
  const types = await readTypes(database, { site, contentType: null });
  const lastDay = await readLastDay(database, types, knownDay);
  return lastDay < until ? lastDay : null;
}

async function findBefore(
  database: Database,
  { site, sort, compare }: TopQuestion,
  found: { readonly bounded: BoundedPeriod | null; readonly countedUntil: string | null },
): Promise<Pick<Top, 'previous' | 'uncounted'>> {
  const { bounded, countedUntil } = found;
  if (bounded === null) return { previous: null, uncounted: [] };
  const previous = findPeriodBefore(bounded, countedUntil ?? bounded.until);
  const uncounted = await findUncountedSites(database, { site, previous, until: bounded.until });
  // new objects need no comparison, but they need the days before
  return { previous: compare || sort === 'rising' ? previous : null, uncounted };
}

/** Adds missing bounds: the period ends on the last day with hits, and has 7 days. */
function toBounded(period: Period, lastDay: string): BoundedPeriod {
  const end = period.until ?? lastDay;
  const since = period.since ?? moveDay(end, 1 - DEFAULT_DAYS);
  return { since, until: laterOf(end, since) };
}

/** Reads the objects with the most hits of all time from their totals. */
async function readTotals(
  database: Database,
  { site, contentType, limit }: WantedTypes & Pick<TopQuestion, 'limit'>,
): Promise<readonly Found[]> {
  const types = await database.query(sql.selectTopTypes, [site, contentType, limit]);
  const found: Found[] = [];
  for (const type of types.rows) {
    const values = [getNumber(type, 'content_type_id'), getNumber(type, 'least_hits'), limit];
    const { rows } = await database.query(sql.selectTop, values);
    found.push(...rows.map((row) => toFound({ ...type, ...row }, null)));
  }
  return found;
}

/**
 * Finds the last day with hits of the content types. The days of the objects with the most hits are read first: nearly always
 * one of them has hits on the last day, and then few rows are left to read.
 */
async function findLastDay(database: Database, mostHits: readonly Found[]): Promise<string | null> {
  const knownDay = mostHits
    .map((object) => object.lastHitOn)
    .toSorted()
    .at(-1);
  return knownDay === undefined ? null : readLastDay(database, mostHits, knownDay);
}

/** Reads the last day with hits of content types, which is `knownDay` or later. */
async function readLastDay(
  database: Database,
  types: readonly { readonly typeId: number }[],
  knownDay: string,
): Promise<string> {
  const typeIds = [...new Set(types.map(({ typeId }) => typeId))];
  const { rows } = await database.query(sql.selectLastDay, [typeIds, knownDay]);
  return rows[0]?.['hit_on'] === null ? knownDay : getText(rows[0], 'hit_on');
}

/** Reads the objects of a period from their days. */
async function readPeriod(
  database: Database,
  question: Omit<TopQuestion, 'compare'> & Pick<Top, 'previous' | 'uncounted'>,
): Promise<readonly Found[]> {
  const { period, previous, sort, limit } = question;
  const types = await readTypes(database, question);
  const since = period.since ?? '-infinity';
  const uncounted = new Set(question.uncounted.map((each) => each.site));
  const asked = types.filter(({ site }) => sort === 'hits' || !uncounted.has(site));
  const { rows } = await database.query(sql.selectTopInPeriod, [
    asked.map(({ typeId }) => typeId),
    previous?.since ?? since,
    since,
    period.until ?? 'infinity',
    sort,
    limit,
  ]);
  const isCompared = (row: Row) => previous !== null && !uncounted.has(getText(row, 'site'));
  return rows.map((row) => toFound(row, isCompared(row) ? getNumber(row, 'previous_hit_count') : null));
}

function toFound(row: Row, previousHits: number | null): Found {
  const hits = getNumber(row, 'hit_count');
  return {
    typeId: getNumber(row, 'content_type_id'),
    site: getText(row, 'site'),
    contentType: getText(row, 'content_type'),
    objectId: getText(row, 'object_id'),
    hits,
    rank: getNumber(row, 'hit_count_rank'),
    firstHitOn: getText(row, 'first_hit_on'),
    lastHitOn: getText(row, 'last_hit_on'),
    share: hits / getNumber(row, 'type_hits'),
    previousHits,
  };
}
