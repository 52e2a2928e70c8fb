/** Formats a rejected line for a person or as JSON. */
import { createLineMask, SECRET_NAMES } from '../audience/audience.js';
import type { Reject, RejectedLine } from '../parse/parse.js';
import { type LinePosition, toInputName } from '../source/source.js';
import { formatJson, toVisibleLine } from './text.js';

/** Characters of a rejected line that are shown. */
const SHOWN_CHARACTERS = 120;

/** `{"line": n, "offset": byte, "reject": reason, "field": name or null}` and a line end. */
export function formatRejectJson({ reject, field }: Reject, { number, offset }: LinePosition): string {
  return formatJson({ line: number, offset, reject, field });
}

/**
 * One line for a person, without its line end: which input, line and byte, why, and the beginning of the line.
 *
 * @param mask hides its secrets
 */
export function formatRejectText(
  path: string,
  { reject, position, line }: RejectedLine,
  mask: (line: string) => string = createLineMask(SECRET_NAMES),
): string {
  const field = reject.field === null ? '' : ` (${reject.field})`;
  const where = `${toInputName(path)} line ${position.number}, byte ${position.offset}`;
  return `${where}: rejected: ${reject.reject}${field}: ${toVisibleLine(mask(line), SHOWN_CHARACTERS)}`;
}
