/**
 * The sources of counts: what a log counted of a site, or of a content type. Each has a number, which stands in the rows in place of
 * the log, the site and the type. Numbers are given before the database knows the log, so they begin with the number of the run.
 */

/** Sources that a run can have. */
const SOURCES_OF_RUN = 2 ** 32;

/** A source of rows that were sent. */
export interface CountSource {
  readonly number: bigint;
  readonly site: string;
  /** Null for the counts of the site itself. */
  readonly contentType: string | null;
}

/** Gives numbers to the sources of one run, on all of its connections. */
export class SourceNumbers {
  readonly #run: number;
  #given = 0;

  constructor(run: number) {
    this.#run = run;
  }

  give(): bigint {
    if (this.#given === SOURCES_OF_RUN) throw new Error('the run has too many sources');
    this.#given += 1;
    return BigInt(this.#run) * BigInt(SOURCES_OF_RUN) + BigInt(this.#given - 1);
  }
}

/** The sources of one log. */
export class LogSources {
  readonly list: CountSource[] = [];
  readonly #numbers: SourceNumbers;
  readonly #known = new Map<string, Map<string | null, bigint>>();

  constructor(numbers: SourceNumbers) {
    this.#numbers = numbers;
  }

  /** The number of a site or of a content type of it; a new one if it comes for the first time. */
  find(site: string, contentType: string | null): bigint {
    let ofSite = this.#known.get(site);
    if (ofSite === undefined) {
      ofSite = new Map();
      this.#known.set(site, ofSite);
    }
    const known = ofSite.get(contentType);
    if (known !== undefined) return known;
    const number = this.#numbers.give();
    ofSite.set(contentType, number);
    this.list.push({ number, site, contentType });
    return number;
  }
}
