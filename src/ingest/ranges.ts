/**
 * The part of an input that has to be counted: one range, from what was counted before to its end; or several, where a run
 * was undone. Everything is hashed, but only the bytes of the ranges are passed on to be read as lines.
 */
import { Account } from './account.js';
import type { Checkpoint, PrefixHasher } from './checkpoints.js';
import type { Content } from './content.js';
import type { UncountedRange } from './streams.js';

const LF = 0x0a;

/** One range on its way to become a batch. */
export interface CountedRange extends UncountedRange {
  /** Where counting ends; known only when it has ended. */
  end: number;
  readonly account: Account;
  /** The range begins within a line, which was counted without its end: the rest of it is no line. */
  startsInsideLine: boolean;
  /** Bytes of a last line without its end that was left for another time. */
  unfinishedBytes: number;
  /** Bytes that were passed on. */
  passedBytes: number;
}

/** The ranges of one input, in order, while they are read. */
export class RangeReader {
  readonly ranges: readonly CountedRange[];
  readonly #content: Content;
  readonly #hasher: PrefixHasher;
  readonly #limit: number;
  #isInsideLine: boolean;
  #lineEnd: Checkpoint | null = null;
  #rangeAt = 0;
  #passedBefore = 0;

  /**
   * @param start what was hashed so far, whether it ended within a line, and where reading stops at the latest
   * @param uncounted ascending, none before the position of the hasher
   */
  constructor(
    content: Content,
    uncounted: readonly UncountedRange[],
    start: { readonly hasher: PrefixHasher; readonly isInsideLine: boolean; readonly limit: number },
  ) {
    this.#content = content;
    this.#hasher = start.hasher;
    this.#isInsideLine = start.isInsideLine;
    this.#limit = start.limit;
    this.ranges = uncounted.map((range) => ({
      ...range,
      account: new Account(),
      startsInsideLine: false,
      unfinishedBytes: 0,
      passedBytes: 0,
    }));
  }

  /** Bytes of the log that were read so far. */
  get position(): number {
    return this.#hasher.position;
  }

  /** The checkpoints that were passed, from the beginning of the log. */
  get checkpoints(): readonly Checkpoint[] {
    return this.#hasher.checkpoints;
  }

  /** The end of the last whole line that was read; null where there was none. */
  get lineEnd(): Checkpoint | null {
    return this.#lineEnd;
  }

  /** The digest of all that was read. */
  getEnd(): Checkpoint {
    return this.#hasher.getCheckpoint();
  }

  /** The bytes of the ranges, one after the other. */
  async *read(): AsyncGenerator<Buffer> {
    while (this.#hasher.position < this.#limit) {
      const bytes = await this.#content.next();
      if (bytes === null) return;
      const part = bytes.subarray(0, this.#limit - this.#hasher.position);
      this.#content.unread(bytes.subarray(part.length));
      yield* this.#take(part);
    }
  }

  /**
   * Ends the counting.
   *
   * @param countedEnd the byte after the last that was counted
   * @returns the ranges of which something was counted, each with its end
   */
  close(countedEnd: number): readonly CountedRange[] {
    for (const range of this.ranges) range.end = Math.min(range.end, countedEnd);
    return this.ranges.filter((range) => range.passedBytes > 0 && range.end > range.start);
  }

  /** Lines that were entered into an account so far. */
  countLines(): number {
    return this.ranges.reduce((sum, range) => sum + range.account.lines, 0);
  }

  /**
   * The range that a passed byte belongs to; asked for ascending positions, once a line.
   *
   * @param passedOffset position among the passed bytes
   */
  getRange(passedOffset: number): CountedRange {
    for (;;) {
      const range = this.ranges[this.#rangeAt];
      if (range === undefined) throw new Error('a line belongs to no range');
      if (passedOffset - this.#passedBefore < range.end - range.start) return range;
      this.#passedBefore += range.end - range.start;
      this.#rangeAt += 1;
    }
  }

  /** Where a passed byte of the range that was got last stands in the log. */
  toLogOffset(passedOffset: number): number {
    return (this.ranges[this.#rangeAt]?.start ?? 0) + passedOffset - this.#passedBefore;
  }

  *#take(bytes: Buffer): Generator<Buffer> {
    const from = this.#hasher.position;
    const to = from + bytes.length;
    for (const range of this.ranges) {
      if (range.end <= from || range.start >= to) continue;
      const start = Math.max(range.start, from) - from;
      const part = bytes.subarray(start, Math.min(range.end, to) - from);
      if (range.passedBytes === 0) {
        range.startsInsideLine = start === 0 ? this.#isInsideLine : bytes[start - 1] !== LF;
      }
      range.passedBytes += part.length;
      yield part;
    }
    this.#hash(bytes);
  }

  #hash(bytes: Buffer): void {
    const lastEnd = bytes.lastIndexOf(LF) + 1;
    if (lastEnd > 0) {
      this.#hasher.update(bytes.subarray(0, lastEnd));
      this.#lineEnd = this.#hasher.getCheckpoint();
    }
    this.#hasher.update(bytes.subarray(lastEnd));
    this.#isInsideLine = lastEnd < bytes.length;
  }
}
