/** A chart of days in lines of text: a line for each day, week, month or year, those without hits too. */
import type { DayHits } from '../report/objects.js';
import type { BoundedPeriod } from '../report/report-shape.js';
import { listSteps } from '../report/steps.js';
import { formatBar } from './bars.js';
import { type Column, formatTable } from './table.js';
import { paint, type Terminal } from './terminal.js';
import { formatCount } from './text.js';

/** Lines of a chart, unless even years are more. */
const MAX_ROWS = 31;
/** Characters of the longest bar: without a terminal, and at most on one. */
const PLAIN_BAR_WIDTH = 40;
const MAX_BAR_WIDTH = 60;

/** The shortest first, each with the characters of `2026-04-14` that name it. */
const UNITS = [
  { step: 'day', title: 'day', characters: 10 },
  { step: 'week', title: 'week of', characters: 10 },
  { step: 'month', title: 'month', characters: 7 },
  { step: 'year', title: 'year', characters: 4 },
] as const;

export interface DayGroups {
  /** What a line is: `day`, `week of`, `month` or `year`. */
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly hits: number }[];
}

/** Adds days up, earliest first, by the shortest unit of which the period has at most 31; by months at least if days are folded. */
export function groupDays(days: readonly DayHits[], period: BoundedPeriod): DayGroups {
  const isFolded = days.some(({ foldedUntil }) => foldedUntil !== undefined);
  const fits = ({ step }: (typeof UNITS)[number]) => listSteps(period, step).length <= MAX_ROWS;
  const { step, title, characters } = (isFolded ? UNITS.slice(2) : UNITS).find(fits) ?? UNITS[3];
  const starts = listSteps(period, step);
  const hits = starts.map(() => 0);
  // both are in the order of time
  let at = 0;
  for (const { day, hits: ofDay } of days) {
    while (at + 1 < starts.length && (starts[at + 1] ?? '') <= day) at += 1;
    hits[at] = (hits[at] ?? 0) + ofDay;
  }
  const rows = starts.map((start, row) => ({ label: start.slice(0, characters), hits: hits[row] ?? 0 }));
  return { title, rows };
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
