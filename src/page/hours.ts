/** The requests of each hour: a chart of the day, and a table of the hours of each weekday, darker where there are more. */
import type { SummaryReport } from '../report/summaries/summary-shape.js';
import { makeChart } from './chart.js';
import { sum } from './data.js';
import { make } from './dom.js';
import { makeScroller } from './table.js';
import { formatCount, formatNumberOf, formatShortCount } from './words.js';

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
/** In their order, 1 is Monday. */
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** The shades `heat-1` and so on of summaries.css. */
const SHADES = 6;
/** In pixels. */
const HEIGHT = 180;

export function makeHours({ lists }: SummaryReport): readonly HTMLElement[] {
  const cells = lists.find(({ name }) => name === 'weekday_hour')?.rows ?? [];
  const weekdays = lists.find(({ name }) => name === 'weekday');
  const counts = new Map(cells.map(([weekday, hour, requests]) => [`${weekday} ${hour}`, Number(requests)]));
  const getCount = (weekday: number, hour: number) => counts.get(`${weekday} ${hour}`) ?? 0;
  const grid = WEEKDAYS.map((_, at) => HOURS.map((hour) => getCount(at + 1, hour)));
  const ofHours = HOURS.map((hour) => sum(grid.map((row) => row[hour] ?? 0)));
  const starts = HOURS.map(formatHour);
  const series = [{ title: 'requests', counts: ofHours }];
  const summary = `Chart of ${formatNumberOf(sum(ofHours), 'request')} by hour; the last row of the table below has the numbers.`;
  const days = WEEKDAYS.map((_, at) => Number(weekdays?.rows[at]?.at(-1) ?? 0));
  return [
    make('p', { class: 'muted' }, 'As the lines of the logs say the time.'),
    makeChart({ summary, starts, step: 'hour', series, before: null, partial: new Set(), height: HEIGHT }),
    makeScroller('Requests by weekday and hour', makeGrid(grid, ofHours, days)),
  ];
}

function makeGrid(
  grid: readonly (readonly number[])[],
  ofHours: readonly number[],
  days: readonly number[],
): HTMLTableElement {
  const most = Math.max(1, ...grid.flat());
  const toCell = (count: number) =>
    make('td', { class: `heat-${Math.ceil((count / most) * SHADES)}` }, formatShortCount(count));
  const rows = grid.map((counts, at) => {
    const ofDays = make('small', {}, ` ${formatNumberOf(days[at] ?? 0, 'day')}`);
    // of a weekday that has not come nothing is known
    const cells = days[at] === 0 ? counts.map(() => make('td', {}, '-')) : counts.map(toCell);
    return make('tr', {}, make('th', { scope: 'row' }, WEEKDAYS[at] ?? '', ofDays), ...cells);
  });
  const all = ofHours.map((count) => make('td', {}, formatShortCount(count)));
  const heads = HOURS.map((hour) => make('th', { scope: 'col' }, formatHour(hour)));
  return make(
    'table',
    { class: 'hours' },
    make('caption', {}, `Requests by weekday and hour, ${formatCount(sum(ofHours))} in all`),
    make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, 'weekday'), ...heads)),
    make('tbody', {}, ...rows, make('tr', {}, make('th', { scope: 'row' }, 'all'), ...all)),
  );
}

function formatHour(hour: number): string {
  return String(hour).padStart(2, '0');
}
