/** What gained most against the period before, and what was first seen in this one; of all types together. */
import type { ReportData, ReportPeriod, UncountedSite } from '../report/report-shape.js';
import type { PageData, PageMover } from './data.js';
import { type Child, make, makeIsolated } from './dom.js';
import { makeObjectButton, type OpenObject } from './object-dialog.js';
import { type Column, makeScroller, makeSortableTable } from './table.js';
import { formatChange, formatCount, formatDay, formatDays } from './words.js';

const ROWS = 15;

export function makeMoversSection(data: PageData, open: OpenObject): HTMLElement {
  const rising = data.types.flatMap((type) => type.rising).toSorted((a, b) => toGain(b) - toGain(a));
  const fresh = data.types.flatMap((type) => type.fresh).toSorted((a, b) => b.hits - a.hits);
  const { recent, beforeRecent } = data.report;
  const hasTypes = data.types.length > 1;
  const name: Column<PageMover> = {
    title: 'object',
    look: 'grow',
    isHeader: true,
    toCell: ({ object }) => makeObjectButton(object, open),
  };
  const type: Column<PageMover> = {
    title: 'type',
    look: 'wide type-name',
    toCell: ({ object }) => makeIsolated(object.type.title),
  };
  const hits: Column<PageMover> = {
    title: 'hits',
    look: 'number',
    toCell: ({ hits }) => formatCount(hits),
  };
  const gain: Column<PageMover> = {
    title: 'gain',
    look: 'number',
    toCell: (mover) => `+${formatCount(toGain(mover))}`,
  };
  const change: Column<PageMover> = {
    title: 'change',
    look: 'number',
    toCell: ({ hits, previousHits }) => formatChange(hits, previousHits),
  };
  const firstDay: Column<PageMover> = {
    title: 'first hit',
    look: 'day',
    toCell: ({ object }) => object.firstHitOn,
  };
  const types = hasTypes ? [type] : [];
  return make(
    'div',
    { class: 'columns' },
    makeList({
      id: 'rising',
      title: 'Rising',
      text: beforeRecent === null ? '' : `${formatDays(recent)}, against ${formatDays(beforeRecent)}.`,
      notes: listUncounted(data.report).map((note) => [...note, ': what rises is not known.']),
      none: 'No object has more hits than before.',
      columns: [name, ...types, hits, gain, change],
      rows: rising,
    }),
    makeList({
      id: 'new',
      title: 'New',
      text: `${formatDays(recent)}.`,
      notes: listUncounted(data.report).map((note) => [...note, ': what is new is not known.']),
      none: 'No object was first seen in these days.',
      columns: [name, ...types, hits, firstDay],
      rows: fresh,
    }),
  );
}

/**
 * `Counted only since 5 April 2026`, or `Nothing was counted from 5 April 2026 to 7 April 2026`, with the site where the page
 * tells of every site; one for each site, of new elements each time.
 */
export function listUncounted({ site, uncounted }: ReportData): readonly (readonly Child[])[] {
  return uncounted.map((each) => {
    const [first, rest] = each.gap === null ? ['c', describeBeginning(each)] : ['n', describeGap(each.gap)];
    return site === null
      ? ['Site ', makeIsolated(each.site), `: ${first}${rest}`]
      : [`${first.toUpperCase()}${rest}`];
  });
}

function describeBeginning({ countedSince }: UncountedSite): string {
  return `ounted only since ${formatDay(countedSince)}`;
}

function describeGap(gap: ReportPeriod): string {
  return `othing was counted ${gap.since === gap.until ? 'on' : 'from'} ${formatDays(gap)}`;
}

function toGain({ hits, previousHits }: PageMover): number {
  return hits - previousHits;
}

function makeList(list: {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** What cannot be in the list; where there are any, `none` is not said. */
  readonly notes: readonly (readonly Child[])[];
  readonly none: string;
  readonly columns: readonly Column<PageMover>[];
  readonly rows: readonly PageMover[];
}): HTMLElement {
  const { id, title, text, notes, none, columns, rows } = list;
  const table = makeSortableTable({ caption: `${title} objects`, columns, rows: rows.slice(0, ROWS) });
  return make(
    'section',
    { 'aria-labelledby': id },
    make('h2', { id }, title),
    make('p', { class: 'muted' }, text),
    ...notes.map((note) => make('p', {}, ...note)),
    ...(rows.length > 0 ? [makeScroller(table.element, `${title} objects`)] : []),
    ...(rows.length === 0 && notes.length === 0 ? [make('p', {}, none)] : []),
  );
}
