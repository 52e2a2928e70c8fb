import { LF, type RereadableInput } from '../../../source/source.js';
import { type Beginning, digest } from './beginning-tree.js';
import { type Beginnings, WINDOW_BYTES } from './beginnings.js';
import {
  FIRST_CHECKPOINT,
  findFirstEntryEnd,
  findPrefixMark,
  HEAD_BYTES,
  toPrefixMark,
} from './checkpoints.js';
import { Evidence } from './evidence.js';
import type { KnownStream } from './streams.js';

const NOTHING = Buffer.alloc(0);

/** A line before which reading has to stop. */
export interface Stop {
  /** Bytes before the line. */
  readonly at: number;
  /** `followed`: a known log seems to begin. `silent`: too few bytes are there to tell, and no more come. */
  readonly kind: 'followed' | 'silent';
}

/** Some bytes, of which those from `from` up to but without `to` are looked at; a line begins at `from`. */
interface Span {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  /** Bytes of the log before `bytes`. */
  readonly position: number;
  readonly patienceMs: number;
  /** Whether nothing of the log is known behind it. */
  readonly isTail: boolean;
}

/** Finds out at each line of an input whether a known log begins there. */
export class BeginningWatch {
  /** Whether a known log seems to begin at the position of the input. */
  isSuspect = false;
  /** How often in this input a known log seemed to begin and did not. */
  falseStarts = 0;
  /** Whether the input begins with a log that was known before: no server delivers it line by line. */
  beginsKnown = false;
  /** Whether an archive has been read to its end. */
  isEndChecked = false;
  /** Whether all that is left belongs to the log at hand, although it is how a known log begins. */
  restIsOwn = false;
  readonly beginnings: Beginnings;
  readonly #input: RereadableInput;
  /** The log that is being read: its stream, or if it was not known before, its first bytes and their number. */
  #own: { readonly streamId: number | null; readonly head: Buffer } = { streamId: null, head: NOTHING };
  #ownMark: number | null = null;

  constructor(beginnings: Beginnings, input: RereadableInput) {
    this.beginnings = beginnings;
    this.#input = input;
  }

  /**
   * Whether several logs may follow each other in the input. A plain file is one log, but if pipes delivered it piece by
   * piece, each piece is known as a log.
   */
  get isSequence(): boolean {
    const { file, source } = this.#input;
    return file === null || source.isArchive || this.beginnings.hasPiped;
  }

  /** Whether every line is looked at; as long as no log is known there is nothing to find. */
  get looks(): boolean {
    return !this.restIsOwn && (!this.beginnings.isEmpty || this.#input.file === null);
  }

  /** Begins a log: it is the one that is read from here on. Refresh the beginnings first. */
  begin({ stream, head }: { readonly stream: KnownStream | null; readonly head: Buffer }): void {
    this.#own = { streamId: stream?.streamId ?? null, head: stream === null ? head : NOTHING };
    this.#ownMark = findPrefixMark(this.#own.head);
  }

  /** Whether a known log seems to begin at the position of the input. */
  async isFollowed(patienceMs: number): Promise<boolean> {
    const span = { bytes: NOTHING, from: 0, to: 0, position: 0, patienceMs, isTail: true };
    return (await this.#look(span, 0)) === 'followed';
  }

  /** Finds the first line at which reading has to stop. */
  async find(span: Span): Promise<Stop | null> {
    const { bytes, from, to } = span;
    for (let at = from; at < to; ) {
      if (!this.#differs(span, at)) {
        const kind = await this.#look(span, at);
        if (kind !== null) return { at, kind };
      }
      const end = bytes.indexOf(LF, at);
      if (end === -1) return null;
      at = end + 1;
    }
    return null;
  }

  /** Whether no log begins with the first bytes of a line. */
  #isOrdinary(bytes: Buffer, at: number): boolean {
    if (this.looks && this.beginnings.mayBegin(bytes, at)) return false;
    return this.#ownMark === null || toPrefixMark(bytes, at) !== this.#ownMark;
  }

  /** Whether the bytes at hand tell that no log begins at a line, as they do of almost every line. */
  #differs(span: Span, at: number): boolean {
    const { bytes } = span;
    if (at + FIRST_CHECKPOINT > bytes.length) return false;
    return (
      this.#isOrdinary(bytes, at) || this.#compare(span, at, bytes.subarray(at, at + HEAD_BYTES)) === null
    );
  }

  /** Waits for more bytes than are at hand. */
  async #look(span: Span, at: number): Promise<Stop['kind'] | null> {
    const prefix = await this.#peek(span, at, FIRST_CHECKPOINT);
    if (prefix.length < FIRST_CHECKPOINT && !this.#input.hasEnded) return 'silent';
    if (prefix.length === FIRST_CHECKPOINT && this.#isOrdinary(prefix, 0)) return null;
    const head = await this.#peek(span, at, HEAD_BYTES);
    // a torn last line may be the beginning of any log that the same client began
    if (head.length < HEAD_BYTES && this.#input.hasEnded && !head.includes(LF)) return null;
    const kind = this.#compare(span, at, head);
    if (kind !== 'known') return kind;
    return this.#compare(span, at, await this.#peek(span, at, WINDOW_BYTES)) === null ? null : 'followed';
  }

  /** @returns `known` if a known log seems to begin with these bytes, `followed` if the log at hand seems to begin once more */
  #compare(span: Span, at: number, bytes: Buffer): Stop['kind'] | 'known' | null {
    const isKnown = this.beginnings
      .find(bytes)
      // within a gap the log itself is known to go on
      .filter(({ streamId }) => span.isTail || streamId !== this.#own.streamId)
      .some((beginning) => seemsToBegin(beginning, bytes));
    return isKnown ? 'known' : this.#compareOwn(bytes.subarray(0, HEAD_BYTES), span.position + at);
  }

  /** Whether the log that is being read, and was not known before, begins once more: it was given twice. */
  #compareOwn(bytes: Buffer, position: number): Stop['kind'] | null {
    const wanted = Math.min(this.#own.head.length, position);
    const length = Math.min(wanted, bytes.length);
    if (length === 0 || !this.#own.head.subarray(0, length).equals(bytes.subarray(0, length))) return null;
    const evidence = new Evidence();
    evidence.update(bytes.subarray(0, length));
    if (evidence.isEnough) return 'followed';
    return length < wanted && !this.#input.hasEnded ? 'silent' : null;
  }

  async #peek({ bytes, patienceMs }: Span, at: number, wanted: number): Promise<Buffer> {
    const rest = bytes.subarray(at, at + wanted);
    if (rest.length === wanted) return rest;
    return Buffer.concat([rest, await this.#input.peek(wanted - rest.length, patienceMs)]);
  }
}

/**
 * Whether a log agrees with these bytes wherever both can be compared. A stream from a pipe may be several logs, the first of
 * which may have grown since: for it the first line is enough.
 */
function seemsToBegin({ isPiped, ends, digests }: Beginning, window: Buffer): boolean {
  const entryEnd = findFirstEntryEnd(window);
  const differing = ends.findIndex(
    (end, at) => end > window.length || digests[at] !== digest(window.subarray(0, end)),
  );
  const agreed = differing === -1 ? (ends.at(-1) ?? 0) : (ends[differing - 1] ?? 0);
  // many logs begin with blank lines and directives, none of which is a hit
  const known = window.subarray(0, agreed);
  if (differing === -1 && known.at(-1) === LF && findFirstEntryEnd(known) === null) return false;
  const isBeyond = differing === -1 || (ends[differing] ?? 0) > window.length;
  const hasEntry = entryEnd === null || agreed >= entryEnd;
  if (isBeyond) return agreed > 0 && (differing === -1 || hasEntry);
  return isPiped && entryEnd !== null && hasEntry;
}
