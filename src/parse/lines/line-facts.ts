/**
 * The facts of a line that rules, filters and sites use, such as its decoded request. Each fact is worked out only if it is
 * needed, and at most once a line.
 */
import type { FieldKey } from './layout.js';
import {
  type Extra,
  findNamedField,
  type LineReader,
  type LineValues,
  type WantedField,
} from './line-reader.js';

/**
 * The facts of a line. A fact is null if the line has `-` or an empty text, as nginx writes for what is not there, or if its format does
 * not have the field.
 */
export interface LineFacts {
  /** Null together with `target` if the request is not METHOD TARGET PROTOCOL. */
  readonly method: string | null;
  /** As requested, with its query: `/photos/1/?size=large`. */
  readonly target: string | null;
  /** Three digits. */
  readonly status: string | null;
  /** Without its port, lower case. */
  readonly virtualHost: string | null;
  /** Address or name of the client, as the server saw it. */
  readonly remoteHost: string | null;
  readonly referrer: string | null;
  readonly userAgent: string | null;
  readonly user: string | null;
  /** Size of the response. */
  readonly bytes: number | null;
  /** ISO 8601 with the line's own offset, `2026-04-14T10:22:31+02:00`. */
  readonly time: string | null;
  /** A further field of the format by its name without regard to case, such as `X-Forwarded-For`. */
  getExtra(name: string): string | null;
  /** The same of a field that an operator names, as the format does or by a response header; undefined if the line does not have it. */
  getNamed(name: string): string | null | undefined;
}

/** A fact that is a text by itself. */
export type RequestFact = Exclude<keyof LineFacts, 'getExtra' | 'getNamed' | 'bytes'>;

/** A request of which nothing is known. */
export const NO_FACTS: LineFacts = {
  method: null,
  target: null,
  status: null,
  virtualHost: null,
  remoteHost: null,
  referrer: null,
  userAgent: null,
  user: null,
  bytes: null,
  time: null,
  getExtra: () => null,
  getNamed: () => undefined,
};

/** The fields that the facts of rules, filters and sites are made from, so that a reader can be asked for them. */
export const FACT_FIELDS: ReadonlySet<FieldKey> = new Set<FieldKey>([
  'request',
  'method',
  'target',
  'query',
  'protocol',
  'status',
  'virtualHost',
  'remoteHost',
  'referrer',
  'userAgent',
]);

/** The fields that all facts are made from. */
export const ALL_FACT_FIELDS: ReadonlySet<WantedField> = new Set<WantedField>([
  ...FACT_FIELDS,
  ...(['user', 'bytes', 'time'] as const),
]);

/** Makes the facts of a reader's lines. */
export function createLineFacts(reader: LineReader) {
  let current: LineValues = [];
  let request: RequestParts | null | undefined;
  const named = createNamedFinder(reader);
  const get = (field: FieldKey) => readField(reader, current, field) || null;
  const getRequest = () => {
    if (request === undefined) request = readRequest(reader, current);
    return request;
  };
  const facts: LineFacts = {
    get method() {
      return getRequest()?.method ?? null;
    },
    get target() {
      return getRequest()?.target ?? null;
    },
    get status() {
      return get('status');
    },
    get virtualHost() {
      return get('virtualHost')?.replace(/:\d+$/, '').toLowerCase() ?? null;
    },
    get remoteHost() {
      return get('remoteHost');
    },
    get referrer() {
      return get('referrer');
    },
    get userAgent() {
      return get('userAgent');
    },
    get user() {
      return get('user');
    },
    get bytes() {
      const digits = get('bytes');
      return digits === null ? null : Number(digits);
    },
    get time() {
      return reader.readTime(current);
    },
    getExtra(name) {
      const extra = reader.getExtras().find((each) => each.name.toLowerCase() === name.toLowerCase());
      return extra === undefined ? null : decodeValue(reader, current[extra.position]) || null;
    },
    getNamed(name) {
      const value = current[named(name)?.position ?? -1];
      return value === undefined ? undefined : decodeValue(reader, value) || null;
    },
  };
  return {
    facts,
    /** Makes the facts those of another line. */
    load(values: LineValues): void {
      current = values;
      request = undefined;
    },
  };
}

/** Makes the function that finds a further field; of a reader whose fields are always the same it remembers them. */
function createNamedFinder(reader: LineReader): (name: string) => Extra | undefined {
  const known = new Map<string, Extra | undefined>();
  return (name) => {
    if (!reader.hasFixedFields) return findNamedField(reader.getExtras(), name);
    if (!known.has(name)) known.set(name, findNamedField(reader.getExtras(), name));
    return known.get(name);
  };
}

/** Reads a field of a line, decoded; null for `-`, and if the line does not have it. */
export function readField(reader: LineReader, values: LineValues, field: FieldKey): string | null {
  return decodeValue(reader, values[reader.getPosition(field)]);
}

/** Decodes a value; null for `-`, and if the line does not have the field. */
export function decodeValue(reader: LineReader, value: string | undefined): string | null {
  return value === undefined || value === '-' ? null : value === '""' ? '' : reader.decode(value);
}

/** A request line, decoded; the protocol is null if the format does not write it. */
export interface RequestParts {
  readonly method: string;
  readonly target: string;
  readonly protocol: string | null;
}

/** Reads the request line, decoded: the whole of it, or the parts that the format writes; null if the format has neither. */
export function readRequest(reader: LineReader, values: LineValues): RequestParts | null {
  const raw = values[reader.getPosition('request')];
  if (raw !== undefined) {
    const match = REQUEST_LINE.exec(raw);
    if (match === null) return null;
    const [, method = '', target = '', protocol = ''] = match;
    return {
      method: reader.decode(method),
      target: reader.decode(target),
      protocol: reader.decode(protocol),
    };
  }
  const method = readField(reader, values, 'method');
  const target = readField(reader, values, 'target');
  if (!method || !target) return null;
  const query = readField(reader, values, 'query') ?? '';
  const protocol = readField(reader, values, 'protocol');
  // Apache's %q begins with its question mark, the queries of other formats do not
  const separator = query === '' || query.startsWith('?') ? '' : '?';
  return { method, target: `${target}${separator}${query}`, protocol };
}

/**
 * A method is a token (RFC 9110, 5.6.2); the target is not empty and not only spaces. Only HTTP is a protocol: a client
 * that speaks another one, such as `OPTIONS / RTSP/1.0`, requests no page of a web server. Servers log raw spaces in the
 * target, so it reaches to the last space. One word, TLS bytes and HTTP/0.9 do not match.
 */
const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) ( *[^ ].*) ([Hh][Tt][Tt][Pp]\/\d+(?:\.\d+)?)$/s;
