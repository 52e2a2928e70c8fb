/**
 * Where a log changes its format: lines at its beginning or at its end of which more than nine tenths are rejects. It is told
 * of rejects only, so that good lines cost nothing; how many of them lie between two rejects is the difference of two counts.
 */

/** One good line weighs as much as so many rejects: a run of rejects has fewer good lines among them. */
const GOOD_WEIGHT = 9;

/** How many lines were judged up to somewhere. */
interface Judged {
  readonly good: number;
  readonly rejected: number;
}

/** Lines at the beginning or at the end of what was read, nearly all of which are rejects. */
export interface RejectRun<Line> {
  /** Those among them that are neither blank nor a directive. */
  readonly lines: number;
  readonly rejected: number;
  /** At the end: its first reject. At the beginning: its last. */
  readonly reject: Line;
}

/** @template Line what is kept of a rejected line */
export class RejectRuns<Line> {
  #head: RejectRun<Line> | null = null;
  #tail: (Judged & { readonly reject: Line }) | null = null;
  #score = 0;
  #goodAtLast = 0;

  /** Told of each reject. @param before how many lines were judged before it */
  add(before: Judged, reject: Line): void {
    const { good, rejected } = before;
    if (rejected + 1 > GOOD_WEIGHT * good)
      this.#head = { lines: good + rejected + 1, rejected: rejected + 1, reject };
    this.#score = this.#scoreAt(good);
    if (this.#score <= 0) {
      this.#score = 0;
      this.#tail = { good, rejected, reject };
    }
    this.#score += 1;
    this.#goodAtLast = good;
  }

  /** The longest run from the first line on; null where the log begins with good ones. */
  get head(): RejectRun<Line> | null {
    return this.#head;
  }

  /** The run to the last line; null where the log ends with good ones. @param all how many lines were judged in all */
  findTail({ good, rejected }: Judged): RejectRun<Line> | null {
    const tail = this.#tail;
    if (tail === null || this.#scoreAt(good) <= 0) return null;
    const ofTail = rejected - tail.rejected;
    return { lines: good - tail.good + ofTail, rejected: ofTail, reject: tail.reject };
  }

  #scoreAt(good: number): number {
    return this.#score - GOOD_WEIGHT * (good - this.#goodAtLast);
  }
}
