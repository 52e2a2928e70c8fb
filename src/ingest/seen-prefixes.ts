/** The first bytes of lines that were looked at: a Bloom filter, which may say yes of one that was not, but never no of one that was. */
const BITS = 2 ** 23;

export class SeenPrefixes {
  readonly #bits = new Uint32Array(BITS / 32);

  /** @param digest at least twelve hexadecimal digits */
  add(digest: string): void {
    for (const bit of toBits(digest)) {
      const at = bit >>> 5;
      this.#bits[at] = (this.#bits[at] ?? 0) | (1 << (bit & 31));
    }
  }

  mayHave(digest: string): boolean {
    return toBits(digest).every((bit) => ((this.#bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0);
  }

  clear(): void {
    this.#bits.fill(0);
  }
}

function toBits(digest: string): readonly [number, number] {
  return [Number.parseInt(digest.slice(0, 6), 16) % BITS, Number.parseInt(digest.slice(6, 12), 16) % BITS];
}
