/** Resolves the days that a question is about from what a person writes on the command line. */
import { addDays } from 'date-fns/addDays';
import { differenceInCalendarDays } from 'date-fns/differenceInCalendarDays';
import { differenceInCalendarMonths } from 'date-fns/differenceInCalendarMonths';
import { endOfISOWeek } from 'date-fns/endOfISOWeek';
import { endOfMonth } from 'date-fns/endOfMonth';
import { endOfYear } from 'date-fns/endOfYear';
import { isFirstDayOfMonth } from 'date-fns/isFirstDayOfMonth';
import { isLastDayOfMonth } from 'date-fns/isLastDayOfMonth';
import { isMonday } from 'date-fns/isMonday';
import { isValid } from 'date-fns/isValid';
import { startOfISOWeek } from 'date-fns/startOfISOWeek';
import { startOfMonth } from 'date-fns/startOfMonth';
import { startOfYear } from 'date-fns/startOfYear';
import { sub } from 'date-fns/sub';
import { moveDay, parseDay, toIsoDay } from '../days.js';
import { UsageError } from '../errors.js';
import type { BoundedPeriod } from './report-shape.js';

/** The first and the last day, both included, as `2026-04-14`; null for no bound. */
export interface Period {
  readonly since: string | null;
  readonly until: string | null;
}

type Side = 'since' | 'until';

const HINT =
  'write a day 2026-04-14, a month 2026-04, a year 2026, the last 7d, 4w, 3m or 1y, today, yesterday, or this or last week, month or year';

const CALENDAR = /^[1-9]\d{3}(?:-\d\d(?:-\d\d)?)?$/;
const BACK = /^([1-9]\d{0,3})([dwmy])$/;
const NAMED = /^(this|last)[ -](week|month|year)$/;

const UNITS = { d: 'days', w: 'weeks', m: 'months', y: 'years' } as const;

/** Weeks begin on Monday (ISO 8601). */
const BOUNDS = {
  week: { since: startOfISOWeek, until: endOfISOWeek },
  month: { since: startOfMonth, until: endOfMonth },
  year: { since: startOfYear, until: endOfYear },
} as const;

/**
 * Reads what --since and --until say. A month or a year is its first day for --since and its last for --until; `7d` is
 * the first of the last 7 days for --since, and the day before these for --until.
 *
 * @param texts a side that is missing has no bound
 * @param today the ISO day that `7d`, `yesterday` and `last month` count from
 * @throws UsageError if a text is no day, or the first day comes after the last
 */
export function parsePeriod(
  texts: { readonly since?: string | undefined; readonly until?: string | undefined },
  today: string,
): Period {
  const since = texts.since === undefined ? null : resolveDay('since', texts.since, today);
  const until = texts.until === undefined ? null : resolveDay('until', texts.until, today);
  if (since !== null && until !== null && since > until) {
    throw new UsageError(`--since ${since} comes after --until ${until}`, {
      hint: 'both days belong to the period',
    });
  }
  return { since, until };
}

/**
 * Finds the period that ends on the day before this one. Before whole calendar months these are as many calendar months, else as
 * many days. If a month or week is not over, its first days are compared with as many first days of the one before.
 *
 * @param lastDay the last day that is known to be counted
 */
export function findPeriodBefore(period: BoundedPeriod, lastDay: string = period.until): BoundedPeriod {
  const { since, until } = period;
  const first = parseDay(since);
  const months = countWholeMonths(period);
  const days = differenceInCalendarDays(parseDay(until), first) + 1;
  const before = {
    since: months > 0 ? toIsoDay(sub(first, { months })) : moveDay(since, -days),
    until: moveDay(since, -1),
  };
  const isCalendar = months > 0 || (isMonday(first) && days % 7 === 0);
  if (!isCalendar || lastDay < since || lastDay >= until) return before;
  const end = moveDay(before.since, differenceInCalendarDays(parseDay(lastDay), first));
  return { since: before.since, until: earlierOf(end, before.until) };
}

/** 0 if the period is anything but whole calendar months. */
function countWholeMonths({ since, until }: BoundedPeriod): number {
  const [first, last] = [parseDay(since), parseDay(until)];
  if (!isFirstDayOfMonth(first) || !isLastDayOfMonth(last)) return 0;
  return differenceInCalendarMonths(last, first) + 1;
}

/** Returns the earlier of two days; the first if there is no other. */
export function earlierOf(day: string, other: string | null): string {
  return other !== null && other < day ? other : day;
}

/** Returns the later of two days; the first if there is no other. */
export function laterOf(day: string, other: string | null): string {
  return other !== null && other > day ? other : day;
}

function resolveDay(side: Side, text: string, today: string): string {
  const date = findDate(side, text.trim().toLowerCase().replaceAll(/\s+/g, ' '), today);
  if (date !== null && isValid(date) && date.getFullYear() >= 1) return toIsoDay(date);
  throw new UsageError(`--${side}: '${text}' is not a day`, { hint: HINT });
}

/** @returns null if the text has none of the forms, an invalid date if there is no such day */
function findDate(side: Side, text: string, today: string): Date | null {
  const now = parseDay(today);
  if (text === 'today') return now;
  if (text === 'yesterday') return addDays(now, -1);
  if (CALENDAR.test(text)) return findCalendarDate(side, text);
  const [, count, unit] = BACK.exec(text) ?? [];
  if (unit !== undefined) {
    const dayBefore = sub(now, { [UNITS[unit as keyof typeof UNITS]]: Number(count) });
    return side === 'since' ? addDays(dayBefore, 1) : dayBefore;
  }
  const [, which, name] = NAMED.exec(text) ?? [];
  if (name === undefined) return null;
  const within = which === 'this' ? now : sub(now, { [`${name}s`]: 1 });
  return BOUNDS[name as keyof typeof BOUNDS][side](within);
}

function findCalendarDate(side: Side, text: string): Date {
  const date = parseDay(text);
  if (side === 'since' || !isValid(date)) return date;
  if (text.length === 'yyyy'.length) return endOfYear(date);
  return text.length === 'yyyy-MM'.length ? endOfMonth(date) : date;
}
