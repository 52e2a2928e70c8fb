/**
 * A log format as data: the pieces of a line in their order. Everything else about a format that is written as text
 * between delimiters, its expression, its diagnosis of bad lines, the fields it can fill, is derived from this.
 */
import { TIME_PATTERNS, type TimePart } from '../times/timestamp.js';

/** The fields that a line can fill of a record, as they are logged. */
export const FIELD_NAMES = [
  'virtualHost',
  'remoteHost',
  'ident',
  'user',
  'request',
  'method',
  'target',
  'query',
  'protocol',
  'status',
  'bytes',
  'referrer',
  'userAgent',
  'contentType',
  'objectId',
] as const;

export type FieldName = (typeof FIELD_NAMES)[number];

/** Tells a field of the record from whatever else a name may be. */
export function isFieldName(name: string): name is FieldName {
  return FIELD_NAMES.some((field) => field === name);
}

/** A field of the record, or a further one under its own name: `extra:request_time`. */
export type FieldKey = FieldName | `extra:${string}`;

/** What can be captured: a field's text, or a part of the time. */
export type GroupKey = FieldKey | `time:${TimePart}`;

export type TimePieces = readonly (string | { readonly part: TimePart })[];

export type Piece =
  | { readonly text: string }
  | { readonly field: FieldKey; readonly kind: FieldKind }
  /** A field that reaches to the next of one character, such as a tab. */
  | { readonly field: FieldKey; readonly until: string }
  /** A field without spaces that ends before the first of some text, such as a colon. */
  | { readonly field: FieldKey; readonly before: string }
  /** A time and the text between its parts. */
  | { readonly time: TimePieces }
  | { readonly optional: readonly Piece[] }
  /** The year of all dates, of which the lines say only month and day. */
  | { readonly year: string }
  /** What is passed over: an expression without capturing groups. */
  | { readonly skip: string };

/** An address or a host name, perhaps masked by `*`, or `unix:` or `-`. A word that ends in another colon is a program's tag. */
const CLIENT = '[\\w.:%*-]+(?<=[^:]|::|unix:)';

/**
 * The expression of each kind, without capturing groups. They are as strict as a field can be without
 * looking at another one, so that a line that matches holds no field that must be guessed at.
 */
export const PATTERNS = {
  // ASCII white space, and not \s: the bytes of UTF-8, read as latin1, may look like U+00A0
  token: '[^\\t-\\r ]+',
  // at the beginning of a line: nginx writes nothing for a variable that is there and empty
  emptyToken: '[^\\t-\\r ]*',
  // followed by text that a token could hold, such as the colon before a port
  shortToken: '[^\\t-\\r ]+?',
  // never over ` [`, where a time begins: two lines glued together are not one line of a strange user. Where it ends may have
  // to be tried at each space: of 256 words at most, so that no line takes long
  words: '(?:[^ ]+| (?!\\[)[^ ]*)(?: (?!\\[)[^ ]*){0,255}?',
  // of several words none is `-`: if a line has a prefix, the words before its user do not belong to the user
  user: '-|(?!- )(?:[^ ]+| (?!\\[|- )[^ ]*)(?: (?!\\[|- )[^ ]*){0,255}?',
  // followed by other text than a space
  shortWords: '(?:[^ ]| (?!\\[))+?',
  // a path before its query, which begins at the first question mark
  pathWords: '(?:[^ ?]| (?!\\[))+?',
  pathToken: '[^\\t-\\r ?]+?',
  quoted: '[^"\\\\]*(?:\\\\.[^"\\\\]*)*',
  // between quotes that are there or not, as the pieces around it have them
  maybeQuoted: '(?<=")[^"\\\\]*(?:\\\\.[^"\\\\]*)*(?=")|(?<!")[^\\t-\\r "]+(?!")',
  bracketed: '[^\\]]*',
  clients: `${CLIENT}(?:, ?${CLIENT})*`,
  // a name, a wildcard, an address, `_` or `-`
  host: '[\\w.*%\\x80-\\xff-]+|\\[[\\w:.%]+\\]|[\\dA-Fa-f:.]+',
  // a client, or the list that proxies made of it: `203.0.113.9, 198.51.100.7`; it ends at the first space without a comma,
  // and nowhere else, else a line of commas would be split in all possible ways
  addresses: '[^\\t-\\r ]+(?:(?<=,) [^\\t-\\r ]+){0,99}(?<!,)',
  // addresses, one or several: `203.0.113.9, 198.51.100.7`
  list: '[^\\t-\\r ",]+(?:, ?[^\\t-\\r ",]+)*',
  // nginx: one value for each server that was tried, with ` : ` before those of another group
  upstreams: '(?!: )[^\\t-\\r ",]+(?:(?:, ?| : )(?!: )[^\\t-\\r ",]+){0,99}(?! : )',
  query: '(?:\\?[^\\t-\\r "]*)?',
  // nginx's $is_args$args: `-` if there are none
  dashedQuery: '(?:\\?[^\\t-\\r "]*|-)?',
  status: '\\d{3}|-',
  // up to 9 * 10^15 bytes: what a JavaScript number holds exactly
  size: '\\d{1,15}|[0-8]\\d{15}|-',
  port: '\\d{1,5}',
} as const;

/** What the text of a field may look like. */
export type FieldKind = keyof typeof PATTERNS;

/** What a piece's expression is made of: plain text, and the patterns whose text can be captured. */
export type PiecePart = string | { readonly group: GroupKey; readonly pattern: string };

/** The parts of a piece that fills fields; of all others none. */
export function toParts(piece: Piece): readonly PiecePart[] {
  if ('time' in piece) {
    return piece.time.map((part) =>
      typeof part === 'string'
        ? part
        : { group: `time:${part.part}` as const, pattern: TIME_PATTERNS[part.part] },
    );
  }
  return 'field' in piece ? [{ group: piece.field, pattern: toPattern(piece) }] : [];
}

/** The expression of a field: each ends at one place of a line, or at few, so that matching takes linear time. */
export function toPattern(piece: Extract<Piece, { readonly field: FieldKey }>): string {
  if ('kind' in piece) return PATTERNS[piece.kind];
  if ('before' in piece) return `(?:(?!${escapeText(piece.before)})[^\\t-\\r ])+`;
  return `[^${piece.until.replace(/[\\\]^-]/, '\\$&')}]*`;
}

const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;

/** Text as an expression that matches it. */
export function escapeText(text: string): string {
  return text.replace(SPECIAL, '\\$&');
}

/** Every group that the pieces can fill, in their order. */
export function listGroups(pieces: readonly Piece[]): readonly GroupKey[] {
  return pieces.flatMap((piece) => {
    if ('optional' in piece) return listGroups(piece.optional);
    return toParts(piece).flatMap((part) => (typeof part === 'string' ? [] : [part.group]));
  });
}
