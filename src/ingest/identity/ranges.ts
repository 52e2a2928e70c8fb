/**
 * Reads the bytes of an input that have to be counted: one range, from the last counted byte to the end; or several, if a run
 * was undone. All bytes are hashed, but only those of the ranges are passed on to be read as lines.
 */
import { getRestMs, LF, type Patience, type RereadableInput } from '../../source/source.js';
import type { BeginningWatch, Stop } from './known/beginning-watch.js';
import type { Checkpoint, PrefixHasher } from './known/checkpoints.js';
import type { FieldsWatch } from './known/fields-watch.js';
import type { UncountedRange } from './known/streams.js';

/** A line that has begun is kept up to so many bytes, so that it can be read again. */
const MAX_UNFINISHED_BYTES = 1_048_576;

/** One range while it is read. */
export interface ReadRange extends UncountedRange {
  /** The byte after the last that was counted; known only when counting has ended. */
  end: number;
  /** The range begins within a line, which was counted without its end. */
  startsInsideLine: boolean;
  /** The `#Fields` line that holds at its beginning; null if there is none. */
  fieldsBefore: string | null;
}

/** Some bytes of a range. */
export interface RangePiece {
  readonly range: ReadRange;
  readonly bytes: Buffer;
}

/** The place at which reading begins. */
export interface ReadingStart {
  /** The digest of what was read so far. */
  readonly hasher: PrefixHasher;
  readonly fields: FieldsWatch;
  /** Whether what was read so far ends within a line. */
  readonly isInsideLine: boolean;
  /** Reading stops at this byte at the latest. */
  readonly limit: number;
  /** Whether a known log seems to begin at `limit`. */
  readonly isFollowed: boolean;
  /** Null waits for ever. */
  readonly patience: Patience | null;
  /** Null if no other log can follow. */
  readonly watch: BeginningWatch | null;
  /** Lines before this byte of the log are known to be its own. */
  readonly watchedFrom: number;
}

/** The ranges of one input, in order, while they are read. */
export class RangeReader {
  readonly ranges: readonly ReadRange[];
  /** The digest of what was read, but for a line that has begun. */
  readonly hasher: PrefixHasher;
  readonly fields: FieldsWatch;
  /** Whether reading stopped before the end of a pipe: because nothing came, or the program is to stop. */
  isSilent = false;
  /** Whether a known log seems to begin behind what is read. */
  isFollowed: boolean;
  /** Whether that happened within a gap that `undo` left. */
  isFollowedInGap = false;
  readonly #input: RereadableInput;
  readonly #start: ReadingStart;
  readonly #startedAt = performance.now();
  /** The range that was passed on last. */
  #entered: ReadRange | null = null;
  #isInsideLine: boolean;
  #hasLine = false;
  /** The end of the last whole line, if the hasher has gone beyond it. */
  #lineEnd: Checkpoint | null = null;
  #unfinished: Buffer[] = [];
  #unfinishedBytes = 0;

  /** @param uncounted ascending, none before the position of the hasher */
  constructor(input: RereadableInput, uncounted: readonly UncountedRange[], start: ReadingStart) {
    this.#input = input;
    this.#start = start;
    this.hasher = start.hasher;
    this.fields = start.fields;
    this.isFollowed = start.isFollowed;
    this.#isInsideLine = start.isInsideLine;
    this.ranges = uncounted.map((range) => ({ ...range, startsInsideLine: false, fieldsBefore: null }));
  }

  /** Bytes of the log that were read so far. */
  get position(): number {
    return this.hasher.position + this.#unfinishedBytes;
  }

  /** Whether what was read ends within a line. */
  get isInsideLine(): boolean {
    return this.#isInsideLine;
  }

  /** The end of the last whole line that was read; null if there was none. */
  get lineEnd(): Checkpoint | null {
    if (!this.#hasLine) return null;
    return this.#lineEnd ?? this.hasher.getCheckpoint();
  }

  /** The digest of all that was read. */
  getEnd(): Checkpoint {
    this.#hashUnfinished();
    return this.hasher.getCheckpoint();
  }

  /** Takes the line that has begun out again, as if it had not been read. */
  takeUnfinished(): Buffer[] {
    this.#unfinishedBytes = 0;
    return this.#unfinished.splice(0);
  }

  /** The bytes of the ranges, one after the other. */
  async *read(): AsyncGenerator<RangePiece> {
    const { limit } = this.#start;
    while (this.position < limit) {
      const bytes = await this.#input.next(this.#getPatienceMs());
      if (bytes === 'silent' || (bytes === null && this.#input.isInterrupted)) this.isSilent = true;
      if (bytes === 'silent' || bytes === null) return;
      const slice = bytes.subarray(0, limit - this.position);
      this.#input.unread(bytes.subarray(slice.length));
      const stop = await this.#findStop(slice);
      this.#input.unread(slice.subarray(stop?.at ?? slice.length));
      yield* this.#take(slice.subarray(0, stop?.at ?? slice.length));
      if (stop === null) continue;
      this.isSilent = stop.kind === 'silent';
      this.isFollowed ||= stop.kind === 'followed';
      return;
    }
  }

  /** Finds where another log seems to begin. The end of the known bytes was looked at before. */
  async #findStop(bytes: Buffer): Promise<Stop | null> {
    const { watch, watchedFrom } = this.#start;
    if (watch === null) return null;
    const { position } = this;
    for (const { start, end } of this.ranges) {
      const isTail = end === Number.POSITIVE_INFINITY;
      const to = Math.min(end - position, bytes.length);
      const first = Math.max(start + (isTail ? 1 : 0), watchedFrom) - position;
      const from = this.#findLineStart(bytes, Math.max(0, first));
      if (from === -1 || from >= to) continue;
      const patienceMs = this.#getPatienceMs();
      const stop = await watch.find({ bytes, from, to, position, patienceMs, isTail });
      if (stop === null) continue;
      this.isFollowedInGap = stop.kind === 'followed' && !isTail;
      return stop;
    }
    return null;
  }

  /** @returns the first byte from `from` on that begins a line, -1 if none does */
  #findLineStart(bytes: Buffer, from: number): number {
    if (from === 0 ? !this.#isInsideLine : bytes[from - 1] === LF) return from;
    const end = bytes.indexOf(LF, from);
    return end === -1 ? -1 : end + 1;
  }

  /** Without end within a line that is too long to be kept: it could not be put back. */
  #getPatienceMs(): number {
    return getRestMs(this.#lineEnd === null ? this.#start.patience : null, this.#startedAt);
  }

  /** Ends the counting. @param countedEnd the byte after the last that was counted */
  close(countedEnd: number): void {
    for (const range of this.ranges) range.end = Math.min(range.end, countedEnd);
  }

  *#take(bytes: Buffer): Generator<RangePiece> {
    const from = this.position;
    const to = from + bytes.length;
    let watched = 0;
    for (const range of this.ranges) {
      if (range.end <= from || range.start >= to) continue;
      const start = Math.max(range.start, from) - from;
      const slice = bytes.subarray(start, Math.min(range.end, to) - from);
      if (range !== this.#entered) {
        this.#entered = range;
        this.fields.update(bytes.subarray(watched, start));
        watched = start;
        range.fieldsBefore = this.fields.last;
        range.startsInsideLine = start === 0 ? this.#isInsideLine : bytes[start - 1] !== LF;
      }
      yield { range, bytes: slice };
    }
    this.fields.update(bytes.subarray(watched));
    this.#hash(bytes);
  }

  #hash(bytes: Buffer): void {
    const lastEnd = bytes.lastIndexOf(LF) + 1;
    if (lastEnd > 0) {
      this.#hashBegun();
      this.hasher.update(bytes.subarray(0, lastEnd));
      this.#hasLine = true;
      this.#lineEnd = null;
    }
    const rest = bytes.subarray(lastEnd);
    // a copy: the rest of a piece would keep the whole piece in memory
    if (rest.length > 0) this.#unfinished.push(lastEnd > 0 ? Buffer.from(rest) : rest);
    this.#unfinishedBytes += rest.length;
    if (this.#lineEnd !== null || this.#unfinishedBytes > MAX_UNFINISHED_BYTES) this.#hashUnfinished();
    this.#isInsideLine = lastEnd < bytes.length;
  }

  #hashUnfinished(): void {
    if (this.#unfinishedBytes === 0) return;
    this.#lineEnd ??= this.hasher.getCheckpoint();
    this.#hashBegun();
  }

  #hashBegun(): void {
    for (const bytes of this.takeUnfinished()) this.hasher.update(bytes);
  }
}
