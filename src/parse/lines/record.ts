/**
 * Reads a whole line into a record with every field decoded. This is the definition of what a line says:
 * `ingest/counting/hit.ts` reads less of a line, and must accept and reject the same lines.
 */

import { parseContentType, parseObjectId } from '../../object-reference.js';
import type { FieldName } from './layout.js';
import { decodeValue, readField, readRequest } from './line-facts.js';
import { isRejected, type LineReader, type LineValues, type LogFormat } from './line-reader.js';
import { findIgnored, type Reject, TOO_LONG } from './reject.js';

/** The fields of one line; a field is null if the log has `-`, or if the format does not have it. */
export interface LogRecord {
  readonly virtualHost: string | null;
  readonly remoteHost: string | null;
  readonly ident: string | null;
  readonly user: string | null;
  /** ISO 8601 with the line's own offset, `2026-04-14T10:22:31+02:00`. */
  readonly time: string | null;
  /** Method, target and protocol are all null if the request is not METHOD TARGET PROTOCOL. */
  readonly method: string | null;
  readonly target: string | null;
  readonly protocol: string | null;
  /** The request line as a whole; also null if the format writes only its parts. */
  readonly request: string | null;
  readonly status: number | null;
  /** Size of the response in bytes. */
  readonly bytes: number | null;
  readonly referrer: string | null;
  readonly userAgent: string | null;
  readonly contentType: string | null;
  readonly objectId: string | null;
  /** Further fields of the format under their own names. */
  readonly extra: Readonly<Record<string, string | null>>;
}

const NO_REQUEST = { method: null, target: null, protocol: null };

/** Makes the parser of one input in a format. */
export function createRecordParser(format: LogFormat) {
  const reader = format.createReader('all');
  const parse = (line: string): LogRecord | Reject => {
    const values = reader.read(line);
    return isRejected(values) ? values : toRecord(reader, values);
  };
  const readDirective = (line: string): void => reader.readDirective?.(line);
  return {
    /** Reads one line: latin1, without its line end. */
    parse,
    /** Takes a line that begins with `#`; in some formats it says which fields the next lines have. */
    readDirective,
    /** Reads a line of a log, whatever it holds; null for one that is no record by design. */
    readLine(line: string, isTooLong: boolean): LogRecord | Reject | null {
      if (isTooLong) return TOO_LONG;
      const ignored = findIgnored(line);
      if (ignored === 'directive') readDirective(line);
      return ignored === null ? parse(line) : null;
    },
  };
}

function toRecord(reader: LineReader, values: LineValues): LogRecord | Reject {
  const time = reader.readTime(values);
  if (time === null) return { reject: 'bad time', field: 'time' };
  const contentType = parseContentType(values[reader.getPosition('contentType')]);
  if (contentType !== null && typeof contentType === 'object') return contentType;
  const objectId = parseObjectId(values[reader.getPosition('objectId')], reader.decode);
  if (objectId !== null && typeof objectId === 'object') return objectId;
  const get = (field: FieldName) => readField(reader, values, field);
  const extras = reader.getExtras().filter(({ position }) => values[position] !== undefined);
  return {
    virtualHost: get('virtualHost'),
    remoteHost: get('remoteHost'),
    ident: get('ident'),
    user: get('user'),
    time,
    ...(readRequest(reader, values) ?? NO_REQUEST),
    request: get('request'),
    status: toNumber(get('status')),
    bytes: toNumber(get('bytes')),
    referrer: get('referrer'),
    userAgent: get('userAgent'),
    contentType,
    objectId,
    extra: Object.fromEntries(
      extras.map(({ name, position }) => [name, decodeValue(reader, values[position])]),
    ),
  };
}

/** Readers let only digits or `-` through. */
function toNumber(digits: string | null): number | null {
  return digits === null ? null : Number(digits);
}
