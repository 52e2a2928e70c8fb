/** Gives pairs of numbers numbers of their own, counted from 0. */
import { Tally } from './tally.js';

/** What a pair takes, in characters. */
const PAIR_CHARACTERS = 32;

export class PairNumbers {
  readonly #pairs = new Tally();

  /** What all pairs take, in characters, for a bound of the memory. */
  get characters(): number {
    return this.#pairs.size * PAIR_CHARACTERS;
  }

  /** The number of a pair; a new one if it comes for the first time. */
  find(first: number, second: number): number {
    return this.#pairs.add(first, second, null);
  }

  clear(): void {
    this.#pairs.clear();
  }
}
