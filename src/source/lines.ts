/**
 * Cuts a stream of bytes into lines in constant memory. Lines are latin1 strings, one character a byte, so that
 * offsets stay exact and any bytes survive. Only LF ends a line; a CR before it is left for `trimLineEnd`. NUL bytes at the
 * beginning of a line are no part of it: copytruncate leaves a hole of them before a writer that does not append.
 */
import { Transform, type TransformCallback } from 'node:stream';
import split2 from 'split2';

/** Bound of one line, in bytes without its line end. A longer line is one reject; the rest of it is skipped in streaming. */
export const MAX_LINE_BYTES = 65_536;

const LF = 0x0a;
const NUL = 0x00;
/** The mark that some programs put before UTF-8 text. */
export const UTF8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Finds where the NUL bytes end that stand at the beginning of a line.
 *
 * @param end the byte behind the last that is looked at
 * @returns `from` if there are none
 */
export function skipNulBytes(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] === NUL) at += 1;
  return at;
}

/**
 * Passes bytes on as latin1 text. It cuts lines that are too long to one byte over the limit, passes one of the NUL bytes
 * before a line, and knows what split2 does not tell: how long lines were, how many NUL bytes stood before them, and
 * whether the last line ended.
 */
export class LineGuard extends Transform {
  /** Bytes that arrived so far, a byte order mark included. */
  bytes = 0;
  /** Bytes of the byte order mark at the beginning: 0 or 3. */
  markBytes = 0;
  readonly #maxLineBytes: number;
  readonly #cutLineBytes: number[] = [];
  readonly #nulRuns: number[] = [];
  /** The line at hand: how many NUL bytes stand before it, and how many bytes it has so far. */
  #nulBytes = 0;
  #lineBytes = 0;
  /** The first bytes, until it is clear whether they are a byte order mark; null from then on. */
  #head: Buffer | null = Buffer.alloc(0);

  constructor(maxLineBytes: number) {
    super({ readableObjectMode: true, readableHighWaterMark: 4 });
    this.#maxLineBytes = maxLineBytes;
  }

  /** Whether what arrived so far ends in the middle of a line. */
  get isInsideLine(): boolean {
    return this.#lineBytes > 0 || this.#nulBytes > 0;
  }

  /** The real length of the oldest cut line that was not asked for yet, in bytes without its line end. */
  takeCutLineBytes(): number {
    const bytes = this.#cutLineBytes.shift();
    if (bytes === undefined) throw new Error('there is no line that was cut');
    return bytes;
  }

  /** How many NUL bytes stood before the oldest line that began with one and was not asked for yet. */
  takeNulBytes(): number {
    const bytes = this.#nulRuns.shift();
    if (bytes === undefined) throw new Error('there is no line behind NUL bytes');
    return bytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    const rest = this.#head === null ? chunk : this.#skipMark(Buffer.concat([this.#head, chunk]));
    if (rest !== null) this.#pass(rest);
    done();
  }

  override _flush(done: TransformCallback): void {
    if (this.#head !== null) this.#pass(this.#head);
    this.#noteLine();
    done();
  }

  /** The bytes after the mark, or null while too few have arrived to tell. */
  #skipMark(head: Buffer): Buffer | null {
    if (head.length < UTF8_BOM.length && UTF8_BOM.subarray(0, head.length).equals(head)) {
      this.#head = head;
      return null;
    }
    this.#head = null;
    if (!head.subarray(0, UTF8_BOM.length).equals(UTF8_BOM)) return head;
    this.markBytes = UTF8_BOM.length;
    return head.subarray(UTF8_BOM.length);
  }

  #pass(chunk: Buffer): void {
    const hasNuls = this.#nulBytes > 0 || chunk.includes(NUL);
    if (!hasNuls && this.#isWithinLimit(chunk)) this.push(chunk.toString('latin1'));
    else this.#pushCut(chunk);
  }

  /** The quick test that nearly every chunk passes: no line in it is too long. */
  #isWithinLimit(chunk: Buffer): boolean {
    const firstEnd = chunk.indexOf(LF);
    if (firstEnd === -1) {
      if (this.#lineBytes + chunk.length > this.#maxLineBytes) return false;
      this.#lineBytes += chunk.length;
      return true;
    }
    if (this.#lineBytes + firstEnd > this.#maxLineBytes) return false;
    let lineStart = firstEnd + 1;
    // from the beginning of a line to the last line end within the limit, until the rest is shorter than the limit
    while (chunk.length - lineStart > this.#maxLineBytes) {
      const end = chunk.lastIndexOf(LF, lineStart + this.#maxLineBytes);
      if (end < lineStart) return false;
      lineStart = end + 1;
    }
    this.#lineBytes = chunk.length - chunk.lastIndexOf(LF) - 1;
    return true;
  }

  /** Passes at most one byte over the limit of each line on, and one NUL of those before it. */
  #pushCut(chunk: Buffer): void {
    let passed = '';
    for (let at = 0; at < chunk.length; ) {
      const end = chunk.indexOf(LF, at);
      const lineEnd = end === -1 ? chunk.length : end;
      const from = this.#lineBytes === 0 ? skipNulBytes(chunk, at, lineEnd) : at;
      if (from > at && this.#nulBytes === 0) passed += '\0';
      this.#nulBytes += from - at;
      const room = Math.max(0, this.#maxLineBytes + 1 - this.#lineBytes);
      passed += chunk.toString('latin1', from, Math.min(lineEnd, from + room));
      this.#lineBytes += lineEnd - from;
      if (end !== -1) {
        this.#endLine();
        passed += '\n';
      }
      at = lineEnd + 1;
    }
    if (passed !== '') this.push(passed);
  }

  #endLine(): void {
    this.#noteLine();
    this.#nulBytes = 0;
    this.#lineBytes = 0;
  }

  #noteLine(): void {
    if (this.#nulBytes > 0) this.#nulRuns.push(this.#nulBytes);
    if (this.#lineBytes > this.#maxLineBytes) this.#cutLineBytes.push(this.#lineBytes);
  }
}

/** The place of a line in its input. */
export interface LinePosition {
  /** Counted from 1. */
  readonly number: number;
  /** The line's first byte, counted from 0 in the decompressed input. */
  readonly offset: number;
  /** The line's length in bytes, without its LF. */
  readonly bytes: number;
  /** NUL bytes that stand before the line, and are no part of it. */
  readonly nulBytes: number;
  /** Whether the input ended before the line did. */
  readonly isUnfinished: boolean;
}

/** Takes one line; what it returns, if anything, is passed on down the stream. */
export type LineHandler = (line: string, position: LinePosition, isTooLong: boolean) => string | undefined;

/**
 * Makes the streams that cut bytes into lines and hand each line to a function.
 * The function is called in split2's mapper: that costs half as much as a stream of objects with one object a line.
 *
 * @param maxLineBytes a longer line is handed over cut to one byte more, and marked as too long
 * @returns streams for a pipeline: bytes go in, the handler's strings come out
 */
export function createLineStreams(
  maxLineBytes: number,
  handle: LineHandler,
): { readonly guard: LineGuard; readonly splitter: Transform } {
  const guard = new LineGuard(maxLineBytes);
  const position = { number: 0, offset: 0, bytes: 0, nulBytes: 0, isUnfinished: false };
  let nextOffset = -1;
  const splitter = split2(
    '\n',
    (passed: string) => {
      const isBehindNuls = passed.charCodeAt(0) === NUL;
      const line = isBehindNuls ? passed.slice(1) : passed;
      const isTooLong = line.length > maxLineBytes;
      position.number += 1;
      position.nulBytes = isBehindNuls ? guard.takeNulBytes() : 0;
      position.offset = (nextOffset === -1 ? guard.markBytes : nextOffset) + position.nulBytes;
      position.bytes = isTooLong ? guard.takeCutLineBytes() : line.length;
      // a line that has ended has at least its LF behind it among the bytes that arrived
      position.isUnfinished = position.offset + position.bytes === guard.bytes;
      nextOffset = position.offset + position.bytes + 1;
      return handle(line, position, isTooLong);
    },
    { decodeStrings: false },
  );
  return { guard, splitter };
}

/** Removes the CR of a CR LF line end; a CR inside a line stays. */
export function trimLineEnd(line: string): string {
  return line.charCodeAt(line.length - 1) === 0x0d ? line.slice(0, -1) : line;
}

/** The whole lines of a log's first bytes, without NULs before the first. */
export function listLines(head: Buffer): readonly string[] {
  return head
    .toString('latin1', skipNulBytes(head, 0, head.length))
    .split('\n')
    .slice(0, -1);
}
