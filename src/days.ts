/**
 * Days as `2026-04-14`. They are reckoned in UTC, where none is missing and all are equally long: in Samoa's time zone there is
 * no 30 December 2011.
 */
import { UTCDateMini } from '@date-fns/utc/date/mini';
import { addDays } from 'date-fns/addDays';
import { endOfMonth } from 'date-fns/endOfMonth';
import { formatISO } from 'date-fns/formatISO';
import { parseISO } from 'date-fns/parseISO';

/** The beginning of a day, or of the first day of a month or year, in UTC; an invalid date if there is none. date-fns reckons with it in UTC. */
export function parseDay(text: string): Date {
  return parseISO(text, { in: (date) => new UTCDateMini(Number(new Date(date))) });
}

/** The day of a date: of one of `parseDay` in UTC, of any other in the machine's time zone. */
export function toIsoDay(date: Date): string {
  return formatISO(date, { representation: 'date' });
}

/** Today, in the machine's time zone. */
export function getToday(): string {
  return toIsoDay(new Date());
}

/** Returns the day so many days later, or earlier if `days` is negative. */
export function moveDay(day: string, days: number): string {
  return toIsoDay(addDays(parseDay(day), days));
}

/** The last day of the month of a day: `2026-04-30` of `2026-04-01`. */
export function findLastOfMonth(day: string): string {
  return toIsoDay(endOfMonth(parseDay(day)));
}
