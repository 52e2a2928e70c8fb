/** The hits of each day, week or month of a period, of content types and of objects. */
import { differenceInCalendarDays } from 'date-fns/differenceInCalendarDays';
import { eachDayOfInterval } from 'date-fns/eachDayOfInterval';
import { eachMonthOfInterval } from 'date-fns/eachMonthOfInterval';
import { eachWeekOfInterval } from 'date-fns/eachWeekOfInterval';
import { eachYearOfInterval } from 'date-fns/eachYearOfInterval';
import { parseISO } from 'date-fns/parseISO';
import type { Database, Row } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';
import { type FoldableMonth, hasFoldedDays } from './folded-months.js';
import { toIsoDay } from './period.js';
import {
  divideIntoParts,
  type HitMonth,
  type PeriodParts,
  toSpanValues,
  toYearValues,
} from './period-parts.js';
import type { BoundedPeriod, Step } from './report-shape.js';

/** More bars than this cannot be told apart on a small screen. */
const MAX_STEPS = 100;

/** Weeks begin on Monday (ISO 8601), as those of PostgreSQL's `date_trunc` do. */
const LISTS = {
  day: eachDayOfInterval,
  week: (interval: { readonly start: Date; readonly end: Date }) =>
    eachWeekOfInterval(interval, { weekStartsOn: 1 }),
  month: eachMonthOfInterval,
  year: eachYearOfInterval,
} as const;

/** Lists the first day of each step that a period touches, earliest first. */
export function listSteps({ since, until }: BoundedPeriod, step: keyof typeof LISTS): readonly string[] {
  return LISTS[step]({ start: parseISO(since), end: parseISO(until) }).map(toIsoDay);
}

/** Chooses the shortest step of which the period has at most 100; months if it has more weeks, or days that are folded. */
export function chooseStep({ since, until }: BoundedPeriod, months: readonly FoldableMonth[] = []): Step {
  if (hasFoldedDays({ since, until }, months)) return 'month';
  const days = differenceInCalendarDays(parseISO(until), parseISO(since)) + 1;
  if (days <= MAX_STEPS) return 'day';
  return days <= MAX_STEPS * 7 ? 'week' : 'month';
}

/** A period and its steps, listed once: a period of centuries has thousands. */
export interface Steps extends BoundedPeriod {
  readonly step: Step;
  /** The first day of each. */
  readonly starts: readonly string[];
  /** What of it is added up already. */
  readonly parts: PeriodParts;
}

/** Divides a period. @param months all that are listed; none reads each day */
export function divide(period: BoundedPeriod, step: Step, months: readonly HitMonth[] = []): Steps {
  return { ...period, step, starts: listSteps(period, step), parts: divideIntoParts(period, months) };
}

/** Reads the hits of content types by their numbers; types without hits are left out. */
export async function readTypeSteps(
  database: Database,
  typeIds: readonly number[],
  { since, until, step, starts, parts }: Steps,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const values = [typeIds, since, until, step, ...toSpanValues(parts)];
  const { rows } = await database.query(sql.selectTypeSteps, values);
  return collect(rows, 'content_type_id', starts);
}

/** Reads the hits of objects, in their order. */
export async function readObjectSteps(
  database: Database,
  objects: readonly { readonly typeId: number; readonly objectId: string }[],
  steps: Steps,
): Promise<readonly (readonly number[])[]> {
  const { since, until, step, starts } = steps;
  const { years, days } = step === 'month' ? steps.parts : { years: [], days: [{ since, until }] };
  const { rows } = await database.query(sql.selectObjectSteps, [
    ...[objects.map(({ typeId }) => typeId), objects.map(({ objectId }) => objectId), step],
    ...[days.map((span) => span.since), days.map((span) => span.until)],
    ...toYearValues(years),
  ]);
  const counts = collect(rows, 'place', starts);
  return objects.map((_, at) => counts.get(at + 1) ?? starts.map(() => 0));
}

/** Puts the hits of each owner, which the column `key` names, into the order of the steps. */
function collect(
  rows: readonly Row[],
  key: string,
  starts: readonly string[],
): ReadonlyMap<number, readonly number[]> {
  const places = new Map(starts.map((start, at) => [start, at]));
  const collected = new Map<number, number[]>();
  for (const row of rows) {
    const owner = getNumber(row, key);
    const counts = collected.get(owner) ?? starts.map(() => 0);
    const at = places.get(getText(row, 'step_on'));
    if (at !== undefined) counts[at] = getNumber(row, 'hit_count');
    collected.set(owner, counts);
  }
  return collected;
}

/** Writes each run of zeros as its negative length, and leaves out those at the end: `0 0 5 1 0 0` is `-2 5 1`. */
export function packCounts(counts: readonly number[]): readonly number[] {
  const packed: number[] = [];
  let zeros = 0;
  for (const count of counts) {
    if (count === 0) {
      zeros += 1;
    } else {
      packed.push(...(zeros > 0 ? [-zeros] : []), count);
      zeros = 0;
    }
  }
  return packed;
}
