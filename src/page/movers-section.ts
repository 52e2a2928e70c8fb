/** What gained most against the period before, and what was first seen in this one; of all types together. */
import type { PageData, PageObject } from './data.js';
import { make, makeIsolated } from './dom.js';
import { makeObjectButton, type OpenObject } from './object-dialog.js';
import { type Column, makeScroller, makeSortableTable } from './table.js';
import { formatChange, formatCount, formatDay } from './words.js';

const ROWS = 15;

export function makeMoversSection(data: PageData, open: OpenObject): HTMLElement {
  const rising = data.types.flatMap((type) => type.rising).toSorted((a, b) => toGain(b) - toGain(a));
  const fresh = data.types.flatMap((type) => type.fresh).toSorted((a, b) => b.hits - a.hits);
  const { previous } = data.report;
  const hasTypes = data.types.length > 1;
  const name: Column<PageObject> = {
    title: 'object',
    isHeader: true,
    toCell: (object) => makeObjectButton(object, open),
  };
  const type: Column<PageObject> = {
    title: 'type',
    look: 'wide type-name',
    toCell: (object) => makeIsolated(object.type.title),
  };
  const hits: Column<PageObject> = {
    title: 'hits',
    look: 'number',
    toCell: (object) => formatCount(object.hits),
  };
  const gain: Column<PageObject> = {
    title: 'gain',
    look: 'number',
    toCell: (object) => `+${formatCount(toGain(object))}`,
  };
  const change: Column<PageObject> = {
    title: 'change',
    look: 'number',
    toCell: (object) => formatChange(object.hits, object.previousHits),
  };
  const firstDay: Column<PageObject> = {
    title: 'first hit',
    look: 'day',
    toCell: (object) => object.firstHitOn,
  };
  const types = hasTypes ? [type] : [];
  return make(
    'div',
    { class: 'columns' },
    makeList({
      id: 'rising',
      title: 'Rising',
      text:
        previous === null
          ? 'There is no earlier period to compare with.'
          : `Against ${formatDay(previous.since)} to ${formatDay(previous.until)}.`,
      none: previous === null ? '' : 'No object has more hits than before.',
      columns: [name, ...types, hits, gain, change],
      rows: rising,
    }),
    makeList({
      id: 'new',
      title: 'New',
      text: 'First seen in this period.',
      none: 'No object was first seen in this period.',
      columns: [name, ...types, hits, firstDay],
      rows: fresh,
    }),
  );
}

function toGain({ hits, previousHits }: PageObject): number {
  return hits - (previousHits ?? 0);
}

function makeList(list: {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly none: string;
  readonly columns: readonly Column<PageObject>[];
  readonly rows: readonly PageObject[];
}): HTMLElement {
  const { id, title, text, none, columns, rows } = list;
  const table = makeSortableTable({ caption: `${title} objects`, columns, rows: rows.slice(0, ROWS) });
  return make(
    'section',
    { 'aria-labelledby': id },
    make('h2', { id }, title),
    make('p', { class: 'muted' }, text),
    ...(rows.length > 0
      ? [makeScroller(table.element, `${title} objects`)]
      : none === ''
        ? []
        : [make('p', {}, none)]),
  );
}
