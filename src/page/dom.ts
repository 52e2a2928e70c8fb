/** Makes elements. Text only ever becomes text: nothing on the page is parsed as HTML. */

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

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u2065\ufff0-\ufff8\u{e0000}-\u{e0fff}]/gu;

/** Shows controls, and characters that reorder or hide text, as the `\xhh` of their UTF-8 bytes, as the command line does. */
export function toVisibleText(text: string): string {
  return text.replace(INVISIBLE, (character) =>
    Array.from(new TextEncoder().encode(character), toEscape).join(''),
  );
}

function toEscape(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
