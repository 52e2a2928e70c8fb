/** Beginnings of logs in memory, to be found by the first bytes of a line. */
import { isDeepStrictEqual } from 'node:util';
import { type Beginning, BeginningTree, digest } from './beginning-tree.js';
import { FIRST_CHECKPOINT, HEAD_BYTES, PrefixSet, toPrefixMark } from './checkpoints.js';

/** A checkpoint that lies within the first line of most logs, but behind its client and time. */
const LINE_CHECKPOINT = 64;

/** A shorter line may be repeated by chance: it has hardly a time. */
const MIN_LINE_BYTES = 32;

/** The logs that begin with the same 16 bytes. */
interface Alike {
  readonly all: Map<number, Beginning>;
  /** Those of fewer than 64 bytes. */
  readonly short: Map<number, Beginning>;
}

/** Up to so many logs the smaller set of marks is used. A run that follows logs makes one every second. */
const FEW_LOGS = 256;
const FEW_DIGITS = 18;
const MANY_DIGITS = 23;

const NONE: readonly Beginning[] = [];

/** Beginnings of logs, to be found by the first bytes of a line. */
export class BeginningIndex {
  #marks = new PrefixSet(FEW_DIGITS);
  #hasMany = false;
  readonly #byStream = new Map<number, Beginning>();
  /** By the digest of their first 16 bytes. */
  readonly #byPrefix = new Map<string, Alike>();
  /** By the digest of their first 64 bytes: thousands of logs may begin with the same client. */
  readonly #byLine = new Map<string, BeginningTree>();
  /** How many logs have at least 16 and fewer than 64 bytes. */
  #shortOfPrefix = 0;
  /** Logs that are, or at first were, shorter than the first checkpoint. */
  readonly #short = new Map<number, Beginning>();

  get size(): number {
    return this.#byStream.size;
  }

  get(streamId: number): Beginning | undefined {
    return this.#byStream.get(streamId);
  }

  clear(): void {
    if (this.size === 0) return;
    this.#marks.clear();
    for (const map of [this.#byStream, this.#byPrefix, this.#byLine, this.#short]) map.clear();
    this.#shortOfPrefix = 0;
  }

  /** Whether a log with the same digests is known. */
  hasAlike({ ends, digests }: Beginning): boolean {
    const alike = this.#byPrefix.get(digests[ends.indexOf(FIRST_CHECKPOINT)] ?? '')?.all ?? this.#short;
    return [...alike.values()].some(
      (other) => isDeepStrictEqual(other.ends, ends) && isDeepStrictEqual(other.digests, digests),
    );
  }

  /** Whether a log may begin with 16 bytes that have this mark. */
  mayHave(mark: number): boolean {
    return this.#short.size > 0 || this.#marks.mayHave(mark);
  }

  /** Whether bytes end with the first line of a log, and begin with others. A line of fewer than 32 bytes is not looked for. */
  endsWithFirstLine(bytes: Buffer): boolean {
    if (this.#byPrefix.size === 0) return false;
    for (let at = Math.max(1, bytes.length - HEAD_BYTES); at + MIN_LINE_BYTES <= bytes.length; at += 1) {
      if (!this.#marks.mayHave(toPrefixMark(bytes, at))) continue;
      const line = bytes.subarray(at);
      const found = this.find(line).filter(({ ends }) => ends.includes(line.length));
      if (found.some(({ ends, digests }) => digests[ends.indexOf(line.length)] === digest(line))) return true;
    }
    return false;
  }

  find(bytes: Buffer): readonly Beginning[] {
    const short = this.#short.size === 0 ? NONE : this.#findShort(bytes);
    if (bytes.length < FIRST_CHECKPOINT) return short;
    const hasLine = bytes.length >= LINE_CHECKPOINT;
    const long = hasLine ? this.#byLine.get(digest(bytes.subarray(0, LINE_CHECKPOINT))) : undefined;
    // few logs end before that checkpoint: one digest is enough for most lines
    if (hasLine && this.#shortOfPrefix === 0)
      return long === undefined ? short : [...short, ...long.find(bytes)];
    const alike = this.#byPrefix.get(digest(bytes.subarray(0, FIRST_CHECKPOINT)));
    const others = hasLine ? alike?.short : alike?.all;
    return [...short, ...(others?.values() ?? []), ...(long?.find(bytes) ?? [])];
  }

  #findShort(bytes: Buffer): readonly Beginning[] {
    return [...this.#short.values()].filter(({ ends: [end = 0], digests: [first] }) => {
      return end <= bytes.length && first === digest(bytes.subarray(0, end));
    });
  }

  add(beginning: Beginning): void {
    const { streamId, prefixMark, ends, digests } = beginning;
    this.#byStream.set(streamId, beginning);
    this.#short.delete(streamId);
    const prefix = digests[ends.indexOf(FIRST_CHECKPOINT)];
    const line = digests[ends.indexOf(LINE_CHECKPOINT)];
    if (prefix === undefined || prefixMark === null) {
      this.#short.set(streamId, beginning);
      return;
    }
    this.#addMark(prefixMark);
    const alike: Alike = this.#byPrefix.get(prefix) ?? { all: new Map(), short: new Map() };
    this.#byPrefix.set(prefix, alike);
    alike.all.set(streamId, beginning);
    if (alike.short.delete(streamId)) this.#shortOfPrefix -= 1;
    if (line === undefined) {
      alike.short.set(streamId, beginning);
      this.#shortOfPrefix += 1;
      return;
    }
    const ofLine = this.#byLine.get(line) ?? new BeginningTree(2 * LINE_CHECKPOINT);
    this.#byLine.set(line, ofLine);
    ofLine.add(beginning);
  }

  #addMark(mark: number): void {
    if (!this.#hasMany && this.size > FEW_LOGS) {
      this.#hasMany = true;
      this.#marks = new PrefixSet(MANY_DIGITS);
      for (const { prefixMark } of this.#byStream.values())
        if (prefixMark !== null) this.#marks.add(prefixMark);
    }
    this.#marks.add(mark);
  }
}
