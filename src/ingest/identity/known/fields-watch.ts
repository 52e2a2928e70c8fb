/**
 * Remembers the `#Fields` line that holds at the beginning of a range. In a W3C extended log it may be far before the range,
 * as the server writes one only when it starts or is told to log other fields (W3C extended log file format, "Directives").
 */
import { LF, skipNulBytes } from '../../../source/source.js';

const HASH = 0x23;
const FIELDS = '#Fields:';

/** A longer directive is not looked for; the lines of its log are then rejected, and not read wrongly. */
const MAX_DIRECTIVE_BYTES = 65_536;

/** Remembers the last `#Fields` line of the bytes that it is given. */
export class FieldsWatch {
  /** The last one so far, latin1, without its line end; null if there was none. */
  last: string | null = null;
  /** Whether the log may have such lines. */
  readonly isW3c: boolean;
  /** The beginning of a line whose end has not come yet; null within a line that is no directive. */
  #line: Buffer | null = Buffer.alloc(0);

  /**
   * @param head the first bytes of the log; if it does not begin with a directive (NULs may stand before it), it has none
   * @param isInsideLine whether the bytes to come begin within a line
   */
  constructor(head: Buffer, isInsideLine = false) {
    if (isInsideLine) this.#line = null;
    const first = skipNulBytes(head, 0, head.length);
    this.isW3c = head[first] === HASH || (first > 0 && first === head.length);
  }

  /** Takes the next bytes of the log. */
  update(taken: Buffer): void {
    if (!this.isW3c) return;
    const isBegun = this.#line === null || this.#line.length > 0;
    const bytes = isBegun ? taken : taken.subarray(skipNulBytes(taken, 0, taken.length));
    const isLineStart = this.#line !== null;
    const text = this.#line === null ? bytes : Buffer.concat([this.#line, bytes]);
    const end = text.lastIndexOf(LF) + 1;
    if (end > 0) this.#look(text.subarray(0, end), isLineStart);
    const rest = text.subarray(skipNulBytes(text, end, text.length));
    const mayBegin = end > 0 || isLineStart;
    const isDirective = rest.length === 0 || (rest[0] === HASH && rest.length <= MAX_DIRECTIVE_BYTES);
    this.#line = mayBegin && isDirective ? Buffer.from(rest) : null;
  }

  /** @param lines whole ones, but for the first one, which may lack its beginning */
  #look(lines: Buffer, isLineStart: boolean): void {
    for (let at = lines.lastIndexOf(FIELDS); at !== -1; at = lines.subarray(0, at).lastIndexOf(FIELDS)) {
      let before = at - 1;
      // NUL bytes before a line are no part of it
      while (lines[before] === 0) before -= 1;
      if (before === -1 ? isLineStart : lines[before] === LF) {
        this.last = lines.toString('latin1', at, lines.indexOf(LF, at));
        return;
      }
    }
  }
}
