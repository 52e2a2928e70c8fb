/**
 * The first 16 bytes of lines and of logs, each as a number of 32 bits. For nearly every line this number tells that no known
 * log begins with it. A set of them is an array of bits: it may contain a number that was not added, but never lacks one that was.
 */
const BITS = 2 ** 23;

/** The number is computed from so many bytes. */
const PREFIX_BYTES = 16;

/** Computes the number of the 16 bytes at a position, a signed integer. The caller makes sure that there are 16. */
export function toPrefixMark(bytes: Buffer, at: number): number {
  let mark = 0x811c9dc5;
  for (let word = at; word < at + PREFIX_BYTES; word += 4) {
    mark = Math.imul(mark ^ bytes.readInt32LE(word), 0x9e3779b1);
    mark ^= mark >>> 15;
  }
  return Math.imul(mark, 0x85ebca6b) | 0;
}

/** The number of the first 16 bytes of a log; null if there are fewer. */
export function findPrefixMark(head: Buffer): number | null {
  return head.length < PREFIX_BYTES ? null : toPrefixMark(head, 0);
}

/** A set of such numbers. */
export class PrefixSet {
  readonly #bits = new Uint32Array(BITS / 32);

  add(mark: number): void {
    const at = mark >>> 14;
    this.#bits[at] = (this.#bits[at] ?? 0) | (1 << ((mark >>> 9) & 31));
  }

  mayHave(mark: number): boolean {
    return ((this.#bits[mark >>> 14] ?? 0) & (1 << ((mark >>> 9) & 31))) !== 0;
  }

  clear(): void {
    this.#bits.fill(0);
  }
}
