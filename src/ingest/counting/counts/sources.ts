/**
 * The sources of counts: what a log counted of a site, or of a content type. Each has a number, which stands in the rows in place of
 * the log, the site and the type. Numbers are given before the database knows the log, so they begin with the number of the run.
 */

import { getFirstSource, SOURCES_OF_RUN } from '../../../summaries/source-numbers.js';

/** A source of rows that were sent. */
export interface CountSource {
  readonly number: bigint;
  readonly site: string;
  /** Null for the counts of the site itself. */
  readonly contentType: string | null;
}

/** The sources of a log by their sites and content types. */
type SourcesOfLog = Map<string, Map<string | null, CountSource>>;

/** Gives numbers to the sources of one run, on all of its connections. What is committed of a stream in several parts has the same sources. */
export class SourceNumbers {
  readonly #run: number;
  readonly #ofStreams = new Map<number, SourcesOfLog>();
  #given = 0;

  constructor(run: number) {
    this.#run = run;
  }

  give(): bigint {
    if (this.#given === SOURCES_OF_RUN) throw new Error('the run has too many sources');
    this.#given += 1;
    return getFirstSource(this.#run) + BigInt(this.#given - 1);
  }

  /** The sources that a stream has in this run so far. */
  getOfStream(stream: number): SourcesOfLog {
    return this.#ofStreams.get(stream) ?? new Map();
  }

  /** Keeps the sources of a stream for what the run counts of it later. Called when they are committed. */
  keep(stream: number, sources: readonly CountSource[]): void {
    const kept = this.getOfStream(stream);
    for (const source of sources) enter(kept, source);
    this.#ofStreams.set(stream, kept);
  }
}

function enter(sources: SourcesOfLog, source: CountSource): void {
  const ofSite = sources.get(source.site) ?? new Map();
  sources.set(source.site, ofSite.set(source.contentType, source));
}

/** The sources of one log. */
export class LogSources {
  readonly list: CountSource[] = [];
  readonly #numbers: SourceNumbers;
  /** Those that the run has given the stream before. */
  readonly #before: SourcesOfLog;
  readonly #known: SourcesOfLog = new Map();

  /** @param stream null for a log that is not known yet */
  constructor(numbers: SourceNumbers, stream: number | null) {
    this.#numbers = numbers;
    this.#before = stream === null ? new Map() : numbers.getOfStream(stream);
  }

  /** The number of a site or of a content type of it; a new one if the run has none for it. */
  find(site: string, contentType: string | null): bigint {
    const known = this.#known.get(site)?.get(contentType);
    if (known !== undefined) return known.number;
    const before = this.#before.get(site)?.get(contentType);
    const source = before ?? { number: this.#numbers.give(), site, contentType };
    enter(this.#known, source);
    this.list.push(source);
    return source.number;
  }
}
