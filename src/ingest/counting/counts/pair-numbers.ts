/** Gives pairs of numbers numbers of their own, counted from 0. */
import { Tally } from './tally.js';

export class PairNumbers {
  readonly #pairs = new Tally();

  /** The number of a pair; a new one if it comes for the first time. */
  find(first: number, second: number): number {
    return this.#pairs.add(first, second, null);
  }

  clear(): void {
    this.#pairs.clear();
  }
}
