/**
 * Logs of one JSON object a line, as nginx (escape=json), Caddy and people with Apache write them. Fields are found by
 * their usual names or by those that a person gives; whatever else is in the object is a further field under its path.
 */
import { UsageError } from '../errors.js';
import { findMeaning } from './json-names.js';
import { parseObject, visitScalars } from './json-object.js';
import type { FieldKey } from './layout.js';
import type { LineReader, LineValues, Wanted } from './line-reader.js';
import { createNamedFields, type Extra, FIELD_NAMES, MAX_EXTRAS, type NamedFields } from './named-fields.js';
import type { Reject } from './reject.js';

/** The key that fills a field, before those that are known: `objectId` -> `response.id`. */
export type JsonFields = ReadonlyMap<FieldKey | 'time', string>;

const NOT_AN_OBJECT: Reject = { reject: 'unexpected text', field: null };

/** Paths whose meaning is remembered; a log that has more only loses this help. */
const MAX_KNOWN_PATHS = 1_000;

/** Fields in which nginx's `""` for a missing variable cannot be a value. */
const NEVER_EMPTY: ReadonlySet<FieldKey | 'time'> = new Set<FieldKey>([
  'status',
  'bytes',
  'contentType',
  'objectId',
]);

/** Controls, and halves of surrogate pairs, which cannot be written as UTF-8. */
const INVISIBLE = /[\x00-\x1f\x7f-\x9f\p{Cs}]/gu;

/** Makes the reader of one input. The first 100 further fields of a line are delivered, the rest is left out. */
export function createJsonReader(fields: JsonFields, wanted: Wanted): LineReader {
  const given = [...fields.keys()].filter((field): field is FieldKey => field !== 'time');
  const named = createNamedFields(wanted, [...given, 'extra:X-Forwarded-For']);
  const findPlace = createPlaceFinder(fields, named);
  let extras: readonly Extra[] = named.extras;
  return {
    read(line) {
      const object = parseObject(line);
      if (object === null) return NOT_AN_OBJECT;
      const collected = collectValues(object, named, findPlace);
      extras = collected.extras;
      return named.check(collected.values) ?? named.checkRequest(collected.values) ?? collected.values;
    },
    getPosition: named.getPosition,
    get extras() {
      return extras;
    },
    readDay: named.readDay,
    readTime: named.readTime,
    decode: (value) => value.replace(INVISIBLE, toVisible),
  };
}

/** Where the value of a path belongs, and how well the path's name suits; null where it is a further field. */
interface Place {
  readonly position: number;
  readonly rank: number;
  readonly isNeverEmpty: boolean;
}

function createPlaceFinder(fields: JsonFields, named: NamedFields): (path: string) => Place | null {
  const fieldOfPath = new Map([...fields].map(([field, path]) => [path, field]));
  const find = (path: string): Place | null => {
    const given = fieldOfPath.get(path);
    const meaning = given === undefined ? findMeaning(path) : { field: given, rank: -1 };
    // a field with a given key is never read from another one
    if (meaning === null || (given === undefined && fields.has(meaning.field))) {
      const position = named.getPosition(`extra:${path}`);
      return position === -1 ? null : { position, rank: 0, isNeverEmpty: false };
    }
    const position = named.getPosition(meaning.field);
    return { position, rank: meaning.rank, isNeverEmpty: NEVER_EMPTY.has(meaning.field) };
  };
  const known = new Map<string, Place | null>();
  return (path) => {
    let place = known.get(path);
    if (place === undefined) {
      place = find(path);
      if (known.size < MAX_KNOWN_PATHS) known.set(path, place);
    }
    return place;
  };
}

interface Collected {
  readonly values: LineValues;
  readonly extras: readonly Extra[];
}

function collectValues(
  object: object,
  named: NamedFields,
  findPlace: (path: string) => Place | null,
): Collected {
  const values = new Array<string | undefined>(named.firstFree).fill(undefined);
  const taken: ({ readonly path: string; readonly rank: number } | undefined)[] = [];
  const extras: Extra[] = [...named.extras];
  const addExtra = (path: string, value: string | undefined) => {
    if (!named.wantsAllExtras || value === undefined || extras.length >= MAX_EXTRAS) return;
    extras.push({ name: path, position: values.length });
    values.push(value);
  };
  visitScalars(object, (path, scalar) => {
    const place = findPlace(path);
    const value = scalar ?? '-';
    if (place === null) return addExtra(path, value);
    if (place.isNeverEmpty && value === '') return;
    const { position, rank } = place;
    const before = taken[position];
    // of several names of one field the more telling one that has a value is read
    if (before !== undefined && (before.rank <= rank || value === '-') && values[position] !== '-') {
      return addExtra(path, value);
    }
    if (before !== undefined) addExtra(before.path, values[position]);
    taken[position] = { path, rank };
    values[position] = value;
  });
  const queryAt = named.getPosition('query');
  const query = settleRequest(values, named);
  if (query !== undefined) addExtra(taken[queryAt]?.path ?? 'query', query);
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
  if (
    values[named.getPosition('method')] !== undefined &&
    values[targetAt] === undefined &&
    request !== undefined
  ) {
    if (request.startsWith('/') || request === '*') {
      values[targetAt] = request;
      values[requestAt] = undefined;
    }
  }
  // Caddy writes 0 where it sent no response
  if (values[statusAt] === '0') values[statusAt] = '-';
  const queryAt = named.getPosition('query');
  const query = values[queryAt];
  if (query === undefined || values[targetAt]?.includes('?') !== true) return undefined;
  values[queryAt] = undefined;
  return query;
}

/** Shows a character as the `\xhh` of its bytes. */
function toVisible(character: string): string {
  const code = character.charCodeAt(0);
  const bytes =
    code < 0x800
      ? Buffer.from(character, 'utf8')
      : [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
  return Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

/**
 * Reads `name=key` pairs.
 *
 * @param flag the option that they were given with, for messages
 * @throws UsageError where a name is no field, a key is missing, or a name or key is given twice
 */
export function parseJsonFields(texts: readonly string[], flag: string): JsonFields {
  const fields = new Map<FieldKey | 'time', string>();
  const keys = new Set<string>();
  for (const text of texts) {
    const at = text.indexOf('=');
    const name = text.slice(0, Math.max(at, 0));
    const key = text.slice(at + 1);
    if (at === -1 || key === '') {
      throw new UsageError(`${flag}: '${text}' is not a field and a key`, {
        hint: `it looks like ${flag} objectId=response.id`,
      });
    }
    if (!isField(name)) {
      throw new UsageError(`${flag}: '${name}' is not a field`, {
        hint: `choose one of time, ${FIELD_NAMES.join(', ')}, or extra:NAME`,
      });
    }
    if (fields.has(name)) throw new UsageError(`${flag}: the field '${name}' is given twice`);
    if (keys.has(key)) throw new UsageError(`${flag}: the key '${key}' is given to two fields`);
    fields.set(name, key);
    keys.add(key);
  }
  return fields;
}

function isField(name: string): name is FieldKey | 'time' {
  return name === 'time' || /^extra:./s.test(name) || FIELD_NAMES.some((field) => field === name);
}
