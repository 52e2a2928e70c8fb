/** The hits of each day, week or month of a period, of content types and of objects. */
import { differenceInCalendarDays } from 'date-fns/differenceInCalendarDays';
import { eachDayOfInterval } from 'date-fns/eachDayOfInterval';
import { eachMonthOfInterval } from 'date-fns/eachMonthOfInterval';
import { eachWeekOfInterval } from 'date-fns/eachWeekOfInterval';
import { eachYearOfInterval } from 'date-fns/eachYearOfInterval';
import type { Database, Row } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';
import { parseDay, toIsoDay } from '../days.js';
import { type FoldableMonth, hasFoldedDays } from './folded-months.js';
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
  return LISTS[step]({ start: parseDay(since), end: parseDay(until) }).map(toIsoDay);
}

/** Chooses the shortest step of which the period has at most 100; months if it has more weeks, or days that are folded. */
export function chooseStep({ since, until }: BoundedPeriod, months: readonly FoldableMonth[] = []): Step {
  if (hasFoldedDays({ since, until }, months)) return 'month';
  const days = differenceInCalendarDays(parseDay(until), parseDay(since)) + 1;
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

/** The hits of each step, by the number of the content type. */
export type TypeSteps = ReadonlyMap<number, readonly number[]>;

/** Divides a period. @param months all that are listed; none reads each day */
export function divide(period: BoundedPeriod, step: Step, months: readonly HitMonth[] = []): Steps {
  return { ...period, step, starts: listSteps(period, step), parts: divideIntoParts(period, months) };
}

/** Reads the hits of content types by their numbers; types without hits are left out. */
export async function readTypeSteps(
  database: Database,
  typeIds: readonly number[],
  { since, until, step, starts, parts }: Steps,
): Promise<TypeSteps> {
  const values = [typeIds, since, until, step, ...toSpanValues(parts)];
  const { rows } = await database.query(sql.selectTypeSteps, values);
  const counts = new StepCounts(starts);
  for (const row of rows) {
    counts.add(getNumber(row, 'content_type_id'), getText(row, 'step_on'), getNumber(row, 'hit_count'));
  }
  return counts.byOwner;
}

/** The hits of each content type on each day of a period, read once for several periods within it. */
export interface TypeDays extends BoundedPeriod {
  /** All of it. */
  readonly days: readonly string[];
  /** As many counts as days, by the number of the type; types without hits are left out. */
  readonly hits: TypeSteps;
}

/** Reads them. */
export async function readTypeDays(
  database: Database,
  typeIds: readonly number[],
  period: BoundedPeriod,
  months: readonly HitMonth[],
): Promise<TypeDays> {
  const steps = divide(period, 'day', months);
  return { ...period, days: steps.starts, hits: await readTypeSteps(database, typeIds, steps) };
}

/** Adds up what `readTypeSteps` would read. @param steps of a period within these days */
export function addUpDays({ days, hits }: TypeDays, { since, until, starts }: Steps): TypeSteps {
  const [first, last] = [days.indexOf(since), days.indexOf(until)];
  if (first < 0 || last < 0) throw new Error(`${since} to ${until} is not within the days that were read`);
  const counts = new StepCounts(starts);
  for (const [typeId, ofType] of hits) {
    let at = 0;
    for (let day = first; day <= last; day += 1) {
      // a step ends where the next one begins
      while ((starts[at + 1] ?? 'infinity') <= (days[day] ?? '')) at += 1;
      const count = ofType[day] ?? 0;
      if (count > 0) counts.add(typeId, starts[at] ?? '', count);
    }
  }
  return counts.byOwner;
}

/** Reads the hits of objects, in their order. */
export async function readObjectSteps(
  database: Database,
  objects: readonly { readonly typeId: number; readonly objectId: string }[],
  { since, until, step, starts, parts }: Steps,
): Promise<readonly (readonly number[])[]> {
  const { years, days } = step === 'month' ? parts : { years: [], days: [{ since, until }] };
  const wanted = [objects.map(({ typeId }) => typeId), objects.map(({ objectId }) => objectId)];
  const spans = [days.map((span) => span.since), days.map((span) => span.until)];
  const ofDays = await database.query(sql.selectObjectSteps, [...wanted, step, ...spans]);
  const counts = new StepCounts(starts);
  for (const row of ofDays.rows) {
    const words = getText(row, 'steps').split(' ');
    for (let at = 0; at < words.length; at += 2)
      counts.add(getNumber(row, 'place'), words[at] ?? '', Number(words[at + 1]));
  }
  if (years.length > 0) {
    const ofYears = await database.query(sql.selectObjectMonths, [...wanted, ...toYearValues(years)]);
    for (const row of ofYears.rows) addMonths(counts, row);
  }
  return objects.map((_, at) => counts.byOwner.get(at + 1) ?? starts.map(() => 0));
}

/** Adds what an object has in closed months of one year: the differences of its running sums. */
function addMonths(counts: StepCounts, row: Row): void {
  const place = getNumber(row, 'place');
  const year = getText(row, 'year_on').slice(0, 'yyyy'.length);
  let month = getNumber(row, 'month_before');
  const running = getText(row, 'running_hits').split(' ').map(Number);
  // nothing comes before January
  let before = month === 0 ? 0 : (running.shift() ?? 0);
  for (const hits of running) {
    month += 1;
    if (hits > before) counts.add(place, `${year}-${String(month).padStart(2, '0')}-01`, hits - before);
    before = hits;
  }
}

/** The hits of each step of owners that have any, by their numbers: content types, or objects by their places from 1. */
class StepCounts {
  readonly byOwner = new Map<number, number[]>();
  readonly #places: ReadonlyMap<string, number>;

  constructor(starts: readonly string[]) {
    this.#places = new Map(starts.map((start, at) => [start, at]));
  }

  /** Adds hits to the step that begins on a day. */
  add(owner: number, start: string, hits: number): void {
    let counts = this.byOwner.get(owner);
    if (counts === undefined) {
      counts = new Array<number>(this.#places.size).fill(0);
      this.byOwner.set(owner, counts);
    }
    const at = this.#places.get(start);
    if (at !== undefined) counts[at] = (counts[at] ?? 0) + hits;
  }
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
