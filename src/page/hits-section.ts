/** Hits of each day, week or month: the chart, and the table behind it. */
import type { ReportData } from '../report/report-shape.js';
import { type ChartOptions, type ChartSeries, MAX_SERIES, makeChart } from './chart.js';
import { recallCompared } from './choice.js';
import { type PageData, sum } from './data.js';
import { make, makeIsolated, makeSection } from './dom.js';
import { recall, remember } from './memory.js';
import { describePartial, findPartial } from './partial.js';
import { type Column, makeCountColumn, makeSortableTable } from './table.js';
import { formatCount, formatNumberOf, formatStep } from './words.js';

interface StepRow {
  readonly start: string;
  readonly counts: readonly number[];
  /** In the period before; null if it has no such step. */
  readonly before: number | null;
}

/** What a step without a count of its own has. */
const UNTOLD = '-';
const BEFORE = 'the period before';

/** Makes the section of the hits of all content types. */
export function makeHitsSection(data: PageData): HTMLElement {
  const series = listSeries(data);
  const title = `Hits a ${data.report.step}`;
  const before = recallCompared(data);
  return makeSection(
    'hits',
    title,
    ...(series.length > 1 || before !== null ? [makeLegend(series, before !== null)] : []),
    ...makeHistory(data.report, { title, total: 'all', series, before, height: 280 }),
  );
}

/** Makes a chart of each step, and a table of the same numbers, `title`, in which `total` is the column of the sums of `thing`s. */
export function makeHistory(
  report: ReportData,
  options: Pick<ChartOptions, 'series' | 'before' | 'height'> & {
    readonly title: string;
    readonly total: string;
    /** `hit` if it is missing. */
    readonly thing?: string;
  },
): readonly HTMLElement[] {
  const { starts, step } = report;
  const { title, total, series, before, height, thing = 'hit' } = options;
  const partial = findPartial(report);
  const rows = starts.map((start, at): StepRow => {
    return { start, counts: series.map(({ counts }) => counts[at] ?? 0), before: before?.[at] ?? null };
  });
  const columns: readonly Column<StepRow>[] = [
    {
      title: step,
      isHeader: true,
      toCell: ({ start }) => `${formatStep(start, step)}${partial.has(start) ? ', not all of it' : ''}`,
      toKey: ({ start }) => start,
    },
    makeCountColumn(total, ({ counts }) => sum(counts)),
    ...(series.length > 1 ? series : []).map((each, at) =>
      makeCountColumn<StepRow>(each.title, ({ counts }) => counts[at] ?? 0),
    ),
    ...(before === null ? [] : [makeBeforeColumn()]),
  ];
  const makeTable = () => makeSortableTable({ caption: title, columns, rows, sortedBy: step }).element;
  const hits = formatNumberOf(sum(rows.flatMap(({ counts }) => counts)), thing);
  const summary = `Chart of ${hits} by ${step}; the table below has the numbers.`;
  const note = describePartial(partial, report);
  return [
    makeChart({ summary, starts, step, series, before, partial, height }),
    ...(note === null ? [] : [make('p', { class: 'muted' }, note)]),
    makeDetails(title, `Table of each ${step}`, makeTable),
  ];
}

function makeBeforeColumn(): Column<StepRow> {
  return {
    title: BEFORE,
    look: 'number',
    toCell: ({ before }) => (before === null ? UNTOLD : formatCount(before)),
    toKey: ({ before }) => before ?? -1,
    first: 'most',
  };
}

/** Makes a part that the reader opens, and what is in it only then. @param place what its state is remembered by */
function makeDetails(place: string, title: string, makeContent: () => HTMLElement): HTMLElement {
  const summary = make('summary', {}, title);
  const details = make('details', {}, summary);
  const fill = () => {
    if (details.childElementCount === 1) details.append(makeContent());
  };
  details.open = recall(place).isOpen === true;
  if (details.open) fill();
  summary.addEventListener('click', fill);
  details.addEventListener('toggle', () => {
    if (details.open) fill();
    remember(place, { isOpen: details.open });
  });
  return details;
}

/** Lists the types with the most hits, and the others together, so that each has a colour of its own. */
function listSeries({ report, types }: PageData): readonly ChartSeries[] {
  const own = types.length > MAX_SERIES ? types.slice(0, MAX_SERIES - 1) : types;
  const others = types.slice(own.length);
  const series = own.map(({ title, steps }) => ({ title, counts: steps }));
  if (others.length === 0) return series;
  const counts = report.starts.map((_, at) => sum(others.map(({ steps }) => steps[at] ?? 0)));
  return [...series, { title: formatNumberOf(others.length, 'other type'), counts }];
}

/** Lists what the colours of a chart stand for. @param isCompared whether the period before is drawn as a line */
export function makeLegend(series: readonly ChartSeries[], isCompared = false): HTMLElement {
  const titles = [
    ...series.map(({ title }, at) => [title, `swatch swatch-${at + 1}`] as const),
    ...(isCompared ? [[BEFORE, 'swatch swatch-before'] as const] : []),
  ];
  const entries = titles.map(([title, look]) =>
    make('li', {}, make('span', { class: look, 'aria-hidden': 'true' }), makeIsolated(title)),
  );
  return make('ul', { class: 'legend' }, ...entries);
}
