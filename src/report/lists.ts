/**
 * Reads lists of objects in up to three orders, and the sums of their content types, in one pass: of all time from the totals,
 * within a period from its closed months and its other days.
 */
import type { Database, Row } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';
import { moveDay } from '../days.js';
import { findUncountedSites, readLastDay } from './counted-days.js';
import { listCutMonths } from './folded-months.js';
import type { RankedObject } from './objects.js';
import { findPeriodBefore, laterOf, type Period } from './period.js';
import {
  chooseParts,
  divideIntoParts,
  type HitMonth,
  readHitMonths,
  toSpanValues,
  toYearValues,
} from './period-parts.js';
import type { BoundedPeriod, UncountedSite } from './report-shape.js';
import type { TypeDays } from './steps.js';
import { readTypes, type WantedTypes } from './types.js';

/**
 * `rising`: objects with more hits than in the period before, by the difference. `new`: objects whose first hit is in the
 * period, by hits. Both leave out sites for which the period before was not wholly counted.
 */
export const TOP_ORDERS = ['hits', 'rising', 'new'] as const;

export type TopOrder = (typeof TOP_ORDERS)[number];

export interface ListsQuestion extends WantedTypes {
  readonly period: Period;
  /** Whether the hits of the period before are asked for too. */
  readonly compare: boolean;
  /** Objects of each content type at most, of each list; 0 if it is not wanted. */
  readonly limits: Readonly<Record<TopOrder, number>>;
}

export interface FoundObject extends RankedObject {
  readonly typeId: number;
  /** Of the hits of its site and type within the period, above 0, up to 1. */
  readonly share: number;
  /** In the period before; null if that is not asked for, or was not wholly counted. */
  readonly previousHits: number | null;
}

/** What the lists are about. */
export interface Comparison {
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
  /** Folded months of which the periods have only some days: `2023-04`. */
  readonly foldedMonths: readonly string[];
}

/** A content type within the period. */
export interface TypeSum {
  readonly hits: number;
  /** Objects with hits. */
  readonly objects: number;
  /** In the period before; null if that is not asked for, or was not wholly counted. */
  readonly previousHits: number | null;
}

export interface Lists extends Comparison {
  /** By site and content type, then in their order. */
  readonly lists: Readonly<Record<TopOrder, readonly FoundObject[]>>;
  /** The types of which a list has objects, by their numbers. */
  readonly types: ReadonlyMap<number, TypeSum>;
}

type Found = Pick<Lists, 'lists' | 'types'>;

/** Days of a period that needs bounds and was given none. */
const DEFAULT_DAYS = 7;

const NO_LISTS: Lists['lists'] = { hits: [], rising: [], new: [] };
const NOTHING_FOUND: Found = { lists: NO_LISTS, types: new Map() };

/**
 * Reads the lists within a transaction, which sees one state.
 *
 * @param typeDays of all types of the site, up to the last day with hits, if they were read: the period ends with them
 */
export async function readLists(
  database: Database,
  question: ListsQuestion,
  typeDays: TypeDays | null = null,
): Promise<Lists> {
  const { since, until } = question.period;
  const { limits, compare } = question;
  const needsBounds = compare || limits.rising > 0 || limits.new > 0;
  const isOfAllTime = since === null && until === null && !needsBounds;
  const totals =
    typeDays === null ? await readTotals(database, question, isOfAllTime ? limits.hits : 1) : NOTHING_FOUND;
  const lastDay = typeDays?.until ?? (await findLastDay(database, totals.lists.hits));
  if (lastDay === null) {
    const nothing = { previous: null, uncounted: [], countedUntil: null, lastDay: null, foldedMonths: [] };
    return { period: question.period, ...nothing, ...NOTHING_FOUND };
  }
  const bounded = needsBounds ? toBounded(question.period, lastDay) : null;
  const period = bounded ?? question.period;
  const countedUntil = await findCountedUntil(database, question, lastDay);
  const months = isOfAllTime ? [] : await readHitMonths(database);
  const { previous, uncounted } = await findBefore(database, question, {
    ...{ bounded, countedUntil, months, typeDays },
  });
  const comparison = { period, previous, uncounted, foldedMonths: listCutMonths([period, previous], months) };
  const found = isOfAllTime ? totals : await readPeriod(database, { ...question, ...comparison, months });
  return { ...comparison, countedUntil, lastDay, ...found };
}

/** Finds the last day with hits of the site, if it is before the end of the period; a single type may be quiet for longer. */
async function findCountedUntil(
  database: Database,
  { site, period: { until } }: ListsQuestion,
  knownDay: string,
): Promise<string | null> {
  if (until === null || until <= knownDay) return null;
  const types = await readTypes(database, { site, contentType: null });
  const lastDay = await readLastDay(database, types, knownDay);
  return lastDay < until ? lastDay : null;
}

async function findBefore(
  database: Database,
  { site, limits, compare }: ListsQuestion,
  found: {
    readonly bounded: BoundedPeriod | null;
    readonly countedUntil: string | null;
    readonly months: readonly HitMonth[];
    readonly typeDays: TypeDays | null;
  },
): Promise<Pick<Lists, 'previous' | 'uncounted'>> {
  const { bounded, countedUntil, months, typeDays } = found;
  if (bounded === null) return { previous: null, uncounted: [] };
  const previous = findPeriodBefore(bounded, countedUntil ?? bounded.until);
  const periods = { site, previous, until: bounded.until, months };
  const uncounted = await findUncountedSites(database, periods, typeDays);
  // new objects need no comparison, but they need the days before
  return { previous: compare || limits.rising > 0 ? previous : null, uncounted };
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
  { site, contentType }: WantedTypes,
  limit: number,
): Promise<Found> {
  const { rows } = await database.query(sql.selectTopTypes, [site, contentType, limit]);
  const hits: FoundObject[] = [];
  for (const type of rows) {
    const values = [getNumber(type, 'content_type_id'), getNumber(type, 'least_hits'), limit];
    const objects = await database.query(sql.selectTop, values);
    hits.push(...objects.rows.map((row) => toFound({ ...type, ...row }, null)));
  }
  const types = rows.map((row) => [getNumber(row, 'content_type_id'), toTypeSum(row, null)] as const);
  return { lists: { ...NO_LISTS, hits }, types: new Map(types) };
}

/**
 * Finds the last day with hits of the content types. The days of the objects with the most hits are read first: nearly always
 * one of them has hits on the last day, and then few rows are left to read.
 */
async function findLastDay(database: Database, mostHits: readonly FoundObject[]): Promise<string | null> {
  const knownDay = mostHits
    .map((object) => object.lastHitOn)
    .toSorted()
    .at(-1);
  return knownDay === undefined ? null : readLastDay(database, mostHits, knownDay);
}

/** Reads the lists of a period. */
async function readPeriod(
  database: Database,
  question: ListsQuestion & Pick<Lists, 'previous' | 'uncounted'> & { readonly months: readonly HitMonth[] },
): Promise<Found> {
  const { period, previous, limits, months } = question;
  const types = await readTypes(database, question);
  const uncounted = new Set(question.uncounted.map((each) => each.site));
  const comparable = types.filter(({ site }) => !uncounted.has(site)).map(({ typeId }) => typeId);
  const before = comparable.length === 0 ? null : previous;
  const [parts, sign] =
    before === null ? chooseParts(period, months) : ([divideIntoParts(period, months), 1] as const);
  const partsBefore = before === null ? { years: [], days: [] } : divideIntoParts(before, months);
  const years = [
    ...partsBefore.years.map((year) => ({ ...year, isBefore: true })),
    ...parts.years.map((year) => ({ ...year, isBefore: false })),
  ];
  const { rows } = await database.query(sql.selectTopInPeriod, [
    limits.hits > 0 ? types.map(({ typeId }) => typeId) : comparable,
    ...[period.since ?? '-infinity', period.until ?? 'infinity'],
    ...[...toYearValues(years), years.map(({ isBefore }) => isBefore)],
    ...toSpanValues(partsBefore, parts),
    ...[limits.hits, limits.rising, limits.new, comparable, sign],
  ]);
  const isCompared = (row: Row) => previous !== null && !uncounted.has(getText(row, 'site'));
  const toPrevious = (row: Row, column: string) => (isCompared(row) ? getNumber(row, column) : null);
  const ofList = (list: TopOrder) =>
    rows
      .filter((row) => row['list'] === list)
      .map((row) => toFound(row, toPrevious(row, 'previous_hit_count')));
  const sums = rows.map(
    (row) =>
      [getNumber(row, 'content_type_id'), toTypeSum(row, toPrevious(row, 'previous_type_hits'))] as const,
  );
  return {
    lists: { hits: ofList('hits'), rising: ofList('rising'), new: ofList('new') },
    types: new Map(sums),
  };
}

function toFound(row: Row, previousHits: number | null): FoundObject {
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

function toTypeSum(row: Row, previousHits: number | null): TypeSum {
  return { hits: getNumber(row, 'type_hits'), objects: getNumber(row, 'type_objects'), previousHits };
}
