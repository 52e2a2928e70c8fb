/**
 * Turns the bytes of ranges into rows of the staging table, and enters each line once into the account. A row says how often
 * an object was requested on a day: the number that its content type has in this batch, its id, the day, the hits.
 */
import { type CopyPiece, copyPieces } from '../../database/copy.js';
import type { Database } from '../../database/database.js';
import { cacheDays, DEFAULT_FORMAT_NAME, type LogFormat, parseClfDay } from '../../parse/parse.js';
import { createSampledConsumer, LineCutter, type LineHandler } from '../../source/source.js';
import { HIT_TARGET } from '../../summaries/object-hits.js';
import type { RangePiece, ReadRange } from '../identity/identity.js';
import { Account } from './account.js';
import { createCombinedScan, type Scan } from './combined-scan.js';
import { ContentTypes } from './content-types.js';
import { type CountedRange, createLineCounter, type LogToStage, type Target } from './count-line.js';
import { type HeldHits, HitCounter } from './hits/hit-counter.js';
import { createRequests, type KeptRequests } from './requests/requests.js';

const NO_REQUESTS: KeptRequests = { sources: [], requests: new Map(), requestRows: 0, months: [] };

/** Makes rows of the bytes of one log, and counts its lines. */
export class Stage {
  readonly contentTypes: ContentTypes;
  /** What was counted so far of each range, in order. */
  readonly ranges: CountedRange[] = [];
  /** The format that the lines were read as. */
  formatName: string;
  readonly #target: Target;
  readonly #log: LogToStage;
  #scan: Scan | null = null;

  constructor(log: LogToStage) {
    this.#log = log;
    this.formatName = log.settings.choice.name;
    this.contentTypes = new ContentTypes(log.firstTypeKey);
    const counter = new HitCounter(log.memory, log.holdsSmall);
    const { keys, attribution } = log.settings;
    const requests = createRequests(keys, attribution, log);
    this.#target = { counter, contentTypes: this.contentTypes, requests, counted: null };
  }

  /** Rows of a staging table that were handed on. */
  countRows(target: string): number {
    const { counter, requests } = this.#target;
    if (target === HIT_TARGET) return counter.rowCount;
    return requests?.countRows(target) ?? 0;
  }

  /** Whether there are summaries beside the hits. */
  get hasSummaries(): boolean {
    return this.#target.requests !== null;
  }

  /** What was kept in the summaries beside the hits. Asked when the log was read to its end. */
  get kept(): KeptRequests {
    return this.#target.requests?.kept ?? NO_REQUESTS;
  }

  /** The number under which the rows of the operator's summaries are kept; null if nothing is kept. */
  get ownSource(): bigint | null {
    return this.#target.requests?.ownSource ?? null;
  }

  /** The first days of the months that hits were counted in: `2026-04-01`. */
  get months(): readonly string[] {
    return this.#target.counter.listMonths();
  }

  /** The hits of a small log that is held; null if its rows were sent. Asked once, when it was read to its end. */
  getHeld(): HeldHits | null {
    return this.#target.counter.getHeld();
  }

  /** Lines that were entered into an account so far. */
  countLines(): number {
    return this.ranges.reduce((sum, { account }) => sum + account.lines, 0);
  }

  /** For a pipeline between the bytes of a log and a COPY. */
  async *toRows(pieces: AsyncIterable<RangePiece>): AsyncGenerator<CopyPiece> {
    const { counter, requests } = this.#target;
    const consumer = this.#createConsumer();
    let cutter: LineCutter | null = null;
    for await (const { range, bytes } of pieces) {
      if (cutter === null || range !== this.#target.counted?.range) {
        if (cutter !== null) {
          cutter.finish();
          consumer.finish();
        }
        cutter = this.#begin(range, consumer.handle);
      }
      cutter.push(bytes);
      yield* this.#toHitPieces(counter.take());
      if (requests !== null) yield* requests.take();
    }
    cutter?.finish();
    consumer.finish();
    yield* this.#toHitPieces(counter.finish());
    if (requests !== null) yield* requests.finish();
  }

  *#toHitPieces(rows: Iterable<Buffer>): Generator<CopyPiece> {
    if (this.#log.keepsHits) for (const text of rows) yield { target: HIT_TARGET, text };
  }

  /**
   * With `auto` the format is chosen from the first lines, which the consumer holds back until it is finished, at the end of the
   * first range at the latest. Whether lines can be scanned is not known before.
   */
  #createConsumer() {
    const { path, settings, linesBefore } = this.#log;
    const { choice } = settings;
    return createSampledConsumer(choice.sampleLines, (sample) => {
      const format = choice.choose([...linesBefore, ...sample], { path, linesBefore: linesBefore.length });
      this.formatName = format.name;
      this.#scan = this.#findScan(format);
      return createLineCounter(format, this.#target, this.#log);
    });
  }

  /** Begins a range. What was held back of the one before it must have been read. */
  #begin(range: ReadRange, handle: LineHandler): LineCutter {
    const { settings, rejects } = this.#log;
    const account = new Account();
    this.#target.counted = { range, account };
    this.ranges.push(this.#target.counted);
    return new LineCutter({
      start: range.start,
      maxLineBytes: settings.maxLineBytes,
      handle,
      onCut: (bytes) => rejects?.spill(bytes),
      scan: (bytes, from, end) =>
        this.#scan === null || range.startsInsideLine ? from : this.#scan(bytes, from, end, account),
    });
  }

  /** @returns null if the format, the rules or the filters need more of a line than its object and day */
  #findScan(format: LogFormat): Scan | null {
    const { attribution, maxLineBytes } = this.#log.settings;
    const { rules, filters, fixedSite } = attribution;
    if (format.name !== DEFAULT_FORMAT_NAME) return null;
    if (rules.length > 0 || filters.length > 0 || fixedSite === null) return null;
    const { counter, requests } = this.#target;
    if (requests?.needsWholeLines === true) return null;
    return createCombinedScan({
      counter,
      maxLineBytes,
      site: fixedSite,
      contentTypes: this.contentTypes,
      toDay: cacheDays(parseClfDay),
      decode: format.createReader(new Set()).decode,
      onRequest: requests === null ? null : (line) => requests.addScanned(line),
    });
  }
}

/** Copies what the stage makes of the pieces into the staging tables; of the hits of a small log that is held, nothing. */
export async function copyHits(
  database: Database,
  stage: Stage,
  { pieces, signal }: { readonly pieces: AsyncIterable<RangePiece>; readonly signal: AbortSignal },
): Promise<void> {
  const countSent = (target: string) => stage.countRows(target);
  await copyPieces(database, stage.toRows(pieces), { countSent, signal, isBursty: stage.hasSummaries });
}
