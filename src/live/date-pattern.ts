/**
 * A path with parts of the date in it, as cronolog and rotatelogs have it: `/var/log/site/%Y/%m/%d/access.log`. The time is that of
 * the process's time zone, TZ. What one writes another finds again, so writing and matching are one table (date-directives.ts).
 */
import { dirname } from 'node:path';
import { UsageError } from '../errors.js';
import { ABBREVIATIONS, DIRECTIVES, type Directive, getOffset } from './date-directives.js';

export interface DatePattern {
  /** As it was given. */
  readonly text: string;
  /** False if there is one path for all times. */
  readonly hasDirectives: boolean;
  /** The folder in which all paths are: what stands before the first part with a directive in it. */
  readonly folder: string;
  /** The path at a time. */
  format(date: Date): string;
  /** The first moment after a time at which the path is another one; null if there is none within `MAX_AHEAD_DAYS`. */
  nextChange(date: Date): Date | null;
  /** Whether a path is one that the pattern gives at some time; what is written twice, such as the year, must be the same. */
  matches(path: string): boolean;
  /** Finds the paths that match and a few more, with braces: `/var/log/{Jan,Feb}/access-[0-9][0-9].log`. */
  toGlob(): string;
}

/** More than a year, which is the longest step. */
const MAX_AHEAD_DAYS = 400;
const DAY_MS = 86_400_000;

/** A directive, or text; the last case is a `%` at the end. */
const PIECES = /%.|[^%]+|%$/gsu;

/** A directive by its letter, or text as it is. */
type Piece = string | { readonly letter: string; readonly directive: Directive };

/**
 * Reads a pattern with the directives of strftime(3).
 *
 * @throws UsageError if it has another directive
 */
export function parseDatePattern(text: string): DatePattern {
  const pieces = (text.match(PIECES) ?? []).flatMap((piece) => toPieces(piece, text));
  const directives = pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.directive]));
  const expression = new RegExp(`^${toExpression(pieces)}$`, 'su');
  const step = Math.min(...directives.map(({ stepMs }) => stepMs));
  const format = (date: Date) =>
    pieces.map((piece) => (typeof piece === 'string' ? piece : piece.directive.write(date))).join('');
  return {
    text,
    hasDirectives: directives.length > 0,
    folder: findFolder(pieces),
    format,
    nextChange: (date) => (directives.length === 0 ? null : findChange(format, date, step)),
    matches: (path) => expression.test(path),
    toGlob: () =>
      pieces.map((piece) => (typeof piece === 'string' ? escapeGlob(piece) : piece.directive.glob)).join(''),
  };
}

function toPieces(piece: string, text: string): Piece[] {
  if (!piece.startsWith('%')) return [piece];
  if (piece === '%%') return ['%'];
  const letter = piece.slice(1);
  const abbreviated = ABBREVIATIONS[letter];
  if (abbreviated !== undefined)
    return (abbreviated.match(PIECES) ?? []).flatMap((each) => toPieces(each, text));
  const directive = DIRECTIVES[letter];
  if (directive !== undefined) return [{ letter, directive }];
  const known = [...Object.keys(DIRECTIVES), ...Object.keys(ABBREVIATIONS), '%'].map((each) => `%${each}`);
  throw new UsageError(`'${piece}' in '${text}' is no part of a date that a path can have`, {
    hint: `known are ${known.join(' ')}; a percent sign is %%`,
  });
}

function findFolder(pieces: readonly Piece[]): string {
  const first = pieces.findIndex((piece) => typeof piece !== 'string');
  const plain = pieces.slice(0, first === -1 ? undefined : first).join('');
  // what stands before a directive may be a part of a name
  return dirname(first === -1 ? plain : `${plain}0`);
}

/** A directive that comes again stands for the same text. */
function toExpression(pieces: readonly Piece[]): string {
  const seen = new Set<string>();
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
      if (seen.has(piece.letter)) return `\\k<${piece.letter}>`;
      seen.add(piece.letter);
      return `(?<${piece.letter}>${piece.directive.expression})`;
    })
    .join('');
}

function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]{}()!]/g, '\\$&');
}

function findChange(format: (date: Date) => string, date: Date, stepMs: number): Date | null {
  const path = format(date);
  const end = date.getTime() + MAX_AHEAD_DAYS * DAY_MS;
  for (let at = findTurn(date.getTime(), stepMs); at <= end; at = findTurn(at, stepMs)) {
    const turn = new Date(at);
    if (format(turn) !== path) return turn;
  }
  return null;
}

/** The next moment at which the clock on the wall begins another step, or at which it is changed. */
function findTurn(at: number, stepMs: number): number {
  const offset = getOffset(at);
  const next = (Math.floor((at + offset) / stepMs) + 1) * stepMs - offset;
  if (getOffset(next) === offset) return next;
  let [before, changed] = [at, next];
  while (changed - before > 1) {
    const middle = Math.floor((before + changed) / 2);
    if (getOffset(middle) === offset) before = middle;
    else changed = middle;
  }
  return changed;
}
