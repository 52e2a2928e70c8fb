/**
 * What logs are recognised by. Checkpoints are the positions at which a digest of all bytes of a log so far is kept. The first
 * ones lie close together, so that short logs can be told apart; from a mebibyte on they are a mebibyte apart. The digests are a
 * chain, whose links are the regular checkpoints: hashing can go on from any link. Others hang off it, so that the chain does not
 * depend on where batches ended. A prefix mark is a number of 32 bits, computed from 16 bytes: for nearly every line it tells that
 * no known log begins with it.
 */
import { createHash, type Hash, hash } from 'node:crypto';
import { LF } from '../../../source/source.js';

/** A byte before the end of a line, and the one that begins a directive. */
export const CR = 0x0d;
export const HASH = 0x23;

/** Bytes of the shortest beginning that logs are looked up by. */
export const FIRST_CHECKPOINT = 16;
const CHECKPOINT_STEP = 1_048_576;

/** Bytes of a beginning that a log is looked up by. */
export const HEAD_BYTES = 4096;

/** A position of a log, and the digest of its bytes up to there. */
export interface Checkpoint {
  /** Decompressed bytes from the beginning of the log. */
  readonly endByte: number;
  /**
   * SHA-256 as hex: up to 4,096 bytes of these bytes; beyond that of the digest, as hex, at the last regular checkpoint before,
   * and the bytes from there on.
   */
  readonly sha256: string;
}

/** The first regular checkpoint after a position: 16, 32, 64 ... 1 MiB, 2 MiB, 3 MiB ... */
function getNextCheckpoint(position: number): number {
  if (position >= CHECKPOINT_STEP) return (Math.floor(position / CHECKPOINT_STEP) + 1) * CHECKPOINT_STEP;
  let checkpoint = FIRST_CHECKPOINT;
  while (checkpoint <= position) checkpoint *= 2;
  return checkpoint;
}

/** Whether a log keeps its digest at a position wherever batches end: at a regular checkpoint, and in its first bytes. */
export function isLastingCheckpoint(position: number): boolean {
  return position <= HEAD_BYTES || getNextCheckpoint(position - 1) === position;
}

/** Lists the regular checkpoints up to a position. */
export function listRegularCheckpoints(limit: number): readonly number[] {
  const ends: number[] = [];
  for (let end = FIRST_CHECKPOINT; end <= limit; end = getNextCheckpoint(end)) ends.push(end);
  return ends;
}

/**
 * Finds where hashing has to begin for the digest at a position.
 *
 * @returns the last regular checkpoint before the position; 0, the first byte, if that is no link of the chain
 */
export function findLinkBefore(position: number): number {
  if (position > CHECKPOINT_STEP) return Math.floor((position - 1) / CHECKPOINT_STEP) * CHECKPOINT_STEP;
  let link = 0;
  for (let next = HEAD_BYTES; next < position; next *= 2) link = next;
  return link;
}

/**
 * Lists the checkpoints within a log's first bytes. Beside the regular ones these are the line ends before the first regular
 * one, the end of the first line that is neither blank nor a directive, and the end of a log that is shorter than
 * `HEAD_BYTES`: so a log of a few bytes is known by its line ends.
 */
export function listHeadCheckpoints(head: Buffer): readonly Checkpoint[] {
  const lineEnds = [...head.subarray(0, FIRST_CHECKPOINT)].flatMap((byte, at) =>
    byte === LF ? [at + 1] : [],
  );
  const entryEnd = findFirstEntryEnd(head);
  const ends = entryEnd === null ? lineEnds : [...lineEnds, entryEnd];
  const hasher = new PrefixHasher(head.length < HEAD_BYTES ? [...ends, head.length] : ends);
  hasher.update(head);
  return hasher.checkpoints;
}

/**
 * Finds the end of the first line that is neither blank nor begins with `#`: logs of one server may all begin with the same
 * directives, but hardly two begin with the same request.
 *
 * @returns null if there is none in the bytes
 */
export function findFirstEntryEnd(head: Buffer): number | null {
  for (let start = 0; ; ) {
    const end = head.indexOf(LF, start);
    if (end === -1) return null;
    const isEntry = head[start] !== HASH && end > start && head[start] !== CR;
    if (isEntry) return end + 1;
    start = end + 1;
  }
}

/** Computes the digest of the first bytes of a log. */
export function digestPrefix(bytes: Buffer): string {
  if (bytes.length <= HEAD_BYTES) return hash('sha256', bytes, 'hex');
  const hasher = new PrefixHasher();
  hasher.update(bytes);
  return hasher.getCheckpoint().sha256;
}

/** Hashes a log, and keeps the digest at each checkpoint. */
export class PrefixHasher {
  /** The checkpoints that were passed so far. */
  readonly checkpoints: Checkpoint[] = [];
  position: number;
  #hash: Hash = createHash('sha256');
  readonly #extra: number[];
  /** The last link of the chain that was passed; null before the first one. */
  #link: Checkpoint | null;
  #nextRegular: number;
  #next: number;

  /**
   * @param extra further positions whose digest is wanted, ascending
   * @param from the link to go on from; null begins at the first byte
   */
  constructor(extra: readonly number[] = [], from: Checkpoint | null = null) {
    this.#extra = [...extra];
    this.position = from?.endByte ?? 0;
    this.#link = from;
    if (from !== null) this.#hash.update(from.sha256);
    this.#nextRegular = getNextCheckpoint(this.position);
    this.#next = this.#findNext();
  }

  update(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const end = Math.min(bytes.length, at + this.#next - this.position);
      this.#hash.update(bytes.subarray(at, end));
      this.position += end - at;
      at = end;
      if (this.position === this.#next) this.#pass();
    }
  }

  /** The digest of everything so far. */
  getCheckpoint(): Checkpoint {
    if (this.#link?.endByte === this.position) return this.#link;
    return { endByte: this.position, sha256: this.#hash.copy().digest('hex') };
  }

  #pass(): void {
    const checkpoint = this.getCheckpoint();
    this.checkpoints.push(checkpoint);
    if (this.position === this.#nextRegular) {
      this.#nextRegular = getNextCheckpoint(this.position);
      if (this.position >= HEAD_BYTES) {
        this.#link = checkpoint;
        this.#hash = createHash('sha256').update(checkpoint.sha256);
      }
    }
    this.#next = this.#findNext();
  }

  #findNext(): number {
    while ((this.#extra[0] ?? Number.POSITIVE_INFINITY) <= this.position) this.#extra.shift();
    return Math.min(this.#nextRegular, this.#extra[0] ?? Number.POSITIVE_INFINITY);
  }
}

/** Computes the mark of the 16 bytes at a position, a signed integer. The caller makes sure that there are 16. */
export function toPrefixMark(bytes: Buffer, at: number): number {
  let mark = 0x811c9dc5;
  for (let word = at; word < at + FIRST_CHECKPOINT; word += 4) {
    mark = Math.imul(mark ^ bytes.readInt32LE(word), 0x9e3779b1);
    mark ^= mark >>> 15;
  }
  return Math.imul(mark, 0x85ebca6b) | 0;
}

/** The mark of a log; null if it has fewer bytes. */
export function findPrefixMark(head: Buffer): number | null {
  return head.length < FIRST_CHECKPOINT ? null : toPrefixMark(head, 0);
}

/** Bits of one number, and how many binary digits say which of them. */
const WORD_BITS = 32;
const WORD_DIGITS = 5;

/** A set of marks, an array of bits: it may contain a mark that was not added, but never lacks one that was. */
export class PrefixSet {
  /** Null as long as there is no mark: most runs look for none, and a run that follows logs looks every second. */
  #bits: Uint32Array | null = null;
  readonly #digits: number;

  /** @param digits how many binary digits of a mark tell it from others: the set has 2^digits bits */
  constructor(digits: number) {
    this.#digits = digits;
  }

  add(mark: number): void {
    this.#bits ??= new Uint32Array(2 ** (this.#digits - WORD_DIGITS));
    const bit = mark >>> (WORD_BITS - this.#digits);
    const at = bit >>> WORD_DIGITS;
    this.#bits[at] = (this.#bits[at] ?? 0) | (1 << (bit & (WORD_BITS - 1)));
  }

  mayHave(mark: number): boolean {
    if (this.#bits === null) return false;
    const bit = mark >>> (WORD_BITS - this.#digits);
    return ((this.#bits[bit >>> WORD_DIGITS] ?? 0) & (1 << (bit & (WORD_BITS - 1)))) !== 0;
  }

  clear(): void {
    this.#bits?.fill(0);
  }
}
