/**
 * What a line is. Lines are latin1 strings, one character a byte, so that offsets stay exact and any bytes survive. Only LF
 * ends a line; a CR before it is left for `trimLineEnd`. NUL bytes at the beginning of a line are no part of it: copytruncate
 * leaves a hole of them before a writer that does not append.
 */

/** Bound of one line, in bytes without its line end. A longer line is one reject; the rest of it is skipped in streaming. */
export const MAX_LINE_BYTES = 65_536;

/** The byte that ends a line. */
export const LF = 0x0a;

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

/** Takes one line; one that is too long is cut to one byte more than the limit. */
export type LineHandler = (line: string, position: LinePosition, isTooLong: boolean) => void;

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

/** A line that is kept for later. */
export interface HeldLine {
  readonly line: string;
  readonly position: LinePosition;
  readonly isTooLong: boolean;
}

/**
 * Holds the first lines back, makes the handler from them, and hands them to it before all others.
 *
 * @param sampleLines how many lines are held back; 0 makes the handler at once
 * @returns `handle` for all lines of an input, and `finish` for the lines that are still held back after the last one
 */
export function createSampledConsumer(
  sampleLines: number,
  create: (sample: readonly string[]) => LineHandler,
): { readonly handle: LineHandler; readonly finish: () => void } {
  if (sampleLines === 0) return { handle: create([]), finish: () => undefined };
  let made: LineHandler | null = null;
  const held: HeldLine[] = [];
  const release = () => {
    made = create(held.map(({ line }) => line));
    for (const { line, position, isTooLong } of held) made(line, position, isTooLong);
  };
  return {
    handle(line, position, isTooLong) {
      if (made !== null) return made(line, position, isTooLong);
      held.push({ line, position, isTooLong });
      if (held.length === sampleLines) release();
    },
    finish() {
      if (made === null) release();
    },
  };
}
