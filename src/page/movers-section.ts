/** The objects that gained most against the period before, and those first seen in this one; of all types together. */
import type { ReportData, UncountedSite } from '../report/report-shape.js';
import type { PageData, PageMover } from './data.js';
import { type Child, make, makeIsolated, makeSection } from './dom.js';
import { makeObjectCell, type OpenObject } from './object-dialog.js';
import { type Column, makeSortableTable } from './table.js';
import { formatChange, formatCount, formatDay, formatDays } from './words.js';

const ROWS = 15;

const HITS = toNumberColumn('hits', ({ hits }) => formatCount(hits));
const GAIN = toNumberColumn('gain', (mover) => `+${formatCount(toGain(mover))}`);
const CHANGE = toNumberColumn('change', ({ hits, previousHits }) => formatChange(hits, previousHits));
const FIRST_HIT: Column<PageMover> = {
  title: 'first hit',
  look: 'day',
  toCell: ({ object }) => object.firstHitOn ?? '',
};

/** A column that the table cannot be sorted by: its first rows are in an order of their own. */
function toNumberColumn(title: string, toCell: (mover: PageMover) => string): Column<PageMover> {
  return { title, look: 'number', toCell };
}

export function makeMoversSection(data: PageData, open: OpenObject): HTMLElement {
  const rising = data.types.flatMap((type) => type.rising).toSorted((a, b) => toGain(b) - toGain(a));
  const fresh = data.types.flatMap((type) => type.fresh).toSorted((a, b) => b.hits - a.hits);
  const { recent, beforeRecent } = data.report;
  const name: Column<PageMover> = {
    title: 'object',
    look: 'grow object-column',
    isHeader: true,
    toCell: ({ object }) => makeObjectCell(object, open),
  };
  const type: Column<PageMover> = {
    title: 'type',
    look: 'wide type-name',
    toCell: ({ object }) => makeIsolated(object.type.title),
  };
  const common = [name, ...(data.types.length > 1 ? [type] : []), HITS];
  return make(
    'div',
    { class: 'columns' },
    makeList({
      id: 'rising',
      title: 'Rising',
      text: beforeRecent === null ? '' : `${formatDays(recent)}, against ${formatDays(beforeRecent)}.`,
      notes: listUncounted(data.report).map((note) => [...note, ': what rises is not known.']),
      none: 'No object has more hits than before.',
      columns: [...common, GAIN, CHANGE],
      rows: rising,
    }),
    makeList({
      id: 'new',
      title: 'New',
      text: `${formatDays(recent)}.`,
      notes: listUncounted(data.report).map((note) => [...note, ': what is new is not known.']),
      none: 'No object was first seen in these days.',
      columns: [...common, FIRST_HIT],
      rows: fresh,
    }),
  );
}

/**
 * Makes a note for each site that cannot be compared: `Counted only since 5 April 2026`, or `Nothing was counted from 5 April
 * 2026 to 7 April 2026`, with the site if the page shows every site.
 */
export function listUncounted({ site, uncounted }: ReportData): readonly (readonly Child[])[] {
  return uncounted.map((each) => {
    const text = describeUncounted(each);
    if (site === null) return ['Site ', makeIsolated(each.site), `: ${text}`];
    return [text.charAt(0).toUpperCase() + text.slice(1)];
  });
}

function describeUncounted({ gap, countedSince }: UncountedSite): string {
  if (gap === null) return `counted only since ${formatDay(countedSince)}`;
  return `nothing was counted ${gap.since === gap.until ? 'on' : 'from'} ${formatDays(gap)}`;
}

function toGain({ hits, previousHits }: PageMover): number {
  return hits - previousHits;
}

function makeList(list: {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** Sites that the list leaves out, and why. */
  readonly notes: readonly (readonly Child[])[];
  /** Shown if there are neither rows nor notes. */
  readonly none: string;
  readonly columns: readonly Column<PageMover>[];
  readonly rows: readonly PageMover[];
}): HTMLElement {
  const { id, title, text, notes, none, columns, rows } = list;
  const table = makeSortableTable({ caption: `${title} objects`, columns, rows: rows.slice(0, ROWS) });
  return makeSection(
    id,
    title,
    make('p', { class: 'muted' }, text),
    ...notes.map((note) => make('p', {}, ...note)),
    ...(rows.length > 0 ? [table.element] : []),
    ...(rows.length === 0 && notes.length === 0 ? [make('p', {}, none)] : []),
  );
}
