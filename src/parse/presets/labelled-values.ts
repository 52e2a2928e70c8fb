/**
 * Reads lines whose values have labels: JSON objects and LTSV. A value with a known label fills a field of the record; if
 * several could fill one field, the most telling label wins. All other values are further fields.
 */

import type { FieldKey } from '../lines/layout.js';
import type { Extra, LineReader, LineValues, Wanted } from '../lines/line-reader.js';
import { createNamedFields, MAX_EXTRAS, type NamedFields } from '../lines/named-fields.js';
import { UNEXPECTED } from '../lines/reject.js';
import type { Meaning } from './json-names.js';

/** The label that fills a field, before those that are known: `objectId` -> `response.id`. */
export type GivenLabels = ReadonlyMap<FieldKey | 'time', string>;

export interface LabelledFormat {
  /** Calls `visit` for each value of a line, or null for none, with its label; false if the line is not in the format. */
  visitValues(line: string, visit: (label: string, value: string | null) => void): boolean;
  /** The field that a label usually means, or null. */
  findMeaning(label: string): Meaning | null;
  decode(value: string): string;
}

/** Labels whose place is remembered; in a log with more labels the others are looked up each time. */
const MAX_KNOWN_LABELS = 1_000;

/** Fields in which nginx's `""` for a missing variable cannot be a value. */
const NEVER_EMPTY: ReadonlySet<string> = new Set(['status', 'bytes', 'contentType', 'objectId']);

/** Makes the reader of one input. The first 100 further fields of a line are delivered, the rest is left out. */
export function createLabelledReader(format: LabelledFormat, given: GivenLabels, wanted: Wanted): LineReader {
  const fields = [...given.keys()].filter((field): field is FieldKey => field !== 'time');
  const named = createNamedFields(wanted, [...fields, 'extra:X-Forwarded-For']);
  const findPlace = createPlaceFinder(format, given, named);
  let extras: readonly Extra[] = named.extras;
  return {
    read(line) {
      const collected = collectValues((visit) => format.visitValues(line, visit), named, findPlace);
      if (collected === null) return UNEXPECTED;
      extras = collected.extras;
      return named.check(collected.values) ?? named.checkRequest(collected.values) ?? collected.values;
    },
    getPosition: named.getPosition,
    getExtras: () => extras,
    hasFixedFields: false,
    readDay: named.readDay,
    readTime: named.readTime,
    decode: format.decode,
  };
}

/** The place of a label's value, and how well the label fits a field of the record; null for a further field. */
interface Place {
  readonly position: number;
  readonly rank: number;
  readonly isNeverEmpty: boolean;
}

function createPlaceFinder(
  format: LabelledFormat,
  given: GivenLabels,
  named: NamedFields,
): (label: string) => Place | null {
  const fieldOfLabel = new Map([...given].map(([field, label]) => [label, field]));
  const find = (label: string): Place | null => {
    const field = fieldOfLabel.get(label);
    const meaning = field === undefined ? format.findMeaning(label) : { field, rank: -1 };
    // a field with a given label is never read from another one
    if (meaning === null || (field === undefined && given.has(meaning.field))) {
      const position = named.getPosition(`extra:${label}`);
      return position === -1 ? null : { position, rank: 0, isNeverEmpty: false };
    }
    const position = named.getPosition(meaning.field);
    return { position, rank: meaning.rank, isNeverEmpty: NEVER_EMPTY.has(meaning.field) };
  };
  const known = new Map<string, Place | null>();
  return (label) => {
    let place = known.get(label);
    if (place === undefined) {
      place = find(label);
      if (known.size < MAX_KNOWN_LABELS) known.set(label, place);
    }
    return place;
  };
}

/** @returns null if the line is not in the format */
function collectValues(
  visitValues: (visit: (label: string, value: string | null) => void) => boolean,
  named: NamedFields,
  findPlace: (label: string) => Place | null,
): { readonly values: LineValues; readonly extras: readonly Extra[] } | null {
  const values = new Array<string | undefined>(named.firstFree).fill(undefined);
  const taken: ({ readonly label: string; readonly rank: number } | undefined)[] = [];
  const extras: Extra[] = [...named.extras];
  const addExtra = (label: string, value: string | undefined) => {
    if (!named.wantsAllExtras || value === undefined || extras.length >= MAX_EXTRAS) return;
    extras.push({ name: label, position: values.length });
    values.push(value);
  };
  const isInFormat = visitValues((label, scalar) => {
    const place = findPlace(label);
    const value = scalar ?? '-';
    if (place === null) return addExtra(label, value);
    if (place.isNeverEmpty && value === '') return;
    const { position, rank } = place;
    const before = taken[position];
    // of several names of one field the more telling one that has a value is read
    if (before !== undefined && (before.rank <= rank || value === '-') && values[position] !== '-') {
      return addExtra(label, value);
    }
    if (before !== undefined) addExtra(before.label, values[position]);
    taken[position] = { label, rank };
    values[position] = value;
  });
  if (!isInFormat) return null;
  const query = settleRequest(values, named);
  if (query !== undefined) addExtra(taken[named.getPosition('query')]?.label ?? 'query', query);
  return { values, extras };
}

/**
 * Brings the parts of the request into the shape that records expect.
 *
 * @returns a query that the target has already, and that must not be there twice
 */
function settleRequest(values: (string | undefined)[], named: NamedFields): string | undefined {
  const requestAt = named.getPosition('request');
  const targetAt = named.getPosition('target');
  const statusAt = named.getPosition('status');
  const request = values[requestAt];
  // people write %U and %m as "request" and "method"
  const isTarget = request !== undefined && (request.startsWith('/') || request === '*');
  if (isTarget && values[targetAt] === undefined && values[named.getPosition('method')] !== undefined) {
    values[targetAt] = request;
    values[requestAt] = undefined;
  }
  // Caddy writes 0 if it sent no response
  if (values[statusAt] === '0') values[statusAt] = '-';
  const queryAt = named.getPosition('query');
  const query = values[queryAt];
  if (query === undefined || values[targetAt]?.includes('?') !== true) return undefined;
  values[queryAt] = undefined;
  return query;
}
