/**
 * The first 16 bytes of lines and of logs, each as a number of 32 bits: nearly every line is told by it from all beginnings
 * of logs. Sets of them are bits: they may say yes of a number that was not added, but never no of one that was.
 */
const BITS = 2 ** 23;

/** Bytes that the number is of. */
export const PREFIX_BYTES = 16;

/** The number of 16 bytes, as a signed integer; they are there. */
export function toPrefixMark(bytes: Buffer, at: number): number {
  let mark = 0x811c9dc5;
  for (let word = at; word < at + PREFIX_BYTES; word += 4) {
    mark = Math.imul(mark ^ bytes.readInt32LE(word), 0x9e3779b1);
    mark ^= mark >>> 15;
  }
  return Math.imul(mark, 0x85ebca6b) | 0;
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
