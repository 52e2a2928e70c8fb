/** One object's history: opened from its name in any table, closed by Escape or its button. */

import { makeChart } from './chart.js';
import type { PageData, PageObject } from './data.js';
import { make, makeIsolated } from './dom.js';
import { makeScroller, makeSortableTable } from './table.js';
import { formatChange, formatCount, formatDay, formatNumberOf, formatStep } from './words.js';

export type OpenObject = (object: PageObject) => void;

/** What an object is called: its label where it has one, and always its id. */
export function makeObjectName({ id, label }: PageObject): HTMLElement {
  if (label === null) return make('span', { class: 'object-id' }, makeIsolated(id));
  return make(
    'span',
    { class: 'object-label' },
    makeIsolated(label),
    ' ',
    make('small', {}, makeIsolated(id)),
  );
}

/** The name as a button that opens the history. */
export function makeObjectButton(object: PageObject, open: OpenObject): HTMLElement {
  const button = make('button', { type: 'button', class: 'object' }, makeObjectName(object));
  button.setAttribute('aria-haspopup', 'dialog');
  button.addEventListener('click', () => open(object));
  return button;
}

/** Adds the dialog to the page and returns what opens it. */
export function addObjectDialog(data: PageData, parent: HTMLElement): OpenObject {
  const dialog = make('dialog', { 'aria-labelledby': 'object-title' });
  parent.append(dialog);
  dialog.addEventListener('close', () => dialog.replaceChildren());
  // a click beside the dialog is a click on the dialog itself
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  return (object) => {
    dialog.replaceChildren(makeContent(data, object, () => dialog.close()));
    dialog.showModal();
  };
}

function makeContent({ report }: PageData, object: PageObject, close: () => void): HTMLElement {
  const { starts, step } = report;
  const closer = make('button', { type: 'button', class: 'plain' }, 'Close');
  closer.addEventListener('click', close);
  const best = findBest(object.steps);
  const bestStart = best === null ? undefined : starts[best];
  const facts: readonly (readonly [string, string])[] = [
    ['Hits', formatCount(object.hits)],
    [
      'Rank',
      object.rank === null
        ? ''
        : `${formatCount(object.rank)} of ${formatCount(object.type.report.objectCount)}`,
    ],
    ['Change', formatChange(object.hits, object.previousHits)],
    [
      `Best ${step}`,
      bestStart === undefined
        ? ''
        : `${formatStep(bestStart, step)}, ${formatCount(object.steps[best ?? 0] ?? 0)}`,
    ],
    ['First hit', formatDay(object.firstHitOn)],
    ['Last hit', formatDay(object.lastHitOn)],
  ];
  const rows = starts.map((start, at) => ({ start, count: object.steps[at] ?? 0 }));
  const table = makeSortableTable({
    caption: `Hits of each ${step}`,
    sortedBy: step,
    rows,
    columns: [
      {
        title: step,
        isHeader: true,
        toCell: ({ start }) => formatStep(start, step),
        toKey: ({ start }) => start,
      },
      {
        title: 'hits',
        look: 'number',
        toCell: ({ count }) => formatCount(count),
        toKey: ({ count }) => count,
        first: 'most',
      },
    ],
  });
  return make(
    'div',
    { class: 'dialog-content' },
    make(
      'header',
      {},
      make('h2', { id: 'object-title' }, makeObjectName(object)),
      make('p', { class: 'muted' }, makeIsolated(object.type.title)),
      closer,
    ),
    makeFacts(facts),
    makeChart({
      summary: `Chart of ${formatNumberOf(object.hits, 'hit')} by ${step}; the table below has the numbers.`,
      starts,
      step,
      series: [{ title: 'hits', counts: object.steps }],
      height: 220,
    }),
    make(
      'details',
      {},
      make('summary', {}, `Table of each ${step}`),
      makeScroller(table.element, `Hits of each ${step}`),
    ),
  );
}

/** Names and values; those without a value are left out. */
export function makeFacts(facts: readonly (readonly [name: string, value: string])[]): HTMLElement {
  const given = facts.filter(([, value]) => value !== '');
  return make(
    'dl',
    { class: 'facts' },
    ...given.map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))),
  );
}

/** Where the most hits are; the first of several, null where there are none. */
export function findBest(counts: readonly number[]): number | null {
  const most = Math.max(0, ...counts);
  return most === 0 ? null : counts.indexOf(most);
}
