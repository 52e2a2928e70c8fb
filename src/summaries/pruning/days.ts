/** Days of limits, as `2026-04-14`. */
import { formatISO } from 'date-fns/formatISO';
import { parseISO } from 'date-fns/parseISO';
import { subDays } from 'date-fns/subDays';
import { findLastDay } from '../closed-months.js';
import type { OldDays } from './prune-step.js';

/** The first day of the month of a day. */
export function startOfMonth(day: string): string {
  return `${day.slice(0, 'yyyy-mm'.length)}-01`;
}

/** The day so many days before. */
export function moveBack(day: string, days: number): string {
  return formatISO(subDays(parseISO(day), days), { representation: 'date' });
}

/** The days of a month that come before a day, which some do. */
export function findOldDays(first: string, before: string): OldDays {
  const lastOfMonth = findLastDay(first);
  const isWholeMonth = lastOfMonth < before;
  return { first, last: isWholeMonth ? lastOfMonth : moveBack(before, 1), isWholeMonth };
}

/** The day that limits count back from. */
export function getToday(): string {
  return formatISO(new Date(), { representation: 'date' });
}
