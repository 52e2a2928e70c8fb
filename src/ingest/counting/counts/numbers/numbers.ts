/** Gives the texts of lines, and the keys that follow from them, numbers: a text is looked up once, and what follows from it is found by number. */
import { COPY_NULL, escapeCopyText } from '../../../../database/copy.js';
import { showControls } from '../../../../visible-text.js';
import { type ByteSource, ByteTexts } from './byte-texts.js';
import { Tally } from './tally.js';

/** Longer texts are cut off: nobody reads more, and who writes the log may be hostile. */
const MAX_CHARACTERS = 1024;

/** Columns of a row, each with the tab before it, as COPY wants them. What was encoded in a text may be a control, or NUL. */
export function toColumns(values: readonly (string | null)[]): string {
  return values
    .map((value) => `\t${value === null ? COPY_NULL : escapeCopyText(cut(showControls(value)))}`)
    .join('');
}

function cut(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  const last = text.charCodeAt(MAX_CHARACTERS - 1);
  // never half of a character that takes two units
  const isFirstHalf = last >= 0xd800 && last < 0xdc00;
  return text.slice(0, isFirstHalf ? MAX_CHARACTERS - 1 : MAX_CHARACTERS);
}

/** What the numbers of a log take of the memory. */
export interface Held {
  /** How many there are. */
  readonly size: number;
  /** Bytes of their texts. */
  readonly bytes: number;
}

/** The numbers of a field's texts. Null has the number 0. */
export class TextNumbers {
  readonly #texts = new ByteTexts();

  get held(): Held {
    return { size: this.#texts.size, bytes: this.#texts.length };
  }

  find(text: string | null): number {
    return text === null ? 0 : this.#texts.findText(text) + 1;
  }

  /**
   * The number of a text that has no backslash, as it stands in the line. If it has the bytes of a decoded text, it is that text: what
   * decoding changes has a backslash afterwards.
   */
  findBytes(source: ByteSource, from: number, to: number): number {
    return this.#texts.find(source, from, to) + 1;
  }

  clear(): void {
    this.#texts.clear();
  }
}

/** The numbers of pairs of numbers. */
export class PairNumbers {
  readonly #pairs = new Tally(false);

  get held(): Held {
    return { size: this.#pairs.size, bytes: 0 };
  }

  find(first: number, second: number): number {
    return this.#pairs.add(first, second, null);
  }

  clear(): void {
    this.#pairs.clear();
  }
}

/** No key. */
export const NO_KEY = -1;

/** The numbers of keys, each found by the number of a text, or of whatever else it follows from. */
export class KeyNumbers {
  /** The columns of each key, as COPY wants them. */
  readonly columns = new ByteTexts();
  readonly #known: number[] = [];

  get held(): Held {
    return { size: Math.max(this.columns.size, this.#known.length), bytes: this.columns.length };
  }

  /** @returns the key that follows from a number; undefined if that is not known yet */
  find(origin: number): number | undefined {
    return this.#known[origin];
  }

  /** Learns what follows from a number. @param columns null if it is no key */
  learn(origin: number, columns: string | null): number {
    // one key may follow from several numbers
    const key = columns === null ? NO_KEY : this.columns.findText(columns);
    this.#known[origin] = key;
    return key;
  }

  clear(): void {
    this.columns.clear();
    this.#known.length = 0;
  }
}
