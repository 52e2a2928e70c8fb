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

/** Further fields of one line that are delivered at most; the others are left out. */
export const MAX_EXTRAS = 100;

const STATUS = new RegExp(`^(?:${PATTERNS.status})$`);
const SIZE = new RegExp(`^(?:${PATTERNS.size})$`);

const NO_REQUEST: Reject = { reject: 'no request', field: 'request' };

export interface NamedFields {
  /** The position of a field of the record, of the time, or of a further field that was wanted by its name; else -1. */
  getPosition(field: FieldKey | 'time'): number;
  /** The first position for further fields that were not wanted by name. */
  readonly firstFree: number;
  /** Whether further fields that were not wanted by name are delivered at all. */
  readonly wantsAllExtras: boolean;
  /** The further fields that were wanted by name. */
  readonly extras: readonly Extra[];
  /** Finds what is wrong with the values that have a shape; null if they are good. */
  check(values: LineValues): Reject | null;
  /** Finds whether the line tells of no request: it is an application's message, or a wrapper around a line. */
  checkRequest(values: LineValues): Reject | null;
  readDay(values: LineValues): string | null;
  readTime(values: LineValues): string | null;
}

/**
 * @param wanted further fields in it are found without regard to case
 * @param given further fields that have a position of their own whatever is wanted
 */
export function createNamedFields(wanted: Wanted, given: readonly FieldKey[]): NamedFields {
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
  return {
    getPosition: (field) => positions.get(toLookup(field)) ?? -1,
    firstFree: TIME_POSITION + 1 + extras.length,
    wantsAllExtras: wanted === 'all',
    extras,
    check(values) {
      if (!time.fits(values[TIME_POSITION] ?? '')) return { reject: 'bad time', field: 'time' };
      if (!STATUS.test(values[positions.get('status') ?? -1] ?? '-')) {
        return { reject: 'bad status', field: 'status' };
      }
      return SIZE.test(values[positions.get('bytes') ?? -1] ?? '-')
        ? null
        : { reject: 'bad size', field: 'bytes' };
    },
    checkRequest(values) {
      const has = (field: FieldKey) => values[positions.get(field) ?? -1] !== undefined;
      const isRequest = has('request') || (has('target') && (has('method') || has('status')));
      return isRequest || (has('contentType') && has('objectId')) ? null : NO_REQUEST;
    },
    readDay: (values) => time.readDay(values[TIME_POSITION] ?? ''),
    readTime: (values) => time.readTime(values[TIME_POSITION] ?? ''),
  };
}

/** Further fields are found whatever their case, as headers are. */
function toLookup(field: string): string {
  return field.startsWith('extra:') ? field.toLowerCase() : field;
}
