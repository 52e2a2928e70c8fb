/** The objects with the most hits: one search for all of them, a table for each type. */
import { toVisibleText } from '../visible-text.js';
import type { PageData, PageObject, PageType } from './data.js';
import { type Child, make, makeIsolated, makeSection } from './dom.js';
import { recall, remember } from './memory.js';
import { makeObjectCell, type OpenObject } from './object-dialog.js';
import { makeShare } from './share.js';
import { makeSparkline } from './sparkline.js';
import { findCut } from './spike.js';
import { type Column, makeCountColumn, makeSortableTable } from './table.js';
import { formatChange, formatCount, formatNumberOf, formatShare } from './words.js';

/** Rows of each type before somebody asks for more. */
const FIRST_ROWS = 10;

const SPIKE_NOTE = 'A triangle in a history marks a spike that is cut, so that the other days can be seen.';

/** What the page does not know of an object that only search finds. */
const UNTOLD = '-';

interface TypeView {
  readonly element: HTMLElement;
  /** Shows the rows that have all words, and returns how many these are; without words it shows all. */
  search(words: readonly string[]): number;
}

export function makeObjectsSection(data: PageData, open: OpenObject): HTMLElement {
  const views = data.types.map((type, at) => makeTypeView(type, at, open));
  const status = make('p', { class: 'status', role: 'status' });
  const input = make('input', { type: 'search', id: 'search', autocomplete: 'off', spellcheck: 'false' });
  const search = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = views.reduce((sum, view) => sum + view.search(words), 0);
    status.textContent = words.length === 0 ? '' : `${formatNumberOf(found, 'object')} found`;
  };
  input.addEventListener('input', () => {
    remember(input.id, { search: input.value });
    search();
  });
  input.value = recall(input.id).search ?? '';
  search();
  const label = make('label', { for: 'search' }, 'Search objects');
  return makeSection(
    'objects',
    'Objects',
    make('div', { class: 'search', role: 'search' }, label, input, status),
    ...(hasSpike(data) ? [make('p', { class: 'muted' }, SPIKE_NOTE)] : []),
    ...views.map((view) => view.element),
  );
}

function hasSpike({ types }: PageData): boolean {
  return types.some(({ top }) => top.some(({ steps }) => steps !== null && findCut(steps) !== null));
}

function makeTypeView(type: PageType, at: number, open: OpenObject): TypeView {
  const all = [...type.top, ...type.rest];
  const table = makeSortableTable({
    caption: `${toVisibleText(type.title)}: objects with the most hits`,
    name: `Objects of ${toVisibleText(type.title)}`,
    columns: listColumns(type, open),
    rows: all,
    limit: 0,
    sortedBy: 'rank',
  });
  const showAll = `Show all ${formatCount(type.top.length)}`;
  const more = make('button', { type: 'button', class: 'plain more' }, showAll);
  const paper = make('p', { class: 'muted paper' });
  const empty = make('p', { class: 'muted' }, 'Nothing found.');
  // made at the first search
  let texts: ReadonlyMap<PageObject, string> | null = null;
  let limit = recall(type.title).showsAll ? type.top.length : FIRST_ROWS;
  let searched: readonly string[] = [];
  const update = () => {
    const isSearch = searched.length > 0;
    if (isSearch) texts ??= new Map(all.map((object) => [object, toSearchText(object)]));
    const isShown = (object: PageObject) =>
      isSearch ? searched.every((word) => texts?.get(object)?.includes(word)) : object.steps !== null;
    const found = table.show(isShown, isSearch ? all.length : limit);
    more.hidden = isSearch || limit >= type.top.length;
    paper.textContent = isSearch
      ? `${formatCount(found)} of ${formatNumberOf(type.report.objectCount, 'object')}: what was searched for is “${searched.join(' ')}”.`
      : describeRows(type, Math.min(limit, type.top.length));
    empty.hidden = found > 0;
    return found;
  };
  more.addEventListener('click', () => {
    limit = type.top.length;
    remember(type.title, { showsAll: true });
    update();
    // the button is gone: the focus goes to the first row that it brought
    table.element.querySelectorAll<HTMLElement>('.object')[FIRST_ROWS]?.focus();
  });
  return {
    element: makeTypeSection(type, at, [paper, table.element, empty, more]),
    search(words) {
      searched = words;
      return update();
    },
  };
}

function makeTypeSection(type: PageType, at: number, content: readonly Child[]): HTMLElement {
  const id = `type-${at + 1}`;
  const { title } = type;
  return make(
    'section',
    { 'aria-labelledby': id, class: 'type' },
    make('h3', { id }, makeIsolated(title)),
    make('p', { class: 'muted screen' }, describeType(type)),
    ...content,
  );
}

/** The same for paper, which cannot be searched: `1,234 hits. The first 10 of 309 objects, by hits.` */
function describeRows(type: PageType, rows: number): string {
  const { hits, objectCount } = type.report;
  if (rows >= objectCount) return describeType(type);
  const objects = formatNumberOf(objectCount, 'object');
  return `${formatNumberOf(hits, 'hit')}. The first ${formatCount(rows)} of ${objects}, by hits.`;
}

/** `1,234 hits of 56 objects`, or `1,234 hits. 200 of 309 objects, by hits; the others by search.` */
function describeType({ report, top, rest }: PageType): string {
  const hits = formatNumberOf(report.hits, 'hit');
  const objects = formatNumberOf(report.objectCount, 'object');
  const others = report.objectCount - top.length;
  if (others <= 0) return `${hits} of ${objects}`;
  const found = rest.length >= others ? 'the others' : `the next ${formatCount(rest.length)}`;
  const search = rest.length === 0 ? '' : `; ${found} by search`;
  return `${hits}. ${formatCount(top.length)} of ${objects}, by hits${search}.`;
}

/** Makes the text that is searched: that which is shown, so that an escape can be found too. */
function toSearchText({ id, label }: PageObject): string {
  return `${toVisibleText(id)}\n${label === null ? '' : toVisibleText(label)}`.toLowerCase();
}

function listColumns(type: PageType, open: OpenObject): readonly Column<PageObject>[] {
  const mostHits = Math.max(1, ...type.top.map((object) => object.hits));
  const columns: readonly Column<PageObject>[] = [
    { ...makeCountColumn('rank', ({ rank }) => rank ?? 0), first: 'least' },
    {
      title: 'object',
      look: 'grow object-column',
      isHeader: true,
      toCell: (object) => makeObjectCell(object, open),
      toKey: ({ id, label }) => label ?? id,
    },
    {
      ...makeCountColumn<PageObject>('hits', ({ hits }) => hits),
      toCell: ({ hits }) => {
        const share = make('small', { class: 'narrow' }, formatShare(hits / type.report.hits));
        return make('span', {}, formatCount(hits), share);
      },
    },
    {
      title: 'share',
      look: 'number wide',
      toCell: ({ hits }) => makeShare(hits / type.report.hits, hits / mostHits),
    },
    {
      title: 'change',
      look: 'number',
      toCell: ({ hits, previousHits }) => formatChange(hits, previousHits),
      toKey: ({ hits, previousHits }) => hits / (previousHits ?? 0),
      first: 'most',
    },
    { title: 'history', toCell: ({ steps }) => (steps === null ? UNTOLD : makeSparkline(steps)) },
    makeDayColumn('first hit', ({ firstHitOn }) => firstHitOn),
    makeDayColumn('last hit', ({ lastHitOn }) => lastHitOn),
  ];
  return type.report.previousHits === null ? columns.filter(({ title }) => title !== 'change') : columns;
}

function makeDayColumn(title: string, toDay: (object: PageObject) => string | null): Column<PageObject> {
  const toCell = (object: PageObject) => toDay(object) ?? UNTOLD;
  return { title, look: 'wide day', toCell, toKey: toCell };
}
