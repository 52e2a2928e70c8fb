/**
 * Cuts the bytes of one range of a log into lines. Offsets are counted in the log. A line that is longer than the limit is
 * handed over cut, so that memory stays bounded. A byte order mark of UTF-8 at the beginning of a log is skipped, and so are
 * NUL bytes at the beginning of a line.
 */
import { LF, type LineHandler, skipNulBytes, UTF8_BOM } from './lines.js';

/** The range that is cut, and the functions that take its lines. */
export interface LineCutterOptions {
  /** The first byte of the range in the log. */
  readonly start: number;
  readonly maxLineBytes: number;
  /** Takes each line that `scan` did not read. The line's number counts only these lines. */
  readonly handle: LineHandler;
  /** Takes the bytes that are cut off a line, before the line itself is handed over. */
  readonly onCut: (bytes: Buffer) => void;
  /** Reads whole lines by itself, from `from` up to `end`; returns the beginning of the first line that it did not read. */
  readonly scan: (bytes: Buffer, from: number, end: number) => number;
}

/** Makes the cutter of a whole input that hands over each line. */
export function createLineCutter(maxLineBytes: number, handle: LineHandler): LineCutter {
  const onCut = () => undefined;
  return new LineCutter({ start: 0, maxLineBytes, handle, onCut, scan: (_bytes, from) => from });
}

/** Takes the bytes of one range, piece by piece. */
export class LineCutter {
  readonly #options: LineCutterOptions;
  /** The line at hand: its offset (that of the NULs before it), the number of these NULs, and its bytes that are kept or cut off. */
  #offset: number;
  #nulBytes = 0;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #cutBytes = 0;
  /** The first bytes of a log, as long as they may become a byte order mark. */
  #mark: Buffer | null;
  #number = 0;

  constructor(options: LineCutterOptions) {
    this.#options = options;
    this.#offset = options.start;
    this.#mark = options.start === 0 ? Buffer.alloc(0) : null;
  }

  push(chunk: Buffer): void {
    const bytes = this.#mark === null ? chunk : this.#skipMark(this.#mark, chunk);
    const end = bytes.lastIndexOf(LF) + 1;
    let at = 0;
    if (end > 0 && this.#hasBegun) {
      at = bytes.indexOf(LF) + 1;
      this.#keep(bytes.subarray(0, at - 1));
      this.#handKept(false);
    }
    while (at < end) {
      const next = this.#options.scan(bytes, at, end);
      this.#offset += next - at;
      at = next < end ? this.#handLine(bytes, next) : next;
    }
    if (at < bytes.length) this.#keep(bytes.subarray(at));
  }

  /** Hands over the line that has begun and not ended. */
  finish(): void {
    if (this.#mark !== null && this.#mark.length > 0) this.#keep(this.#mark);
    if (this.#hasBegun) this.#handKept(true);
  }

  get #hasBegun(): boolean {
    return this.#keptBytes > 0 || this.#nulBytes > 0;
  }

  #skipMark(head: Buffer, chunk: Buffer): Buffer {
    const bytes = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    if (bytes.length < UTF8_BOM.length && UTF8_BOM.subarray(0, bytes.length).equals(bytes)) {
      this.#mark = bytes;
      return bytes.subarray(bytes.length);
    }
    this.#mark = null;
    if (!bytes.subarray(0, UTF8_BOM.length).equals(UTF8_BOM)) return bytes;
    this.#offset += UTF8_BOM.length;
    return bytes.subarray(UTF8_BOM.length);
  }

  /** @returns the beginning of the next line */
  #handLine(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(LF, at);
    const from = skipNulBytes(bytes, at, end);
    const { maxLineBytes, onCut } = this.#options;
    const keptEnd = Math.min(end, from + maxLineBytes + 1);
    if (keptEnd < end) onCut(bytes.subarray(keptEnd, end));
    this.#nulBytes = from - at;
    this.#hand(bytes.toString('latin1', from, keptEnd), end - from, false);
    return end + 1;
  }

  #keep(bytes: Buffer): void {
    const from = this.#keptBytes === 0 ? skipNulBytes(bytes, 0, bytes.length) : 0;
    this.#nulBytes += from;
    const room = Math.max(0, this.#options.maxLineBytes + 1 - this.#keptBytes);
    const kept = bytes.subarray(from, from + room);
    // a copy: a slice of a piece, even an empty one, would keep the whole piece in memory
    if (kept.length > 0) this.#kept.push(Buffer.from(kept));
    this.#keptBytes += kept.length;
    const cut = bytes.subarray(from + room);
    if (cut.length === 0) return;
    this.#cutBytes += cut.length;
    this.#options.onCut(cut);
  }

  #handKept(isUnfinished: boolean): void {
    const bytes = this.#keptBytes + this.#cutBytes;
    const line = Buffer.concat(this.#kept).toString('latin1');
    this.#kept = [];
    this.#keptBytes = 0;
    this.#cutBytes = 0;
    this.#hand(line, bytes, isUnfinished);
  }

  #hand(line: string, bytes: number, isUnfinished: boolean): void {
    this.#number += 1;
    const nulBytes = this.#nulBytes;
    const position = { number: this.#number, offset: this.#offset + nulBytes, bytes, nulBytes, isUnfinished };
    this.#options.handle(line, position, bytes > this.#options.maxLineBytes);
    this.#offset += nulBytes + bytes + 1;
    this.#nulBytes = 0;
  }
}
