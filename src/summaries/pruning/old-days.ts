/** Days of limits, as `2026-04-14`. */
import { findLastOfMonth, moveDay } from '../../days.js';
import type { OldDays } from './prune-step.js';

/** The first day of the month of a day. */
export function startOfMonth(day: string): string {
  return `${day.slice(0, 'yyyy-mm'.length)}-01`;
}

/** The days of a month that come before a day, which some do. */
export function findOldDays(first: string, before: string): OldDays {
  const lastOfMonth = findLastOfMonth(first);
  const isWholeMonth = lastOfMonth < before;
  return { first, last: isWholeMonth ? lastOfMonth : moveDay(before, -1), isWholeMonth };
}
