/**
 * The interface of a log format: it makes a reader, which takes one line apart into the texts of its fields. The parsers of
 * records and hits use readers alone, so they work for lines of any format.
 */

import { createTimeReader, type TimePart } from '../times/timestamp.js';
import { decodeField } from './escapes.js';
import { compileExpression, createDiagnosis } from './expression.js';
import { type FieldKey, type GroupKey, listGroups, type Piece } from './layout.js';
import type { Reject } from './reject.js';

/** The texts of a line, each at its field's position; undefined if the line does not have the field. */
export type LineValues = readonly (string | undefined)[];

/** A further field of a line. */
export interface Extra {
  readonly name: string;
  /** In the values of the line. */
  readonly position: number;
}

export interface LineReader {
  /** @param line latin1, without its line end */
  read(line: string): LineValues | Reject;
  /** The position of a field in the values; -1 if the format does not have it, or it was not wanted. */
  getPosition(field: FieldKey): number;
  /** The fields beyond those of a record, in their order; they may be others for each line. */
  getExtras(): readonly Extra[];
  /** Whether every line has these fields; if not, lines name their fields themselves. */
  readonly hasFixedFields: boolean;
  /** The line's day, `2026-04-14`, or null if there is no such day. */
  readDay(values: LineValues): string | null;
  /** ISO 8601 with the line's own offset, or null if there is no such day. */
  readTime(values: LineValues): string | null;
  /** Turns a value into text: undoes the format's escapes, and shows invisible characters as `\xhh`. */
  decode(value: string): string;
  /** Takes a line that begins with `#`; in some formats it says which fields the next lines have. */
  readDirective?(line: string): void;
}

/** A field, or the time: without it only the day is read. */
export type WantedField = FieldKey | 'time';

/** Which fields a reader has to deliver: a set and the day, or all of them and the time. */
export type Wanted = 'all' | ReadonlySet<WantedField>;

/** A log format. */
export interface LogFormat {
  readonly name: string;
  /** A short description, for help and messages. */
  readonly summary: string;
  /** Lines in the format, as a server writes them. */
  readonly example: string;
  /** Makes a reader for one input. It has a state: in some formats a line says which fields the next lines have. */
  createReader(wanted: Wanted): LineReader;
}

export function isRejected(values: LineValues | Reject): values is Reject {
  return !Array.isArray(values);
}

/**
 * Makes the reader of lines that are written as text between delimiters.
 *
 * @throws Error if the pieces have no day; a caller that makes pieces from a person's text must check that before
 */
export function createPatternReader(
  pieces: readonly Piece[],
  wanted: Wanted,
  decode: LineReader['decode'] = decodeField,
): LineReader {
  const parts = new Set(listGroups(pieces).flatMap((group) => findTimePart(group) ?? []));
  const year = pieces.flatMap((piece) => ('year' in piece ? [piece.year] : []))[0];
  if (year !== undefined) parts.add('year');
  const time = createTimeReader(parts);
  if (time === null) throw new Error('a format without a day cannot be read');
  const named = wanted === 'all' ? NO_GROUPS : findNamedGroups(listGroups(pieces), wanted);
  const isWanted = (group: GroupKey) => {
    const part = findTimePart(group);
    if (part === null) return wanted === 'all' || wanted.has(group as FieldKey) || named.has(group);
    if (wanted === 'all' || wanted.has('time')) return true;
    return time.dayPart === null || time.dayPart.part === part;
  };
  const { regexp, groups } = compileExpression(pieces, isWanted);
  const diagnose = createDiagnosis(pieces);
  const timePositions = new Map([...parts].map((part) => [part, groups.get(`time:${part}`) ?? -1]));
  let current: LineValues = [];
  const getPart = (part: TimePart) =>
    part === 'year' && year !== undefined ? year : current[timePositions.get(part) ?? -1];
  let readDay = (values: LineValues) => {
    current = values;
    return time.readDay(getPart);
  };
  if (time.dayPart !== null) {
    // the quick way, for formats that write the day in one part: every line needs it
    const { part, toDay } = time.dayPart;
    const position = timePositions.get(part) ?? -1;
    readDay = (values) => toDay(values[position] ?? '');
  }
  const extras = [...groups]
    .filter(([group]) => group.startsWith('extra:'))
    .map(([group, position]) => ({ name: group.slice('extra:'.length), position }));
  return {
    read: (line) => regexp.exec(line) ?? diagnose(line),
    getPosition: (field) => groups.get(field) ?? -1,
    getExtras: () => extras,
    hasFixedFields: true,
    readDay,
    readTime(values) {
      current = values;
      return time.readTime(getPart);
    },
    decode,
  };
}

const NO_GROUPS: ReadonlySet<GroupKey> = new Set();
const EXTRA = 'extra:';

/** Finds the further fields that are wanted by another name than that of the format. */
function findNamedGroups(
  groups: readonly GroupKey[],
  wanted: ReadonlySet<WantedField>,
): ReadonlySet<GroupKey> {
  const extras = groups
    .filter((group) => group.startsWith(EXTRA))
    .map((group) => ({ group, name: group.slice(EXTRA.length) }));
  const found = [...wanted]
    .filter((field) => field.startsWith(EXTRA))
    .map((field) => findNamedField(extras, field.slice(EXTRA.length))?.group);
  return new Set(found.filter((group) => group !== undefined));
}

function findTimePart(group: GroupKey): TimePart | null {
  return group.startsWith('time:') ? (group.slice('time:'.length) as TimePart) : null;
}

/**
 * How formats name a response header: nginx's variables for a header that it sends itself, and for one of the server behind it;
 * W3C's field.
 */
const RESPONSE_HEADERS = [/^sent_http_(.+)$/, /^sc\((.+)\)$/, /^upstream_http_(.+)$/];

/**
 * Finds which of some fields a person means by a name. Case does not matter. A field of that very name comes before one that
 * holds the response header: `X-Title` finds `$sent_http_x_title`.
 *
 * @returns undefined if there is none
 */
export function findNamedField<Field extends { readonly name: string }>(
  fields: readonly Field[],
  name: string,
): Field | undefined {
  const wanted = name.toLowerCase();
  const same = fields.find((field) => field.name.toLowerCase() === wanted);
  if (same !== undefined) return same;
  const header = toHeader(wanted);
  for (const pattern of RESPONSE_HEADERS) {
    const found = fields.find((field) => {
      const inner = pattern.exec(field.name.toLowerCase())?.[1];
      return inner !== undefined && toHeader(inner) === header;
    });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** nginx writes the names of headers with `_`. */
function toHeader(name: string): string {
  return name.replaceAll('-', '_');
}
