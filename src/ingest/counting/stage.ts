/**
 * Turns the bytes of ranges into rows of the staging table, and enters each line once into the account. A row says how often
 * an object was requested on a day: the number that its content type has in this batch, its id, the day, the hits.
 */
import { pipeline } from 'node:stream/promises';
import { type Database, toDatabaseError } from '../../database/database.js';
import { DatabaseError } from '../../errors.js';
import { cacheDays, DEFAULT_FORMAT_NAME, type LogFormat, parseClfDay } from '../../parse/parse.js';
import { createSampledConsumer, LineCutter } from '../../source/source.js';
import { OBJECT_HITS } from '../../summaries/object-hits.js';
import { createStaging } from '../../summaries/summaries.js';
import type { RangePiece, ReadRange } from '../identity/identity.js';
import { Account } from './account.js';
import { createCombinedScan, type Scan } from './combined-scan.js';
import { ContentTypes } from './content-types.js';
import { type CountedRange, createLineConsumer, type StagedLog } from './count-line.js';
import { HitCounter } from './hit-counter.js';

/** Makes rows of the bytes of one log, and counts its lines. */
export class Stage {
  readonly contentTypes = new ContentTypes();
  /** What was counted so far of each range, in order. */
  readonly ranges: CountedRange[] = [];
  /** The format that the lines were read as. */
  formatName: string;
  readonly #counter = new HitCounter();
  readonly #log: StagedLog;

  constructor(log: StagedLog) {
    this.#log = log;
    this.formatName = log.settings.choice.name;
  }

  /** Rows that were handed on. */
  get rowCount(): number {
    return this.#counter.rowCount;
  }

  /** Lines that were entered into an account so far. */
  countLines(): number {
    return this.ranges.reduce((sum, { account }) => sum + account.lines, 0);
  }

  /** For a pipeline between the bytes of a log and a COPY. */
  async *toRows(pieces: AsyncIterable<RangePiece>): AsyncGenerator<Buffer> {
    const lines = this.#createLines();
    let cutter: LineCutter | null = null;
    for await (const { range, bytes } of pieces) {
      if (cutter === null || range !== this.ranges.at(-1)?.range) {
        if (cutter !== null) {
          cutter.finish();
          lines.finish();
        }
        cutter = lines.begin(range);
      }
      cutter.push(bytes);
      yield* this.#counter.take();
    }
    cutter?.finish();
    lines.finish();
    yield* this.#counter.finish();
  }

  /** With `auto` the format is chosen from the first lines; whether lines can be scanned is not known before. */
  #createLines() {
    const { path, settings, linesBefore, rejects } = this.#log;
    const { choice, maxLineBytes } = settings;
    let counted: CountedRange | null = null;
    let scan: Scan | null = null;
    const getCounted = () => {
      if (counted === null) throw new Error('a line belongs to no range');
      return counted;
    };
    const consumer = createSampledConsumer(choice.sampleLines, (sample) => {
      const format = choice.choose([...linesBefore, ...sample], { path, linesBefore: linesBefore.length });
      this.formatName = format.name;
      scan = this.#findScan(format);
      const target = { counter: this.#counter, contentTypes: this.contentTypes, getCounted };
      return createLineConsumer(format, target, this.#log);
    });
    return {
      /** Begins a range. Call `finish` for the one before it first. */
      begin: (range: ReadRange) => {
        const account = new Account();
        counted = { range, account };
        this.ranges.push(counted);
        return new LineCutter({
          start: range.start,
          maxLineBytes,
          handle: consumer.handle,
          onCut: (bytes) => rejects?.spill(bytes),
          scan: (bytes, from, end) =>
            scan === null || range.startsInsideLine ? from : scan(bytes, from, end, account),
        });
      },
      /** Reads the lines that were held back to choose the format from. */
      finish: () => void consumer.finish(),
    };
  }

  /** @returns null if the format, the rules or the filters need more of a line than its object and day */
  #findScan(format: LogFormat): Scan | null {
    const { attribution, maxLineBytes } = this.#log.settings;
    const { rules, filters, fixedSite } = attribution;
    if (format.name !== DEFAULT_FORMAT_NAME) return null;
    if (rules.length > 0 || filters.length > 0 || fixedSite === null) return null;
    const getTypeKey = (name: string) => this.contentTypes.getKey(fixedSite, name);
    return createCombinedScan({
      counter: this.#counter,
      maxLineBytes,
      getTypeKey,
      toDay: cacheDays(parseClfDay),
    });
  }
}

/**
 * Copies what the stage makes of the pieces into the staging table, which is created for it.
 *
 * @throws DatabaseError if the database took other rows than were sent; errors of the input as they are
 */
export async function copyRows(
  database: Database,
  stage: Stage,
  { pieces, signal }: { readonly pieces: AsyncIterable<RangePiece>; readonly signal: AbortSignal },
): Promise<void> {
  await createStaging(database);
  const copy = await database.openCopy(OBJECT_HITS.target);
  try {
    await pipeline(pieces, (taken) => stage.toRows(taken), copy.writable, { signal });
  } catch (error) {
    throw toDatabaseError(database.name, error);
  }
  const sent = stage.rowCount;
  if (copy.getRowCount() !== sent) {
    throw new DatabaseError(
      `${sent} rows were sent to ${database.name}, which took ${copy.getRowCount()}; nothing was stored`,
    );
  }
}
