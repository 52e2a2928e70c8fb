/** Gives texts and keys numbers, so that a line's texts are looked up once, and everything that follows from them is found by number. */
import { COPY_NULL, escapeCopyText } from '../../../database/copy.js';

/** Longer texts are cut off: nobody reads more, and who writes the log may be hostile. */
const MAX_CHARACTERS = 1024;

/** Columns of a row, as COPY wants them. */
export function toColumns(values: readonly (string | null)[]): string {
  return values.map((value) => (value === null ? COPY_NULL : escapeCopyText(cut(value)))).join('\t');
}

function cut(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  const last = text.charCodeAt(MAX_CHARACTERS - 1);
  // never half of a character that takes two units
  const isFirstHalf = last >= 0xd800 && last < 0xdc00;
  return text.slice(0, isFirstHalf ? MAX_CHARACTERS - 1 : MAX_CHARACTERS);
}

/** The numbers of texts, counted from 0. */
export class TextNumbers {
  /** Characters of all texts, for a bound of the memory. */
  characters = 0;
  readonly #numbers = new Map<string | null, number>();

  get size(): number {
    return this.#numbers.size;
  }

  /** The number of a text, or of null; a new one if it comes for the first time. */
  find(text: string | null): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(text, number);
    this.characters += text?.length ?? 0;
    return number;
  }

  /** Lists the texts by their numbers. */
  listTexts(): readonly (string | null)[] {
    return [...this.#numbers.keys()];
  }

  clear(): void {
    this.characters = 0;
    this.#numbers.clear();
  }
}

/** No key. */
export const NO_KEY = -1;

export class KeyNumbers {
  readonly #keys = new TextNumbers();
  /** The key of each number that was asked for. */
  readonly #known: number[] = [];
  #columns: readonly (string | null)[] = [];

  get characters(): number {
    return this.#keys.characters;
  }

  /**
   * Finds the number of a key.
   *
   * @param from the number of the text, or of whatever else it follows from
   * @param toKey makes its columns if it is asked for the first time; null if it is no key
   * @returns `NO_KEY` if it is none
   */
  find(from: number, toKey: () => string | null): number {
    const known = this.#known[from];
    if (known !== undefined) return known;
    const columns = toKey();
    // several texts may have one key
    const number = columns === null ? NO_KEY : this.#keys.find(columns);
    this.#known[from] = number;
    return number;
  }

  /** The columns of a key. */
  getColumns(number: number): string {
    if (number >= this.#columns.length) this.#columns = this.#keys.listTexts();
    return this.#columns[number] ?? '';
  }

  clear(): void {
    this.#keys.clear();
    this.#known.length = 0;
    this.#columns = [];
  }
}
