/** Makes elements. Text only ever becomes text: nothing on the page is parsed as HTML. */
import { toVisibleText } from '../visible-text.js';

type Attributes = Readonly<Record<string, string | boolean>>;
export type Child = Node | string;

/** `false` leaves an attribute out, `true` sets it without a value. */
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

/** Text from a log, kept from reordering what stands around it. */
export function makeIsolated(text: string): HTMLElement {
  return make('bdi', {}, toVisibleText(text));
}
