/** Hits of each day, week or month: the chart, and the table behind it. */
import type { ReportData } from '../report/report-shape.js';
import { type ChartOptions, type ChartSeries, MAX_SERIES, makeChart } from './chart.js';
import { type PageData, sum } from './data.js';
import { make, makeIsolated, makeSection } from './dom.js';
import { recall, remember } from './memory.js';
import { type Column, makeCountColumn, makeSortableTable } from './table.js';
import { formatNumberOf, formatStep } from './words.js';

interface StepRow {
  readonly start: string;
  readonly counts: readonly number[];
}

/** Makes the section of the hits of all content types. */
export function makeHitsSection(data: PageData): HTMLElement {
  const series = listSeries(data);
  const title = `Hits a ${data.report.step}`;
  return makeSection(
    'hits',
    title,
    ...(series.length > 1 ? [makeLegend(series)] : []),
    ...makeHistory(data.report, { title, total: 'all', series, height: 280 }),
  );
}

/** Makes a chart of each step, and a table of the same numbers, `title`, in which `total` is the column of the sums of `thing`s. */
export function makeHistory(
  { starts, step }: Pick<ReportData, 'starts' | 'step'>,
  options: Pick<ChartOptions, 'series' | 'height'> & {
    readonly title: string;
    readonly total: string;
    /** `hit` if it is missing. */
    readonly thing?: string;
  },
): readonly HTMLElement[] {
  const { title, total, series, height, thing = 'hit' } = options;
  const rows = starts.map((start, at): StepRow => {
    return { start, counts: series.map(({ counts }) => counts[at] ?? 0) };
  });
  const columns: readonly Column<StepRow>[] = [
    {
      title: step,
      isHeader: true,
      toCell: ({ start }) => formatStep(start, step),
      toKey: ({ start }) => start,
    },
    makeCountColumn(total, ({ counts }) => sum(counts)),
    ...(series.length > 1 ? series : []).map((each, at) =>
      makeCountColumn<StepRow>(each.title, ({ counts }) => counts[at] ?? 0),
    ),
  ];
  const table = makeSortableTable({ caption: title, columns, rows, sortedBy: step });
  const hits = formatNumberOf(sum(rows.flatMap(({ counts }) => counts)), thing);
  const summary = `Chart of ${hits} by ${step}; the table below has the numbers.`;
  return [
    makeChart({ summary, starts, step, series, height }),
    makeDetails(title, `Table of each ${step}`, table.element),
  ];
}

/** Makes a part that the reader opens. @param place what its state is remembered by */
function makeDetails(place: string, title: string, content: HTMLElement): HTMLElement {
  const details = make('details', {}, make('summary', {}, title), content);
  details.open = recall(place).isOpen === true;
  details.addEventListener('toggle', () => remember(place, { isOpen: details.open }));
  return details;
}

/** Lists the types with the most hits, and the others together, so that each has a colour of its own. */
function listSeries({ report, types }: PageData): readonly ChartSeries[] {
  const sorted = types.toSorted((a, b) => b.report.hits - a.report.hits);
  const own = sorted.length > MAX_SERIES ? sorted.slice(0, MAX_SERIES - 1) : sorted;
  const others = sorted.slice(own.length);
  const series = own.map(({ title, steps }) => ({ title, counts: steps }));
  if (others.length === 0) return series;
  const counts = report.starts.map((_, at) => sum(others.map(({ steps }) => steps[at] ?? 0)));
  return [...series, { title: formatNumberOf(others.length, 'other type'), counts }];
}

/** Lists what the colours of a chart stand for. */
export function makeLegend(series: readonly ChartSeries[]): HTMLElement {
  const entries = series.map(({ title }, at) => {
    const swatch = make('span', { class: `swatch swatch-${at + 1}`, 'aria-hidden': 'true' });
    return make('li', {}, swatch, makeIsolated(title));
  });
  return make('ul', { class: 'legend' }, ...entries);
}
