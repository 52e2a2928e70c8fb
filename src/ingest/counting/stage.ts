/**
 * Turns the bytes of ranges into rows of the staging table, and enters each line once into the account. A row says how often
 * an object was requested on a day: the number that its content type has in this batch, its id, the day, the hits.
 */
import { Readable } from 'node:stream';
import { copyRows } from '../../database/copy.js';
import type { Database } from '../../database/database.js';
import { cacheDays, DEFAULT_FORMAT_NAME, type LogFormat, parseClfDay } from '../../parse/parse.js';
import { createSampledConsumer, LineCutter, type LineHandler } from '../../source/source.js';
import { OBJECT_HITS, SHARE_TARGET } from '../../summaries/object-hits.js';
import type { RangePiece, ReadRange } from '../identity/identity.js';
import { Account } from './account.js';
import { createCombinedScan, type Scan } from './combined-scan.js';
import { ContentTypes } from './content-types.js';
import { type CountedRange, createLineCounter, type LogToStage, type Target } from './count-line.js';
import type { GroupHits } from './hits/group-hits.js';
import { type HeldHits, HitCounter } from './hits/hit-counter.js';

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
    this.#target = { counter, contentTypes: this.contentTypes, counted: null };
  }

  /** Rows that were handed on. */
  get rowCount(): number {
    return this.#target.counter.rowCount;
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
  async *toRows(pieces: AsyncIterable<RangePiece>): AsyncGenerator<Buffer> {
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
      yield* this.#target.counter.take();
    }
    cutter?.finish();
    consumer.finish();
    yield* this.#target.counter.finish();
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
    return createCombinedScan({
      counter: this.#target.counter,
      maxLineBytes,
      getTypeKey: (name) => this.contentTypes.getKey(fixedSite, name),
      toDay: cacheDays(parseClfDay),
    });
  }
}

/** Copies what the stage makes of the pieces into the staging table; of a small log that is held, nothing. */
export async function copyHits(
  database: Database,
  stage: Stage,
  { pieces, signal }: { readonly pieces: AsyncIterable<RangePiece>; readonly signal: AbortSignal },
): Promise<void> {
  const rows = stage.toRows(pieces);
  const first = await rows.next();
  if (first.done === true) return;
  const text = async function* () {
    yield first.value;
    yield* rows;
  };
  const countSent = () => stage.rowCount;
  await copyRows(database, { target: OBJECT_HITS.target, text: text(), countSent, signal });
}

/** Copies the hits of the small logs of a group into the staging tables. @param sharedTypes is given the content types of rows of no log */
export async function copyGroupHits(
  database: Database,
  hits: GroupHits,
  { sharedTypes, signal }: { readonly sharedTypes: ContentTypes; readonly signal: AbortSignal },
): Promise<void> {
  const copy = (target: string, pieces: Iterable<Buffer>, countSent: () => number) =>
    copyRows(database, { target, text: Readable.from(pieces), countSent, signal });
  await copy(OBJECT_HITS.target, hits.toRows(sharedTypes), () => hits.rowCount);
  if (sharedTypes.names.length > 0) await copy(SHARE_TARGET, hits.toShares(), () => hits.shareCount);
}
