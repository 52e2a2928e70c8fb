/**
 * The path that rules and globs look at: one spelling for all requests that ask a server for the same path, so that
 * `/caf%C3%A9`, `/caf%c3%a9` and `/café` are one. An encoded `/` stays apart from one that separates segments.
 */
import type { LineFacts } from '../parse/parse.js';

/** Reads a text of a line; null if the line does not have it. */
export type ReadText = (facts: LineFacts) => string | null;

/** Scheme and host of an absolute target (RFC 9112, 3.2.2), then the path, up to the query or fragment. */
const PATH = /^(?:[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*)?([^?#]*)/;

/** Runs of percent-encoded bytes. */
const ENCODED = /(?:%[0-9A-Fa-f]{2})+/g;
/** Those but for `%2F` and `%25`, which mean something else once decoded. */
const ENCODED_PLAIN = /(?:%(?!2[5Ff])[0-9A-Fa-f]{2})+/g;
const MALFORMED = /%(?![0-9A-Fa-f]{2})/;

/**
 * Finds the path of a request's target, decoded but for `%2F` and `%25`.
 *
 * @returns null if the target is null or has no path, such as `*` and the `host:443` of CONNECT
 */
export function findPath(target: string | null): string | null {
  if (target === null) return null;
  const path = PATH.exec(target)?.[1] ?? '';
  if (path === '') return '/';
  return path.startsWith('/') ? decodePath(path) : null;
}

/** Decodes a path but for `%2F` and `%25`; one that is not valid percent-encoded UTF-8 stays as it is. */
export function decodePath(path: string): string {
  return decode(path, ENCODED_PLAIN);
}

/** Decodes what `decodePath` left; together they decode once. Text that is not valid stays as it is. */
export function decodeRest(text: string): string {
  return decode(text, ENCODED);
}

function decode(text: string, encoded: RegExp): string {
  if (!text.includes('%') || MALFORMED.test(text)) return text;
  try {
    return text.replace(encoded, decodeURIComponent);
  } catch {
    return text;
  }
}

/** Makes a reader that works out the path once a line, however many rules and globs ask for it. */
export function createPathReader(): ReadText {
  let target: string | null = null;
  let path: string | null = null;
  return (facts) => {
    if (facts.target !== target) {
      target = facts.target;
      path = findPath(target);
    }
    return path;
  };
}
