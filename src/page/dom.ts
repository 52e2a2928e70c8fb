/** Makes elements. Text stays text: nothing on the page is parsed as HTML. */
import { toVisibleText } from '../visible-text.js';

type Attributes = Readonly<Record<string, string | boolean>>;
export type Child = Node | string;

/** Makes an element; `false` leaves an attribute out, `true` sets it without a value. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

export function makeSvg(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** Makes a picture beside numbers that say the same, so that screen readers pass over it. */
export function makePicture(look: string, viewBox: string, shape: SVGElement): SVGElement {
  const picture = makeSvg('svg', { class: look, viewBox, 'aria-hidden': 'true', focusable: 'false' });
  picture.append(shape);
  return picture;
}

/** Makes a section with a heading, which names it. */
export function makeSection(id: string, title: string, ...children: readonly Child[]): HTMLElement {
  return make('section', { 'aria-labelledby': id }, make('h2', { id }, title), ...children);
}

/** Makes a list of names and values; those without a value are left out. */
export function makeFacts(facts: readonly (readonly [name: string, value: string])[]): HTMLElement {
  const given = facts.filter(([, value]) => value !== '');
  return make(
    'dl',
    { class: 'facts' },
    ...given.map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))),
  );
}

/** Characters at the end of a long text, which a narrow place keeps in sight. */
const END = 8;

/** The same of a text that a narrow place shortens in the middle: a slug's end tells it apart. All of it is there, to be copied and found. */
export function makeLongText(text: string): HTMLElement {
  const characters = [...toVisibleText(text)];
  if (characters.length <= 3 * END) return makeIsolated(text);
  const start = make('span', { class: 'long-start' }, characters.slice(0, -END).join(''));
  return make('bdi', {}, start, characters.slice(-END).join(''));
}

/** Makes an element of text from a log, which cannot reorder the text around it. */
export function makeIsolated(text: string): HTMLElement {
  return make('bdi', {}, toVisibleText(text));
}
