/** A chart of days in lines of text: a line for each day, week, month or year, those without hits too. */
import { eachDayOfInterval } from 'date-fns/eachDayOfInterval';
import { eachMonthOfInterval } from 'date-fns/eachMonthOfInterval';
import { eachWeekOfInterval } from 'date-fns/eachWeekOfInterval';
import { eachYearOfInterval } from 'date-fns/eachYearOfInterval';
import { parseISO } from 'date-fns/parseISO';
import type { DayHits } from '../report/objects.js';
import { type BoundedPeriod, toIsoDay } from '../report/period.js';
import { formatBar } from './bars.js';
import { type Column, formatTable } from './table.js';
import { paint, type Terminal } from './terminal.js';
import { formatCount } from './text.js';

/** Lines of a chart, unless even years are more. */
const MAX_ROWS = 31;
/** Characters of the longest bar: without a terminal, and at most on one. */
const PLAIN_BAR_WIDTH = 40;
const MAX_BAR_WIDTH = 60;

type Interval = { readonly start: Date; readonly end: Date };

interface Unit {
  readonly title: string;
  /** Characters of `2026-04-14` that name it. */
  readonly characters: number;
  readonly listStarts: (interval: Interval) => readonly Date[];
}

const YEAR: Unit = { title: 'year', characters: 4, listStarts: eachYearOfInterval };

/** The finest first. Weeks begin on Monday (ISO 8601), and are called by it. */
const UNITS: readonly Unit[] = [
  { title: 'day', characters: 10, listStarts: eachDayOfInterval },
  {
    title: 'week of',
    characters: 10,
    listStarts: (interval) => eachWeekOfInterval(interval, { weekStartsOn: 1 }),
  },
  { title: 'month', characters: 7, listStarts: eachMonthOfInterval },
];

export interface DayGroups {
  /** What a line is: `day`, `week of`, `month` or `year`. */
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly hits: number }[];
}

/** Adds days up to the finest units that are at most 31. */
export function groupDays(days: readonly DayHits[], { since, until }: BoundedPeriod): DayGroups {
  const interval = { start: parseISO(since), end: parseISO(until) };
  const fits = (unit: Unit) => unit.listStarts(interval).length <= MAX_ROWS;
  const { title, characters, listStarts } = UNITS.find(fits) ?? YEAR;
  const starts = listStarts(interval).map(toIsoDay);
  const hits = starts.map(() => 0);
  let at = 0;
  for (const day of days) {
    while (at + 1 < starts.length && (starts[at + 1] ?? '') <= day.day) at += 1;
    hits[at] = (hits[at] ?? 0) + day.hits;
  }
  return {
    title,
    rows: starts.map((start, row) => ({ label: start.slice(0, characters), hits: hits[row] ?? 0 })),
  };
}

/** Draws groups of days within the width of the terminal. */
export function formatDayChart({ title, rows }: DayGroups, terminal: Terminal): string {
  const most = rows.reduce((hits, row) => Math.max(hits, row.hits), 0);
  const label = rows.reduce((width, row) => Math.max(width, row.label.length), title.length);
  const others = label + Math.max(formatCount(most).length, 'hits'.length) + 4;
  const room = terminal.columns === null ? PLAIN_BAR_WIDTH : terminal.columns - others;
  const width = Math.max(1, Math.min(room, MAX_BAR_WIDTH));
  const columns: readonly Column[] = [
    { title, align: 'left' },
    { title: 'hits', align: 'right' },
    { title: '', align: 'left', paint: (cell) => paint(terminal, 'dim', cell) },
  ];
  return formatTable(
    columns,
    rows.map((row) => [row.label, formatCount(row.hits), formatBar(row.hits, most, width)]),
  );
}
