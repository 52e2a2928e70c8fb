/** The objects with the most hits: one search for all of them, a table for each type. */
import { toVisibleText } from '../visible-text.js';
import type { PageData, PageObject, PageType } from './data.js';
import { type Child, make, makeIsolated, makeSection } from './dom.js';
import { recall, remember } from './memory.js';
import { makeObjectButton, type OpenObject } from './object-dialog.js';
import { makeShare } from './share.js';
import { makeSparkline } from './sparkline.js';
import { type Column, makeCountColumn, makeSortableTable } from './table.js';
import { formatChange, formatCount, formatNumberOf } from './words.js';

/** Rows of each type before somebody asks for more. */
const FIRST_ROWS = 10;

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
    ...views.map((view) => view.element),
  );
}

function makeTypeView(type: PageType, at: number, open: OpenObject): TypeView {
  const table = makeSortableTable({
    caption: `${toVisibleText(type.title)}: objects with the most hits`,
    name: `Objects of ${toVisibleText(type.title)}`,
    columns: listColumns(type, open),
    rows: type.top,
    sortedBy: 'rank',
  });
  const all = `Show all ${formatCount(type.top.length)}`;
  const more = make('button', { type: 'button', class: 'plain more' }, all);
  const empty = make('p', { class: 'muted' }, 'Nothing found.');
  const texts = new Map(type.top.map((object) => [object, toSearchText(object)]));
  let limit = recall(type.title).showsAll ? type.top.length : FIRST_ROWS;
  let searched: readonly string[] = [];
  const update = () => {
    const isSearch = searched.length > 0;
    const hasWords = (object: PageObject) => searched.every((word) => texts.get(object)?.includes(word));
    const found = table.show(hasWords, isSearch ? texts.size : limit);
    more.hidden = isSearch || limit >= texts.size;
    empty.hidden = found > 0;
    return found;
  };
  more.addEventListener('click', () => {
    limit = type.top.length;
    remember(type.title, { showsAll: true });
    update();
    // the button is gone: the focus goes to the first row that it brought
    table.element.querySelectorAll<HTMLElement>('button.object')[FIRST_ROWS]?.focus();
  });
  update();
  return {
    element: makeTypeSection(type, at, [table.element, empty, more]),
    search(words) {
      searched = words;
      return update();
    },
  };
}

function makeTypeSection({ report, title }: PageType, at: number, content: readonly Child[]): HTMLElement {
  const id = `type-${at + 1}`;
  const summary = `${formatNumberOf(report.hits, 'hit')} of ${formatNumberOf(report.objectCount, 'object')}`;
  return make(
    'section',
    { 'aria-labelledby': id, class: 'type' },
    make('h3', { id }, makeIsolated(title)),
    make('p', { class: 'muted' }, summary),
    ...content,
  );
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
      look: 'grow',
      isHeader: true,
      toCell: (object) => makeObjectButton(object, open),
      toKey: ({ id, label }) => label ?? id,
    },
    makeCountColumn('hits', ({ hits }) => hits),
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
    { title: 'history', look: 'wide', toCell: ({ steps }) => makeSparkline(steps) },
    makeDayColumn('first hit', ({ firstHitOn }) => firstHitOn),
    makeDayColumn('last hit', ({ lastHitOn }) => lastHitOn),
  ];
  return type.report.previousHits === null ? columns.filter(({ title }) => title !== 'change') : columns;
}

function makeDayColumn(title: string, toDay: (object: PageObject) => string): Column<PageObject> {
  return { title, look: 'wide day', toCell: toDay, toKey: toDay };
}
