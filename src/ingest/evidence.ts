/** How much agrees of two logs: identical lines, as a flood of requests leaves them, say no more than one of them. */
const LF = 0x0a;

/** So many bytes of different lines are not found in two logs by chance: a single line may well be. */
export const ENOUGH_BYTES = 1024;

export class Evidence {
  readonly #lines = new Set<string>();
  #bytes = 0;
  /** The beginning of a line whose end has not come yet. */
  #begun: Buffer = Buffer.alloc(0);

  get isEnough(): boolean {
    return this.#bytes >= ENOUGH_BYTES;
  }

  /** Takes the next bytes. */
  update(bytes: Buffer): void {
    for (let at = 0; at < bytes.length && !this.isEnough; ) {
      const end = bytes.indexOf(LF, at) + 1;
      const part = bytes.subarray(at, end === 0 ? bytes.length : end);
      this.#begun = Buffer.concat([this.#begun, part.subarray(0, ENOUGH_BYTES)]);
      at += part.length;
      if (end > 0) this.#endLine();
    }
  }

  #endLine(): void {
    const line = this.#begun.toString('latin1', 0, ENOUGH_BYTES);
    this.#begun = Buffer.alloc(0);
    if (!this.#lines.has(line)) this.#bytes += line.length;
    this.#lines.add(line);
  }
}
