/** The bytes of rows for COPY, written one column after the other. */
import { SECRET_MARKS } from '../../../audience/audience.js';

/** A piece of rows has about so many bytes. */
const PIECE_BYTES = 131_072;

const TAB = 0x09;
const LF = 0x0a;

const COLON = 0x3a;
const SLASH = 0x2f;

/** Bytes of a plain text: printable ASCII that neither a format nor COPY escapes, and in which no secret can be. */
const PLAIN = new Uint8Array(256).map((_, byte) => {
  const isPrintable = byte >= 0x20 && byte < 0x7f;
  return Number(isPrintable && !`\\:${SECRET_MARKS}`.includes(String.fromCharCode(byte)));
});

/** Whether a byte of a text is the colon of a scheme, in which no secret is either. */
function isSchemeEnd(bytes: Buffer, at: number, to: number): boolean {
  return bytes[at] === COLON && at + 2 < to && bytes[at + 1] === SLASH && bytes[at + 2] === SLASH;
}

/** Whether bytes of a line are a plain text: what is stored is what stands there. */
export function isPlain(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1)
    if (PLAIN[bytes[at] ?? 0] === 0 && !isSchemeEnd(bytes, at, to)) return false;
  return true;
}

export class RowBytes {
  #bytes = Buffer.alloc(0);
  #end = 0;
  /** Where the row at hand begins. */
  #rowAt = 0;

  /** Whether the rows fill a piece. */
  get isFull(): boolean {
    return this.#end >= PIECE_BYTES;
  }

  /** Ends a column. */
  endColumn(): void {
    this.#reserve(1);
    this.#bytes[this.#end++] = TAB;
  }

  /** Ends a row, in place of the tab behind its last column. */
  endRow(): void {
    this.#bytes[this.#end - 1] = LF;
    this.#rowAt = this.#end;
  }

  /** Adds bytes as they are. */
  add(bytes: Buffer, from = 0, to = bytes.length): void {
    this.#reserve(to - from);
    const own = this.#bytes;
    let end = this.#end;
    for (let at = from; at < to; at += 1) own[end++] = bytes[at] ?? 0;
    this.#end = end;
  }

  /** Adds bytes if they are a plain text. @returns false if they are not: then nothing was added */
  addPlain(bytes: Buffer, from: number, to: number): boolean {
    this.#reserve(to - from);
    const own = this.#bytes;
    let end = this.#end;
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at] ?? 0;
      if (PLAIN[byte] === 0 && !isSchemeEnd(bytes, at, to)) return false;
      own[end++] = byte;
    }
    this.#end = end;
    return true;
  }

  /** Adds a text as it is. */
  addText(text: string): void {
    this.#reserve(text.length * 3);
    this.#end += this.#bytes.write(text, this.#end, 'utf8');
  }

  /** The same for a short text in ASCII. */
  addAscii(text: string): void {
    this.#reserve(text.length);
    for (let at = 0; at < text.length; at += 1) this.#bytes[this.#end + at] = text.charCodeAt(at);
    this.#end += text.length;
  }

  /** Takes the rows that are there. */
  take(): Buffer {
    const rows = this.#bytes.subarray(0, this.#rowAt);
    this.#bytes = Buffer.alloc(0);
    this.#end = 0;
    this.#rowAt = 0;
    return rows;
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(
      Math.max(2 * this.#bytes.length, PIECE_BYTES + 4096, this.#end + 2 * bytes),
    );
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}
