/** Formats a rejected line for a person or as JSON. */
import type { Reject, RejectedLine } from '../parse/parse.js';
import { type LinePosition, toInputName } from '../source/source.js';
import { formatJson, toVisibleLine } from './text.js';

/** Characters of a rejected line that are shown. */
const SHOWN_CHARACTERS = 120;

/** `{"line": n, "offset": byte, "reject": reason, "field": name or null}` and a line end. */
export function formatRejectJson({ reject, field }: Reject, { number, offset }: LinePosition): string {
  return formatJson({ line: number, offset, reject, field });
}

/** One line for a person, without its line end: which input, line and byte, why, and the beginning of the line. */
export function formatRejectText(path: string, { reject, position, line }: RejectedLine): string {
  const field = reject.field === null ? '' : ` (${reject.field})`;
  const where = `${toInputName(path)} line ${position.number}, byte ${position.offset}`;
  return `${where}: rejected: ${reject.reject}${field}: ${toVisibleLine(line, SHOWN_CHARACTERS)}`;
}
