/**
 * Compiles a layout into one anchored regular expression over the whole line, and explains why a line does not match.
 * Only the wanted groups are captured: V8 pays for every group.
 */
import { escapeText, type FieldKind, type GroupKey, type Piece, toParts } from './layout.js';
import type { Reject, RejectReason } from './reject.js';

export interface Expression {
  readonly regexp: RegExp;
  /** The number of each captured group in the match; a group that is not there was not wanted or is not in the layout. */
  readonly groups: ReadonlyMap<GroupKey, number>;
}

/**
 * Programs pad columns with spaces, so that a run of them may be shorter or longer. It takes all that are there, but for
 * one before a digit, which may belong to a day of one digit: what follows is never tried at each of many spaces.
 */
const RUN_OF_SPACES = ' +(?! [^1-9])';

/** The layout as a regular expression that the whole line has to match, and that captures the wanted groups. */
export function compileExpression(
  pieces: readonly Piece[],
  isWanted: (group: GroupKey) => boolean,
): Expression {
  const groups = new Map<GroupKey, number>();
  const source = pieces.map((piece) => toSource(piece, isWanted, groups)).join('');
  return { regexp: new RegExp(`^${source}$`, 's'), groups };
}

function toSource(
  piece: Piece,
  isWanted: (group: GroupKey) => boolean,
  groups: Map<GroupKey, number>,
): string {
  if ('text' in piece) return escapeText(piece.text).replace(/ {2,}/g, RUN_OF_SPACES);
  if ('skip' in piece) return `(?:${piece.skip})`;
  if ('optional' in piece) {
    return `(?:${piece.optional.map((inner) => toSource(inner, isWanted, groups)).join('')})?`;
  }
  return toParts(piece)
    .map((part) => {
      if (typeof part === 'string') return escapeText(part);
      if (!isWanted(part.group)) return `(?:${part.pattern})`;
      groups.set(part.group, groups.size + 1);
      return `(${part.pattern})`;
    })
    .join('');
}

/** Why a line is rejected if a field of the kind does not fit; of all other kinds it is unexpected text. */
const REASON_OF_KIND: Readonly<Partial<Record<FieldKind, RejectReason>>> = {
  quoted: 'unclosed quote',
  maybeQuoted: 'unclosed quote',
  status: 'bad status',
  size: 'bad size',
};

/** Makes the explanation for lines that `compileExpression` does not match: how far they fit. It is slow. */
export function createDiagnosis(pieces: readonly Piece[]): (line: string) => Reject {
  const prefixes = pieces.map((_, index) => {
    const sources = pieces.slice(0, index + 1).map((piece) => toSource(piece, () => false, new Map()));
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

/** Explains a line of which everything fits but that goes on: the last field is too long, or text follows that the format does not have. */
function explainRest(last: Piece | undefined, rest: string): Reject {
  const blamed = rest.startsWith(' ') ? null : explainField(last);
  return blamed ?? { reject: 'trailing text', field: null };
}

/** Text between two fields that does not fit is the fault of the field before it: `2000` is not a status. */
function explainPiece(pieces: readonly Piece[], failed: number, atEnd: boolean): Reject {
  const own = explainField(pieces[failed]);
  if (own !== null) return atEnd ? { ...own, reject: 'line ends early' } : own;
  const before = explainField(pieces.slice(0, failed).findLast((piece) => !('skip' in piece)));
  if (before === null) return { reject: atEnd ? 'line ends early' : 'unexpected text', field: null };
  return atEnd && before.reject !== 'unclosed quote' ? { ...before, reject: 'line ends early' } : before;
}

/** Says what is wrong if this piece does not fit; null for a piece that is no field. */
function explainField(piece: Piece | undefined): Reject | null {
  if (piece === undefined) return null;
  if ('time' in piece) return { reject: 'bad time', field: 'time' };
  if (!('field' in piece)) return null;
  const field = piece.field.replace(/^extra:/, '');
  const reason = 'kind' in piece ? REASON_OF_KIND[piece.kind] : undefined;
  return { reject: reason ?? 'unexpected text', field };
}
