/**
 * Decides from what stands around a directive how far its text reaches, and refuses formats in which that cannot be
 * known: a line must never be split at a guess.
 */
import { UsageError } from '../../errors.js';
import type { FieldKey, FieldKind, Piece } from '../lines/layout.js';
import { isEpoch } from '../times/timestamp.js';
import type { Directive, PlacedItem } from './directive.js';

type PlacedField = Extract<PlacedItem, { directive: Directive }>;
type PlacedDirective = Exclude<PlacedItem, { text: string }>;
type FieldPiece = Extract<Piece, { field: FieldKey }>;

/** Characters that formats put behind a field to end it. */
const DELIMITER = /[\t|;,'\])}>]/;

/** Lines have no line ends in them: a field that reaches to the next one takes the rest of the line. */
const REST_OF_LINE = '\n';

/** Kinds that a word of another field is hardly taken for. */
const ENDING_KINDS = new Set<FieldKind>(['quoted', 'bracketed', 'status', 'size', 'port']);

/** Kinds that may hold spaces, and are not bounded by a character of their own. */
const WORDS = new Set<FieldKind>(['words', 'user', 'shortWords', 'pathWords']);

/** @throws UsageError that names the two directives that cannot be told apart */
export function chooseKinds(items: readonly PlacedItem[]): readonly Piece[] {
  for (const [index, item] of items.entries()) rejectAdjacent(item, items[index + 1]);
  const pieces = items.map((item, index): Piece => {
    if ('text' in item) return item;
    if ('time' in item) return { time: item.time };
    return toFieldPiece(item, items, index);
  });
  return settleWords(items, pieces);
}

function toFieldPiece(item: PlacedField, items: readonly PlacedItem[], index: number): FieldPiece {
  const { field } = item;
  const { shape } = item.directive;
  if (shape === 'status' || shape === 'size' || shape === 'port') return { field, kind: shape };
  const before = getText(items[index - 1]);
  const next = items[index + 1];
  const after = getText(next);
  if (before.endsWith('"') && after.startsWith('"')) return { field, kind: 'quoted' };
  if (shape === 'query' || shape === 'dashedQuery') return { field, kind: shape };
  if (after === '' && isQuery(next)) return { field, kind: shape === 'path' ? 'pathWords' : 'pathToken' };
  const isObject = field === 'contentType' || field === 'objectId';
  if (isHostBeforePath(item, next)) return { field, until: '/ ' };
  // of a host and its port, the last colon parts them
  if (after.startsWith(':') && getShape(items[index + 2]) === 'port') return { field, kind: 'shortToken' };
  const piece = toBoundedPiece(field, isObject ? 'token' : shape, next === undefined ? null : after);
  return index === 0 && mayBeEmpty(item, piece) ? { field, kind: 'emptyToken' } : piece;
}

/** Whether a line may begin with the space behind this field: a host or a variable of the application may be empty in nginx. */
function mayBeEmpty({ directive }: PlacedField, piece: FieldPiece): boolean {
  const isToken = 'kind' in piece && piece.kind === 'token';
  const isUnknown = directive.shape === 'host' || (directive.shape === 'token' && directive.field === null);
  return isToken && isUnknown && directive.written.startsWith('$');
}

/** @param after the text that follows: empty before another directive, null at the end of the line */
function toBoundedPiece(field: FieldKey, shape: Directive['shape'], after: string | null): FieldPiece {
  const mayHoldSpaces = shape === 'free' || shape === 'user' || shape === 'path';
  const next = after?.[0] ?? '';
  const isList = shape === 'clients' || shape === 'addresses' || shape === 'upstreams';
  if (isList && (after === null || !DELIMITER.test(next) || next === ',')) return { field, kind: shape };
  if (after === null) return mayHoldSpaces ? { field, until: REST_OF_LINE } : { field, kind: 'token' };
  if (DELIMITER.test(next)) return { field, until: next };
  if (next === '"' && mayHoldSpaces) return { field, kind: 'quoted' };
  if (mayHoldSpaces && next !== ' ') return { field, kind: 'shortWords' };
  if (mayHoldSpaces) return { field, kind: shape === 'user' ? 'user' : 'words' };
  return toWordPiece(field, after);
}

/** A word without spaces, which ends at a space, before the first of the text that follows, or where another directive begins. */
function toWordPiece(field: FieldKey, after: string): FieldPiece {
  if (after.startsWith(' ')) return { field, kind: 'token' };
  return after === '' ? { field, kind: 'shortToken' } : { field, before: after };
}

function isQuery(item: PlacedItem | undefined): boolean {
  return ['query', 'dashedQuery'].includes(getShape(item) ?? '');
}

function getText(item: PlacedItem | undefined): string {
  return item !== undefined && 'text' in item ? item.text : '';
}

function getShape(item: PlacedItem | undefined): Directive['shape'] | null {
  return item !== undefined && 'directive' in item ? item.directive.shape : null;
}

function isHostBeforePath(item: PlacedItem, next: PlacedItem | undefined): boolean {
  return getShape(item) === 'host' && getShape(next) === 'path';
}

/** Two directives without any text between them need one of a shape that cannot be mistaken. */
function rejectAdjacent(item: PlacedItem, next: PlacedItem | undefined): void {
  if (next === undefined || 'text' in item || 'text' in next) return;
  if (isSolid(item, -1) || isSolid(next, 0) || isHostBeforePath(item, next)) return;
  if (isQuery(next) && ['path', 'token', 'host'].includes(getShape(item) ?? '')) return;
  throw refuse(item, next, 'there is no text between them');
}

/** Whether the edge of an item cannot be mistaken for its neighbour: a status, or a time but for mere digits. */
function isSolid(item: PlacedDirective, edge: 0 | -1): boolean {
  if ('directive' in item) return item.directive.shape === 'status';
  const part = item.time.at(edge);
  return typeof part === 'object' && !isEpoch(part.part) && part.part !== 'fraction';
}

/**
 * Of two fields that may hold spaces, with nothing but spaces and words between them, one cannot be split from the
 * other. A path gives way, since its spaces are rare.
 */
function settleWords(items: readonly PlacedItem[], pieces: readonly Piece[]): readonly Piece[] {
  const settled = [...pieces];
  let open: PlacedField | null = null;
  items.forEach((item, index) => {
    const piece = pieces[index];
    if (piece === undefined || endsWords(item, piece)) open = null;
    if (!('directive' in item) || piece === undefined || !isWords(piece)) return;
    if (open === null || item.directive.shape !== 'path') {
      if (open !== null && open.directive.shape !== 'path') throw refuse(open, item, 'both may hold spaces');
      if (open !== null) settled[items.indexOf(open)] = toWord(open, items);
      open = item;
    } else settled[index] = toWord(item, items);
  });
  return settled;
}

function toWord(item: PlacedField, items: readonly PlacedItem[]): Piece {
  const next = items[items.indexOf(item) + 1];
  if (next === undefined) return { field: item.field, kind: 'token' };
  return isQuery(next) ? { field: item.field, kind: 'pathToken' } : toWordPiece(item.field, getText(next));
}

function isWords(piece: Piece): boolean {
  if ('kind' in piece) return WORDS.has(piece.kind);
  return 'until' in piece && piece.until === REST_OF_LINE;
}

/** Whether this can only stand at one place of a line, so that what is before it ends there. */
function endsWords(item: PlacedItem, piece: Piece): boolean {
  if ('text' in item) return item.text.trim() !== '';
  if ('before' in piece) return false;
  if ('kind' in piece) return ENDING_KINDS.has(piece.kind);
  return !isWords(piece);
}

function refuse(first: PlacedDirective, second: PlacedDirective, why: string): UsageError {
  const [one, other] = [first, second].map((item) => ('directive' in item ? item.directive : item).written);
  return new UsageError(`--format: '${one}' and '${other}' cannot be told apart in a line: ${why}`, {
    hint: 'put quotes around them in the format of the server, as in "%r"',
  });
}
