/** One object's details and history: a click in any table opens them; Escape or their button closes them. */
import { toVisibleText } from '../visible-text.js';
import { findBest, type PageData, type PageObject } from './data.js';
import { make, makeFacts, makeIsolated, makeLongText } from './dom.js';
import { makeHistory } from './hits-section.js';
import { forget } from './memory.js';
import { holdFocus } from './place.js';
import { formatBest, formatChange, formatCount, formatDay } from './words.js';

export type OpenObject = (object: PageObject) => void;

/** Makes what an object is called: its label if it has one, and always its id. */
function makeObjectName({ id, label }: PageObject): HTMLElement {
  if (label === null) return make('span', { class: 'object-id' }, makeLongText(id));
  const small = make('small', {}, makeLongText(id));
  return make('span', { class: 'object-label' }, makeIsolated(label), ' ', small);
}

/** Makes the name of an object in a row: a link to the site's own page with a button for the details beside it, or the button alone. */
export function makeObjectCell(object: PageObject, open: OpenObject): HTMLElement {
  const { url, label, id } = object;
  const name = makeObjectName(object);
  const title = [label ?? [], id].flat().map(toVisibleText).join(' ');
  const button = make('button', { type: 'button', 'aria-haspopup': 'dialog' });
  button.addEventListener('click', () => open(object));
  if (url === null) {
    button.className = 'object';
    // what is shortened for the eye stays one word for a screen reader
    button.setAttribute('aria-label', title);
    button.append(name);
    return button;
  }
  button.className = 'plain details';
  button.setAttribute('aria-label', `Details of ${toVisibleText(label ?? id)}`);
  button.append('details');
  const link = make('a', { class: 'object', href: url, rel: 'noreferrer', 'aria-label': title }, name);
  return make('span', { class: 'object-cell' }, link, button);
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
  return [...(type?.top ?? []), ...movers, ...(type?.rest ?? [])].find(({ id }) => id === known.id);
}

function toTitle({ step }: PageData['report']): string {
  return `Hits of each ${step}`;
}

function makeContent({ report }: PageData, object: PageObject, close: () => void): HTMLElement {
  const { starts, step } = report;
  const closer = make('button', { type: 'button', class: 'plain' }, 'Close');
  closer.addEventListener('click', close);
  const { type, url, steps, firstHitOn, lastHitOn } = object;
  const rank = object.rank === null ? null : formatCount(object.rank);
  const best = steps === null ? null : findBest(starts, steps);
  const link =
    url === null ? [] : [make('p', {}, make('a', { href: url, rel: 'noreferrer' }, 'Open its page'))];
  return make(
    'div',
    { class: 'dialog-content' },
    make(
      'header',
      {},
      make('h2', { id: 'object-title' }, makeObjectName(object)),
      make('p', { class: 'muted' }, makeIsolated(type.title)),
      closer,
    ),
    ...link,
    makeFacts([
      ['Hits', formatCount(object.hits)],
      ['Rank', rank === null ? '' : `${rank} of ${formatCount(type.report.objectCount)}`],
      ['Change', formatChange(object.hits, object.previousHits)],
      [`Best ${step}`, formatBest(best, step)],
      ['First hit', firstHitOn === null ? '' : formatDay(firstHitOn)],
      ['Last hit', lastHitOn === null ? '' : formatDay(lastHitOn)],
    ]),
    ...(steps === null
      ? [
          make(
            'p',
            { class: 'muted' },
            `This page has no history of the objects after the first ${formatCount(type.top.length)}.`,
          ),
        ]
      : makeHistory(report, {
          title: toTitle(report),
          total: 'hits',
          series: [{ title: 'hits', counts: steps }],
          before: null,
          height: 220,
        })),
  );
}
