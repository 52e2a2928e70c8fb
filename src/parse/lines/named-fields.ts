/**
 * Shared by the readers of lines whose fields have names instead of places, such as JSON objects and W3C logs. Every field has
 * the same position in the values of every line, whatever the order in the line.
 */

import { createTimeTextReader } from '../times/time-text.js';
import { FIELD_NAMES, type FieldKey, PATTERNS } from './layout.js';
import type { Extra, LineValues, Wanted } from './line-reader.js';
import type { Reject } from './reject.js';

/** The position of the text of the time. */
const TIME_POSITION = FIELD_NAMES.length;
const STATUS_POSITION = FIELD_NAMES.indexOf('status');
const SIZE_POSITION = FIELD_NAMES.indexOf('bytes');

/** Further fields of one line that are delivered at most; the others are left out. */
export const MAX_EXTRAS = 100;

const STATUS = new RegExp(`^(?:${PATTERNS.status})$`);
const SIZE = new RegExp(`^(?:${PATTERNS.size})$`);

const NO_REQUEST: Reject = { reject: 'no request', field: 'request' };

/** Where the fields of a reader stand in its values, and what can be read of these. */
export type NamedFields = ReturnType<typeof createNamedFields>;

/**
 * Gives each field a position.
 *
 * @param wanted further fields in it are found without regard to case
 * @param given further fields that have a position of their own whatever is wanted
 */
export function createNamedFields(wanted: Wanted, given: readonly FieldKey[]) {
  const time = createTimeTextReader();
  const positions = new Map<string, number>(FIELD_NAMES.map((name, position) => [name, position]));
  positions.set('time', TIME_POSITION);
  const extras: Extra[] = [];
  for (const key of [...given, ...(wanted === 'all' ? [] : wanted)]) {
    const position = TIME_POSITION + 1 + extras.length;
    if (!key.startsWith('extra:') || positions.has(toLookup(key))) continue;
    positions.set(toLookup(key), position);
    extras.push({ name: key.slice('extra:'.length), position });
  }
  const find = (field: FieldKey | 'time') => positions.get(toLookup(field)) ?? -1;
  return {
    /** The position of a field of the record, of the time, or of a further field that was wanted by its name; else -1. */
    getPosition: find,
    /** The first position for further fields that were not wanted by name. */
    firstFree: TIME_POSITION + 1 + extras.length,
    /** Whether further fields that were not wanted by name are delivered at all. */
    wantsAllExtras: wanted === 'all',
    /** The further fields that were wanted by name. */
    extras,
    /** Finds what is wrong with the values that have a shape; null if they are good. */
    check(values: LineValues): Reject | null {
      if (!time.fits(values[TIME_POSITION] ?? '')) return { reject: 'bad time', field: 'time' };
      if (!STATUS.test(values[STATUS_POSITION] ?? '-')) return { reject: 'bad status', field: 'status' };
      return SIZE.test(values[SIZE_POSITION] ?? '-') ? null : { reject: 'bad size', field: 'bytes' };
    },
    /** Finds whether the line tells of no request: it is an application's message, or a wrapper around a line. */
    checkRequest(values: LineValues): Reject | null {
      const has = (field: FieldKey) => values[find(field)] !== undefined;
      const isRequest = has('request') || (has('target') && (has('method') || has('status')));
      return isRequest || (has('contentType') && has('objectId')) ? null : NO_REQUEST;
    },
    /** The line's day, `2026-04-14`, or null if there is no such day. */
    readDay: (values: LineValues) => time.readDay(values[TIME_POSITION] ?? ''),
    /** ISO 8601, or null if there is no such day. */
    readTime: (values: LineValues) => time.readTime(values[TIME_POSITION] ?? ''),
  };
}

/** Further fields are found whatever their case, as headers are. */
function toLookup(field: string): string {
  return field.startsWith('extra:') ? field.toLowerCase() : field;
}
