/** One object's history: a click on its name in any table opens it; Escape or its button closes it. */
import { findBest, type PageData, type PageObject } from './data.js';
import { make, makeFacts, makeIsolated } from './dom.js';
import { makeHistory } from './hits-section.js';
import { forget } from './memory.js';
import { holdFocus } from './place.js';
import { formatChange, formatCount, formatDay, formatStep } from './words.js';

export type OpenObject = (object: PageObject) => void;

/** Makes what an object is called: its label if it has one, and always its id. */
function makeObjectName({ id, label }: PageObject): HTMLElement {
  if (label === null) return make('span', { class: 'object-id' }, makeIsolated(id));
  const small = make('small', {}, makeIsolated(id));
  return make('span', { class: 'object-label' }, makeIsolated(label), ' ', small);
}

/** Makes the name of an object as a button that opens its history. */
export function makeObjectButton(object: PageObject, open: OpenObject): HTMLElement {
  const button = make('button', { type: 'button', class: 'object' }, makeObjectName(object));
  button.setAttribute('aria-haspopup', 'dialog');
  button.addEventListener('click', () => open(object));
  return button;
}

/** The object whose history is open, by what it is known by in other data, and what the focus goes back to; null if none is. */
let opened: { readonly type: string; readonly id: string; readonly restoreFocus: () => void } | null = null;

/** Adds the dialog to the page. @returns what opens it; and what opens it anew, if it was open in the page before this one */
export function addObjectDialog(
  data: PageData,
  parent: HTMLElement,
): { readonly open: OpenObject; readonly reopen: () => void } {
  const dialog = make('dialog', { 'aria-labelledby': 'object-title' });
  parent.append(dialog);
  dialog.addEventListener('close', () => {
    opened = null;
    forget(toTitle(data.report));
    dialog.replaceChildren();
  });
  // a click beside the dialog is a click on the dialog itself
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  const show = (object: PageObject) => {
    dialog.replaceChildren(makeContent(data, object, () => dialog.close()));
    dialog.showModal();
  };
  return {
    open(object) {
      opened = { type: object.type.title, id: object.id, restoreFocus: holdFocus() };
      show(object);
    },
    reopen() {
      const object = opened === null ? undefined : findObject(data, opened);
      // a dialog gives the focus back to what had it when it was opened
      opened?.restoreFocus();
      if (object === undefined) opened = null;
      else show(object);
    },
  };
}

function findObject(
  { types }: PageData,
  known: { readonly type: string; readonly id: string },
): PageObject | undefined {
  const type = types.find(({ title }) => title === known.type);
  const movers = [...(type?.rising ?? []), ...(type?.fresh ?? [])].map(({ object }) => object);
  return [...(type?.top ?? []), ...movers].find(({ id }) => id === known.id);
}

function toTitle({ step }: PageData['report']): string {
  return `Hits of each ${step}`;
}

function makeContent({ report }: PageData, object: PageObject, close: () => void): HTMLElement {
  const { starts, step } = report;
  const closer = make('button', { type: 'button', class: 'plain' }, 'Close');
  closer.addEventListener('click', close);
  const rank = object.rank === null ? null : formatCount(object.rank);
  const best = findBest(starts, object.steps);
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
    makeFacts([
      ['Hits', formatCount(object.hits)],
      ['Rank', rank === null ? '' : `${rank} of ${formatCount(object.type.report.objectCount)}`],
      ['Change', formatChange(object.hits, object.previousHits)],
      [`Best ${step}`, best === null ? '' : `${formatStep(best.start, step)}, ${formatCount(best.hits)}`],
      ['First hit', formatDay(object.firstHitOn)],
      ['Last hit', formatDay(object.lastHitOn)],
    ]),
    ...makeHistory(report, {
      title: toTitle(report),
      total: 'hits',
      series: [{ title: 'hits', counts: object.steps }],
      height: 220,
    }),
  );
}
