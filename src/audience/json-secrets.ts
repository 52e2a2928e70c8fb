/** Hides secrets in JSON, such as a line of a log in which each field has a key. */
import { createSecretNames, SECRET_NAMES } from './secret-names.js';
import { createMask, MASK } from './secrets.js';

/** How deep objects and lists are looked into. What is deeper is hidden as a whole. */
const MAX_DEPTH = 32;

/**
 * Makes the function that writes `***` instead of the values of listed keys in JSON, as `JSON.parse` gives it, and instead of
 * the secrets of URLs in its texts.
 */
export function createJsonMask(names: readonly string[]): (value: unknown) => unknown {
  const isSecret = createSecretNames(names);
  const maskText = createMask(names);
  const mask = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return maskText(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth === 0) return MASK;
    if (Array.isArray(value)) return value.map((each) => mask(each, depth - 1));
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [
        maskText(key),
        isSecret(key) ? MASK : mask(each, depth - 1),
      ]),
    );
  };
  return (value) => mask(value, MAX_DEPTH);
}

/** The same with `SECRET_NAMES`. */
export const maskJson = createJsonMask(SECRET_NAMES);
