/** Judges how much two logs have in common. A flood of requests leaves many identical lines; these count as one. */
import { LF } from '../../../source/source.js';

/** Two logs may share a line by chance, but not different lines of so many bytes. */
export const ENOUGH_BYTES = 1024;

/** So many different lines are no chance, whatever their times. */
const MANY_LINES = 100;

/** The time of day as nearly all formats write it: in `14/Apr/2026:10:22:31` the last three numbers. */
const TIME = /(?<!\d)\d\d:\d\d:\d\d(?!\d)/;
/** Characters before it that may be the date. */
const DATE_CHARACTERS = 12;

/** The lines that agree so far. */
export class Evidence {
  readonly #lines = new Set<string>();
  readonly #times = new Set<string>();
  #bytes = 0;
  /** The beginning of a line whose end has not come yet. */
  #begun: Buffer = Buffer.alloc(0);

  /** Whether two logs that agree so far are probably the same. */
  get isEnough(): boolean {
    return this.#bytes >= ENOUGH_BYTES;
  }

  /** Whether they are certainly the same: within one second lines may come again, even in the same order. */
  get isCertain(): boolean {
    return this.isEnough && (this.#times.size !== 1 || this.#lines.size >= MANY_LINES);
  }

  /** Takes the next bytes. */
  update(bytes: Buffer): void {
    for (let at = 0; at < bytes.length && !this.isCertain; ) {
      const end = bytes.indexOf(LF, at) + 1;
      const slice = bytes.subarray(at, end === 0 ? bytes.length : end);
      this.#begun = Buffer.concat([this.#begun, slice.subarray(0, ENOUGH_BYTES)]);
      at += slice.length;
      if (end > 0) this.#endLine();
    }
  }

  #endLine(): void {
    const line = this.#begun.toString('latin1', 0, ENOUGH_BYTES);
    this.#begun = Buffer.alloc(0);
    if (!this.#lines.has(line)) this.#bytes += line.length;
    this.#lines.add(line);
    const at = line.search(TIME);
    if (at !== -1) this.#times.add(line.slice(Math.max(0, at - DATE_CHARACTERS), at + 'hh:mm:ss'.length));
  }
}
