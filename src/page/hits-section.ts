/** Hits of each day, week or month: the chart, and the table behind it. */
import { type ChartSeries, MAX_SERIES, makeChart } from './chart.js';
import type { PageData } from './data.js';
import { make, makeIsolated } from './dom.js';
import { type Column, makeScroller, makeSortableTable } from './table.js';
import { formatCount, formatNumberOf, formatStep } from './words.js';

interface StepRow {
  readonly start: string;
  readonly counts: readonly number[];
  readonly total: number;
}

export function makeHitsSection(data: PageData): HTMLElement {
  const { starts, step } = data.report;
  const series = listSeries(data);
  const rows = starts.map((start, at): StepRow => {
    const counts = series.map((each) => each.counts[at] ?? 0);
    return { start, counts, total: counts.reduce((sum, count) => sum + count, 0) };
  });
  const total = rows.reduce((sum, row) => sum + row.total, 0);
  const title = `Hits a ${step}`;
  const columns: readonly Column<StepRow>[] = [
    {
      title: step,
      isHeader: true,
      toCell: ({ start }) => formatStep(start, step),
      toKey: ({ start }) => start,
    },
    {
      title: 'all',
      look: 'number',
      toCell: (row) => formatCount(row.total),
      toKey: (row) => row.total,
      first: 'most',
    },
    ...(series.length > 1 ? series : []).map(
      (each, at): Column<StepRow> => ({
        title: each.title,
        look: 'number',
        toCell: ({ counts }) => formatCount(counts[at] ?? 0),
        toKey: ({ counts }) => counts[at] ?? 0,
        first: 'most',
      }),
    ),
  ];
  const table = makeSortableTable({ caption: title, columns, rows, sortedBy: step });
  const summary = `Chart of ${formatNumberOf(total, 'hit')} by ${step}; the table below has the numbers.`;
  return make(
    'section',
    { 'aria-labelledby': 'hits' },
    make('h2', { id: 'hits' }, title),
    ...(series.length > 1 ? [makeLegend(series)] : []),
    makeChart({ summary, starts, step, series, height: 280 }),
    make('details', {}, make('summary', {}, `Table of each ${step}`), makeScroller(table.element, title)),
  );
}

/** The types with the most hits, and the others together, so that each has a colour of its own. */
function listSeries({ types }: PageData): readonly ChartSeries[] {
  const sorted = types.toSorted((a, b) => b.report.hits - a.report.hits);
  const own = sorted.length > MAX_SERIES ? sorted.slice(0, MAX_SERIES - 1) : sorted;
  const others = sorted.slice(own.length);
  const series = own.map(({ title, steps }) => ({ title, counts: steps }));
  if (others.length === 0) return series;
  const counts = others.reduce<readonly number[]>(
    (sums, { steps }) => steps.map((count, at) => count + (sums[at] ?? 0)),
    [],
  );
  return [...series, { title: formatNumberOf(others.length, 'other type'), counts }];
}

function makeLegend(series: readonly ChartSeries[]): HTMLElement {
  const entries = series.map(({ title }, at) =>
    make(
      'li',
      {},
      make('span', { class: `swatch swatch-${at + 1}`, 'aria-hidden': 'true' }),
      makeIsolated(title),
    ),
  );
  return make('ul', { class: 'legend' }, ...entries);
}
