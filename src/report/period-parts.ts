/**
 * Divides a period into what is added up already, the closed months, and the days that are not. A closed month of which the
 * period has only some days is read day by day, as an open one is.
 */
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getText } from '../database/values.js';
import { findLastOfMonth, moveDay } from '../days.js';
import { earlierOf, laterOf, type Period } from './period.js';
import type { BoundedPeriod } from './report-shape.js';

/** A month that lines were counted of. */
export interface HitMonth {
  /** `2026-04-01` */
  readonly since: string;
  /** `2026-04-30` */
  readonly until: string;
  /** Whether it is added up. */
  readonly isClosed: boolean;
  /** Whether its days are folded: all hits of an object stand at its first day there. */
  readonly isFolded: boolean;
}

/** Closed months of one year, one after the other. Months between them that have never had hits may be missing from the list. */
export interface YearPart {
  /** `2026-01-01` */
  readonly yearOn: string;
  /** 0 to 11. */
  readonly monthBefore: number;
  /** 1 to 12. */
  readonly lastMonth: number;
}

/** All of a period, each day once. */
export interface PeriodParts {
  readonly years: readonly YearPart[];
  /** At most three spans of days, in their order. A bound may be `-infinity` or `infinity`. */
  readonly days: readonly BoundedPeriod[];
}

type Part =
  | { readonly year: YearPart; readonly days: null }
  | { readonly year: null; readonly days: BoundedPeriod };

/** The statements have room for so many spans of days, of a period and the one before it: the two ends, and one month that was opened again. */
const MOST_SPANS = 3;
const SPANS_OF_A_STATEMENT = 2 * MOST_SPANS;
const NO_DAYS: BoundedPeriod = { since: 'infinity', until: '-infinity' };

/** Reads the months that lines were counted of, in their order. */
export async function readHitMonths(database: Database): Promise<readonly HitMonth[]> {
  const { rows } = await database.query(sql.selectHitMonths);
  return rows.map((row) => {
    const since = getText(row, 'month_on');
    const until = findLastOfMonth(since);
    return { since, until, isClosed: row['is_closed'] === true, isFolded: row['is_folded'] === true };
  });
}

/** Divides a period; a missing bound is none. */
export function divideIntoParts(period: Period, months: readonly HitMonth[]): PeriodParts {
  const { since, until } = toBounds(period);
  const [first, last] = [months[0], months.at(-1)];
  if (first === undefined || last === undefined) return { years: [], days: [{ since, until }] };
  const parts: Part[] = [];
  // before the first and after the last of them no hits are expected: these days are read all the same
  addDays(parts, { since, until: earlierOf(moveDay(first.since, -1), until) });
  for (const month of months) {
    if (month.isClosed && month.since >= since && month.until <= until) addMonth(parts, month);
    else addDays(parts, { since: laterOf(month.since, since), until: earlierOf(month.until, until) });
  }
  addDays(parts, { since: laterOf(moveDay(last.until, 1), since), until });
  while (parts.filter(({ days }) => days !== null).length > MOST_SPANS) joinNearest(parts);
  return {
    years: parts.flatMap(({ year }) => year ?? []),
    days: parts.flatMap(({ days }) => days ?? []),
  };
}

/**
 * Chooses what is less to read: the parts of a period, or those of all other days, which are taken from the totals of all time.
 *
 * @returns the parts, and 1 if they are the period's own, else -1
 */
export function chooseParts(
  { since, until }: Period,
  months: readonly HitMonth[],
): readonly [parts: PeriodParts, sign: 1 | -1] {
  const own = divideIntoParts({ since, until }, months);
  const others = [
    ...(since === null ? [] : [divideIntoParts({ since: null, until: moveDay(since, -1) }, months)]),
    ...(until === null ? [] : [divideIntoParts({ since: moveDay(until, 1), until: null }, months)]),
  ];
  const outside = {
    years: others.flatMap(({ years }) => years),
    days: others.flatMap(({ days }) => days),
  };
  // there are about as many totals as objects in a year
  return outside.years.length + 1 < own.years.length ? [outside, -1] : [own, 1];
}

/** The first and the last days of the spans of parts, filled up to the six that the statements name. */
export function toSpanValues(
  ...parts: readonly PeriodParts[]
): readonly [readonly string[], readonly string[]] {
  const days = parts.flatMap((each) => each.days);
  const spans = Array.from({ length: SPANS_OF_A_STATEMENT }, (_, at) => days[at] ?? NO_DAYS);
  return [spans.map(({ since }) => since), spans.map(({ until }) => until)];
}

/** The years of parts, the month before and the last month of each. */
export function toYearValues(
  years: readonly YearPart[],
): readonly [readonly string[], readonly number[], readonly number[]] {
  return [
    years.map(({ yearOn }) => yearOn),
    years.map(({ monthBefore }) => monthBefore),
    years.map(({ lastMonth }) => lastMonth),
  ];
}

function toBounds({ since, until }: Period): BoundedPeriod {
  return { since: since ?? '-infinity', until: until ?? 'infinity' };
}

/** Adds days behind what is there. Days without hits may lie between. */
function addDays(parts: Part[], { since, until }: BoundedPeriod): void {
  if (since > until) return;
  const before = parts.at(-1)?.days ?? null;
  if (before !== null) parts.pop();
  parts.push({ year: null, days: { since: before?.since ?? since, until } });
}

function addMonth(parts: Part[], { since }: HitMonth): void {
  const yearOn = `${since.slice(0, 'yyyy'.length)}-01-01`;
  const lastMonth = Number(since.slice('yyyy-'.length, 'yyyy-mm'.length));
  const before = parts.at(-1)?.year ?? null;
  if (before?.yearOn !== yearOn) {
    parts.push({ year: { yearOn, monthBefore: lastMonth - 1, lastMonth }, days: null });
  } else {
    parts.splice(-1, 1, { year: { ...before, lastMonth }, days: null });
  }
}

/** Makes one span of two that have the fewest days between them: closed months between them are read day by day. */
function joinNearest(parts: Part[]): void {
  const places = parts.flatMap(({ days }, at) => (days === null ? [] : [at]));
  const pairs = places.slice(1).map((at, index) => [places[index] ?? 0, at] as const);
  const countMonths = ([from, to]: readonly [number, number]) =>
    parts
      .slice(from, to)
      .reduce((sum, { year }) => sum + (year === null ? 0 : year.lastMonth - year.monthBefore), 0);
  const [nearest] = pairs.toSorted((a, b) => countMonths(a) - countMonths(b));
  if (nearest === undefined) return;
  const [from, to] = nearest;
  const since = parts[from]?.days?.since;
  const until = parts[to]?.days?.until;
  if (since === undefined || until === undefined) throw new Error('a span of days was expected');
  parts.splice(from, to - from + 1, { year: null, days: { since, until } });
}
