/**
 * A log format as data: the pieces of a line in their order. Everything else about a format, its expression,
 * its diagnosis of bad lines, the fields it can fill, is derived from this.
 */
import { TIME_PATTERN } from './timestamp.js';

/** The fields of a record that a piece of a line can fill, other than its time. */
type TextFieldName =
  | 'virtualHost'
  | 'port'
  | 'remoteHost'
  | 'ident'
  | 'user'
  | 'request'
  | 'status'
  | 'bytes'
  | 'referrer'
  | 'userAgent'
  | 'contentType'
  | 'objectId';

/** What can be captured: a field's text, or one of the three parts of a time. */
export type GroupName = TextFieldName | 'day' | 'timeOfDay' | 'offset';

/** What the text of a field may look like. */
type TextKind = 'token' | 'host' | 'port' | 'words' | 'quoted' | 'status' | 'size';

export type FieldKind = TextKind | 'time';

export type FieldPiece =
  | { readonly field: TextFieldName; readonly kind: TextKind }
  | { readonly field: 'time'; readonly kind: 'time' };

export type Piece = { readonly text: string } | FieldPiece | { readonly optional: readonly Piece[] };

/**
 * The expression of each kind, without capturing groups. They are as strict as a field can be without
 * looking at another one, so that a line that matches holds no field that must be guessed at.
 */
const PATTERNS: Readonly<Record<TextKind, string>> = {
  // ASCII white space, and not \s: the bytes of UTF-8, read as latin1, may look like U+00A0
  token: '[^\\t-\\r ]+',
  host: '[^\\t-\\r ]+?',
  port: '\\d{1,5}',
  // never over ` [`, where a time begins: two lines glued together are not one line of a strange user
  words: '(?:[^ ]| (?!\\[))+?',
  quoted: '[^"\\\\]*(?:\\\\.[^"\\\\]*)*',
  status: '\\d{3}|-',
  // up to 9 * 10^15 bytes: what a JavaScript number holds exactly
  size: '\\d{1,15}|[0-8]\\d{15}|-',
};

/** What a field's expression is made of: plain text, and the patterns whose text can be captured. */
export type FieldPart = string | { readonly group: GroupName; readonly pattern: string };

/** The parts of a field's expression: one group, but three for a time. */
export function toFieldParts(piece: FieldPiece): readonly FieldPart[] {
  if (piece.field !== 'time') return [{ group: piece.field, pattern: PATTERNS[piece.kind] }];
  return [
    { group: 'day', pattern: TIME_PATTERN.day },
    ':',
    { group: 'timeOfDay', pattern: TIME_PATTERN.timeOfDay },
    ' ',
    { group: 'offset', pattern: TIME_PATTERN.offset },
  ];
}
