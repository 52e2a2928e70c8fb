/** What a person searched for before the request, as the result pages of search engines tell in the referrer. */
import { toVisibleText } from '../visible-text.js';
import { cutText, decodePercent } from './percent.js';
import { splitReferrer } from './referrer.js';
import { findSearchEngine } from './search-engines.js';

export interface SearchTerms {
  /** `Google`, `DuckDuckGo` */
  readonly engine: string;
  /** Lower case, words separated by one space; bytes that are not UTF-8 and invisible characters as `\xhh`. */
  readonly terms: string;
}

/** Bound of the terms, in characters; longer ones are cut. */
export const MAX_TERMS_CHARACTERS = 256;

/** Characters of a referrer that are looked at, as many as servers take of a header. */
const MAX_CHARACTERS = 8_192;

/** Encoded characters that are decoded at most: 12 for a character of four bytes. */
const MAX_ENCODED_CHARACTERS = 12 * MAX_TERMS_CHARACTERS;

/** Google's page that leads on to a result has the result's address in the parameter of the terms. */
const ADDRESS = /^(?:https?:\/\/|www\.)/;

/** @returns null if it is no search engine's page, or if the engine did not say what was searched for */
export function findSearchTerms(referrer: string): SearchTerms | null {
  const text = referrer.slice(0, MAX_CHARACTERS);
  const query = text.indexOf('?');
  const split = query === -1 ? null : splitReferrer(text);
  const engine = split && findSearchEngine(split.host);
  if (split === null || engine === null) return null;
  const parameters = readParameters(text, query + 1);
  for (const name of engine.parameters) {
    const terms = toTerms(parameters.get(name) ?? '');
    if (terms !== '' && !ADDRESS.test(terms)) return { engine: engine.name, terms };
  }
  return null;
}

/** The parameters of a query, each as it is first given. */
function readParameters(text: string, start: number): ReadonlyMap<string, string> {
  const fragment = text.indexOf('#', start);
  const parameters = new Map<string, string>();
  for (const part of text.slice(start, fragment === -1 ? undefined : fragment).split('&')) {
    const equals = part.indexOf('=');
    const name = part.slice(0, equals);
    if (equals > 0 && !parameters.has(name)) parameters.set(name, part.slice(equals + 1));
  }
  return parameters;
}

function toTerms(value: string): string {
  const decoded = decodePercent(value.slice(0, MAX_ENCODED_CHARACTERS).replaceAll('+', ' '));
  const words = decoded.toLowerCase().replace(/\s+/g, ' ').trim();
  return cutText(toVisibleText(words), MAX_TERMS_CHARACTERS).trimEnd();
}
