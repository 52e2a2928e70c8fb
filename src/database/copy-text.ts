/** PostgreSQL's text format of COPY (PostgreSQL manual, COPY, "Text Format"). */

const SPECIAL = /[\\\t\n\r]/;
const EVERY_SPECIAL = new RegExp(SPECIAL, 'g');
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** The text that stands for null. */
export const COPY_NULL = '\\N';

/** Writes a value as it stands between tabs. */
export function escapeCopyText(text: string): string {
  // a test alone is twice as fast as a replacement that finds nothing
  return SPECIAL.test(text)
    ? text.replace(EVERY_SPECIAL, (character) => ESCAPES[character] ?? character)
    : text;
}
