/**
 * Compiles a layout into one anchored regular expression over the whole line, and explains why a line does not match.
 * Only the wanted fields are captured: V8 pays for every group.
 */
import { type FieldKind, type GroupName, type Piece, toFieldParts } from './layout.js';
import type { Reject, RejectReason } from './reject.js';

export interface Expression {
  readonly regexp: RegExp;
  /** The number of each captured group in the match; a group that is not there was not wanted or is not in the layout. */
  readonly groups: ReadonlyMap<GroupName, number>;
}

const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;

/** The layout as a regular expression that captures the wanted groups; the whole line has to match. */
export function compileExpression(pieces: readonly Piece[], wanted: ReadonlySet<GroupName>): Expression {
  const groups = new Map<GroupName, number>();
  const source = pieces.map((piece) => toSource(piece, wanted, groups)).join('');
  return { regexp: new RegExp(`^${source}$`, 's'), groups };
}

function toSource(piece: Piece, wanted: ReadonlySet<GroupName>, groups: Map<GroupName, number>): string {
  if ('text' in piece) return piece.text.replace(SPECIAL, '\\$&');
  if ('optional' in piece) {
    return `(?:${piece.optional.map((inner) => toSource(inner, wanted, groups)).join('')})?`;
  }
  return toFieldParts(piece)
    .map((part) => {
      if (typeof part === 'string') return part;
      if (!wanted.has(part.group)) return `(?:${part.pattern})`;
      groups.set(part.group, groups.size + 1);
      return `(${part.pattern})`;
    })
    .join('');
}

const NO_GROUPS: ReadonlySet<GroupName> = new Set();

const REASON_OF_KIND: Readonly<Record<FieldKind, RejectReason>> = {
  token: 'unexpected text',
  host: 'unexpected text',
  port: 'unexpected text',
  words: 'unexpected text',
  quoted: 'unclosed quote',
  time: 'bad time',
  status: 'bad status',
  size: 'bad size',
};

/**
 * Makes the explanation for lines that `compileExpression` does not match: how far they fit.
 * It is slow, and only for rejects.
 */
export function createDiagnosis(pieces: readonly Piece[]): (line: string) => Reject {
  const prefixes = pieces.map((_, index) => {
    const sources = pieces.slice(0, index + 1).map((piece) => toSource(piece, NO_GROUPS, new Map()));
    return new RegExp(`^${sources.join('')}`, 's');
  });
  return (line) => {
    const failed = prefixes.findIndex((prefix) => !prefix.test(line));
    const fits = failed === -1 ? prefixes.at(-1) : prefixes[failed - 1];
    const fitting = fits?.exec(line)?.[0].length ?? 0;
    if (failed === -1) return explainRest(pieces.at(-1), line.slice(fitting));
    return explainPiece(pieces, failed, fitting === line.length);
  };
}

/** Everything fitted, but the line goes on: a last field that is too long, or text that the format does not have. */
function explainRest(last: Piece | undefined, rest: string): Reject {
  if (last !== undefined && 'field' in last && !rest.startsWith(' '))
    return { reject: REASON_OF_KIND[last.kind], field: last.field };
  return { reject: 'trailing text', field: null };
}

/** Text between two fields that does not fit is the fault of the field before it: `2000` is not a status. */
function explainPiece(pieces: readonly Piece[], failed: number, atEnd: boolean): Reject {
  const piece = pieces[failed];
  const before = pieces[failed - 1];
  if (piece !== undefined && 'field' in piece) {
    return { reject: atEnd ? 'line ends early' : REASON_OF_KIND[piece.kind], field: piece.field };
  }
  if (before !== undefined && 'field' in before) {
    const endsEarly = atEnd && before.kind !== 'quoted';
    return { reject: endsEarly ? 'line ends early' : REASON_OF_KIND[before.kind], field: before.field };
  }
  return { reject: atEnd ? 'line ends early' : 'unexpected text', field: null };
}
