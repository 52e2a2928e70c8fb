/**
 * Gives texts numbers by their bytes, so that a text that came before is found without making a string of it. The bytes of all texts
 * lie one behind the other, and are compared four at a time.
 */

/** Numbers of a text, side by side in one line of a processor's cache: its hash, its group, where its bytes begin and end. */
const NUMBERS = 4;
const GROUP = 1;
const START = 2;
const END = 3;

const FIRST_CAPACITY = 256;
const FIRST_BYTES = 4096;

/** The index has twice as many places as there may be texts. */
const SPARE = 2;

/**
 * A text is looked for at so many neighbouring places. Texts that were chosen so that their hashes meet fill more: then they get a new
 * number each time, which costs rows but no time. Among other texts so many neighbours do not come up.
 */
const MAX_PROBES = 256;

/** Bytes, and the same as words. */
export interface ByteSource {
  readonly bytes: Buffer;
  readonly words: DataView;
}

export function toByteSource(bytes: Buffer): ByteSource {
  return { bytes, words: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}

export class ByteTexts {
  size = 0;
  #kept: ByteSource = toByteSource(Buffer.alloc(FIRST_BYTES));
  #numbers = new Int32Array(FIRST_CAPACITY * NUMBERS);
  /** The number of a text and 1, at the place that its hash leads to, or one of the next; 0 where there is none. */
  #index = new Int32Array(FIRST_CAPACITY * SPARE);
  #scratch: ByteSource = toByteSource(Buffer.alloc(1024));

  /** The bytes of all texts. */
  get bytes(): Buffer {
    return this.#kept.bytes;
  }

  /** Bytes of all texts, for a bound of the memory. */
  get length(): number {
    return this.size === 0 ? 0 : this.getEnd(this.size - 1);
  }

  /** Where a text begins in `bytes`. */
  getStart(text: number): number {
    return this.#numbers[text * NUMBERS + START] ?? 0;
  }

  getEnd(text: number): number {
    return this.#numbers[text * NUMBERS + END] ?? 0;
  }

  getGroup(text: number): number {
    return this.#numbers[text * NUMBERS + GROUP] ?? 0;
  }

  /** The number of a text, in UTF-8, in a group; a new one if it comes for the first time. */
  findText(text: string, group = 0): number {
    const mostBytes = text.length * 3;
    if (mostBytes > this.#scratch.bytes.length) this.#scratch = toByteSource(Buffer.alloc(mostBytes));
    return this.find(this.#scratch, 0, this.#scratch.bytes.write(text, 'utf8'), group);
  }

  /** The number of the bytes from `from` up to `to` in a group; a new one if they come for the first time. */
  find(source: ByteSource, from: number, to: number, group = 0): number {
    const hash = toHash(source, from, to, group);
    const last = this.#index.length - 1;
    let place = hash & last;
    for (let probes = 0; probes < MAX_PROBES; probes += 1) {
      const entry = this.#index[place] ?? 0;
      if (entry === 0) break;
      const at = (entry - 1) * NUMBERS;
      if (
        this.#numbers[at] === hash &&
        this.#numbers[at + GROUP] === group &&
        this.#isEqual(entry - 1, source, from, to)
      )
        return entry - 1;
      place = (place + 1) & last;
    }
    return this.#append(source, from, to, hash, group);
  }

  #isEqual(text: number, { bytes, words }: ByteSource, from: number, to: number): boolean {
    const kept = this.#kept;
    let at = this.getStart(text);
    if (this.getEnd(text) - at !== to - from) return false;
    let other = from;
    for (; other <= to - 4; other += 4, at += 4)
      if (kept.words.getInt32(at, true) !== words.getInt32(other, true)) return false;
    for (; other < to; other += 1, at += 1) if (kept.bytes[at] !== bytes[other]) return false;
    return true;
  }

  #append({ bytes }: ByteSource, from: number, to: number, hash: number, group: number): number {
    if ((this.size + 1) * SPARE > this.#index.length) this.#growIndex();
    const start = this.length;
    const end = start + to - from;
    if (end > this.#kept.bytes.length) this.#growBytes(end);
    const kept = this.#kept.bytes;
    for (let at = start; at < end; at += 1) kept[at] = bytes[from + at - start] ?? 0;
    const at = this.size * NUMBERS;
    this.#numbers[at] = hash;
    this.#numbers[at + GROUP] = group;
    this.#numbers[at + START] = start;
    this.#numbers[at + END] = end;
    this.#enter(this.size, hash);
    this.size += 1;
    return this.size - 1;
  }

  /** Enters a text into the index, unless all neighbours are taken. */
  #enter(text: number, hash: number): void {
    const last = this.#index.length - 1;
    let place = hash & last;
    for (let probes = 0; probes < MAX_PROBES; probes += 1) {
      if (this.#index[place] === 0) {
        this.#index[place] = text + 1;
        return;
      }
      place = (place + 1) & last;
    }
  }

  #growIndex(): void {
    this.#index = new Int32Array(this.#index.length * 2);
    const numbers = new Int32Array((this.#index.length / SPARE) * NUMBERS);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
    for (let text = 0; text < this.size; text += 1) this.#enter(text, numbers[text * NUMBERS] ?? 0);
  }

  #growBytes(least: number): void {
    const bytes = Buffer.alloc(Math.max(this.#kept.bytes.length * 2, least));
    this.#kept.bytes.copy(bytes);
    this.#kept = toByteSource(bytes);
  }

  clear(): void {
    this.size = 0;
    this.#index.fill(0);
  }
}

/** Rotates, adds and multiplies a word at a time (rustc's FxHash), then mixes as MurmurHash3 does at its end (Appleby). */
function toHash({ bytes, words }: ByteSource, from: number, to: number, group: number): number {
  let hash = group;
  let at = from;
  for (; at <= to - 4; at += 4)
    hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ words.getInt32(at, true), 0x9e3779b1);
  for (; at < to; at += 1) hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ (bytes[at] ?? 0), 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
