/**
 * Reads a whole line into a record with every field decoded. This is the definition of what a line says;
 * `hit.ts` reads less of the same line and must accept and reject the same lines.
 */
import { decodeField } from './escapes.js';
import { compileExpression, createDiagnosis } from './expression.js';
import type { LogFormat } from './formats.js';
import type { GroupName } from './layout.js';
import { parseContentType, parseObjectId } from './object-reference.js';
import type { Reject } from './reject.js';
import { parseRequestLine } from './request.js';
import { createDayReader, toIsoTime } from './timestamp.js';

/** One line's fields; null is what the log writes as `-`, or what the format does not have. */
export interface LogRecord {
  readonly virtualHost: string | null;
  readonly remoteHost: string | null;
  readonly ident: string | null;
  readonly user: string | null;
  /** ISO 8601 with the line's own offset, `2026-04-14T10:22:31+02:00`. */
  readonly time: string | null;
  /** Method, target and protocol are null together, where the request is not METHOD TARGET PROTOCOL. */
  readonly method: string | null;
  readonly target: string | null;
  readonly protocol: string | null;
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

const ALL_GROUPS: ReadonlySet<GroupName> = new Set<GroupName>([
  'virtualHost',
  'port',
  'remoteHost',
  'ident',
  'user',
  'day',
  'timeOfDay',
  'offset',
  'request',
  'status',
  'bytes',
  'referrer',
  'userAgent',
  'contentType',
  'objectId',
]);

export type RecordParser = (line: string) => LogRecord | Reject;

/**
 * Compiles the parser of a format. It is a pure function of a line.
 *
 * @returns a function of one line, latin1, without its line end
 */
export function createRecordParser(format: LogFormat): RecordParser {
  const { regexp, groups } = compileExpression(format.pieces, ALL_GROUPS);
  const diagnose = createDiagnosis(format.pieces);
  const readDay = createDayReader();
  return (line) => {
    const match = regexp.exec(line);
    if (match === null) return diagnose(line);
    return toRecord((group) => match[groups.get(group) ?? -1], readDay);
  };
}

function toRecord(
  get: (group: GroupName) => string | undefined,
  readDay: (text: string) => string | null,
): LogRecord | Reject {
  const day = readDay(get('day') ?? '');
  if (day === null) return { reject: 'bad time', field: 'time' };
  const contentType = parseContentType(get('contentType'));
  if (contentType !== null && typeof contentType === 'object') return contentType;
  const objectId = parseObjectId(get('objectId'));
  if (objectId !== null && typeof objectId === 'object') return objectId;
  const request = get('request');
  const requestLine = request === undefined ? null : parseRequestLine(request);
  const port = get('port');
  return {
    virtualHost: decode(get('virtualHost')),
    remoteHost: decode(get('remoteHost')),
    ident: decode(get('ident')),
    user: decode(get('user')),
    time: toIsoTime(day, get('timeOfDay') ?? '', get('offset') ?? ''),
    method: decode(requestLine?.method),
    target: decode(requestLine?.target),
    protocol: decode(requestLine?.protocol),
    request: decode(request),
    status: toNumber(get('status')),
    bytes: toNumber(get('bytes')),
    referrer: decode(get('referrer')),
    userAgent: decode(get('userAgent')),
    contentType,
    objectId,
    extra: port === undefined ? {} : { port },
  };
}

function decode(raw: string | undefined): string | null {
  // Apache writes an empty user as `""` (mod_log_config.c, log_remote_user)
  if (raw === '""') return '';
  return raw === undefined || raw === '-' ? null : decodeField(raw);
}

/** The expression lets only digits or `-` through. */
function toNumber(digits: string | undefined): number | null {
  return digits === undefined || digits === '-' ? null : Number(digits);
}
