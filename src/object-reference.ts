/**
 * The two fields that name an object: its content type and its id. What does not look like them is a reject,
 * so that stray trailing fields, such as request times, are not counted as objects.
 */

/** Bound of an object id, in bytes of UTF-8. */
export const MAX_OBJECT_ID_BYTES = 512;

/** An integer of up to 19 digits, or a name of up to 64 characters: `7`, `core.photo`. */
const CONTENT_TYPE = /^(?:\d{1,19}|[A-Za-z][A-Za-z0-9_.-]{0,63})$/;

/** Anything that separates words; an id is one word, also after its escapes were decoded. */
const SPACE = /\s/;

const BAD_CONTENT_TYPE = { reject: 'bad content type', field: 'contentType' } as const;
const BAD_OBJECT_ID = { reject: 'bad object id', field: 'objectId' } as const;

/**
 * Reads a content type as logged.
 *
 * @param raw one token (latin1), or undefined if the line has no such field
 * @returns the type, null for `-` and for a missing field, or a reject
 */
export function parseContentType(raw: string | undefined): string | null | typeof BAD_CONTENT_TYPE {
  if (raw === undefined || raw === '-') return null;
  return CONTENT_TYPE.test(raw) ? raw : BAD_CONTENT_TYPE;
}

/** One word of printable ASCII without a backslash, which no format's escapes change. */
const PLAIN_WORD = /^[!-[\]-~]{1,512}$/;

/**
 * Reads an object id as logged.
 *
 * @param raw one value (latin1), or undefined if the line has no such field
 * @param decode undoes the format's escapes
 * @returns the id as text, null for `-` and for a missing field, or a reject
 */
export function parseObjectId(
  raw: string | undefined,
  decode: (raw: string) => string,
): string | null | typeof BAD_OBJECT_ID {
  if (raw === undefined || raw === '-') return null;
  return PLAIN_WORD.test(raw) ? raw : (toObjectId(decode(raw)) ?? BAD_OBJECT_ID);
}

/** @returns the text if it can be an object id; null if it is empty, has white space or is too long */
export function toObjectId(text: string): string | null {
  if (text === '' || SPACE.test(text) || Buffer.byteLength(text, 'utf8') > MAX_OBJECT_ID_BYTES) return null;
  return text;
}
