/**
 * Turns the bytes of ranges into rows for COPY, and each line into one entry of the account. A row is an object on a day and
 * how often it was asked for: the number that its content type has in this batch, its id, the day, the hits.
 */
import type { Attribution } from '../attribute/attribution.js';
import { DEFAULT_FORMAT_NAME, type LogFormat } from '../parse/formats.js';
import { findIgnored } from '../parse/ignored.js';
import { type Reject, TOO_LONG } from '../parse/reject.js';
import { cacheDays, parseClfDay } from '../parse/timestamp.js';
import { type LineHandler, type LinePosition, trimLineEnd } from '../source/lines.js';
import { createCombinedScan, type Scan } from './combined-scan.js';
import type { ContentTypes } from './content-types.js';
import type { FormatChoice } from './format-choice.js';
import { createFurtherFieldsFinder } from './further-fields.js';
import { createHitParser } from './hit.js';
import { HitCounter } from './hit-counter.js';
import { LineCutter } from './line-cutter.js';
import type { CountedRange, RangePiece } from './ranges.js';
import type { RejectsFile } from './rejects-file.js';
import { createSampledConsumer, type LineConsumer } from './sampled.js';

export interface StageOptions {
  /** For messages. */
  readonly path: string;
  readonly choice: FormatChoice;
  readonly attribution: Attribution;
  /** Whether a last line without its end is a line; asked when the input has ended. */
  readonly countsUnfinishedLine: () => boolean;
  /** First lines of the log that are not among the bytes: they may say how to read those. */
  readonly linesBefore: readonly string[];
  readonly contentTypes: ContentTypes;
  readonly maxLineBytes: number;
  /** Where rejected lines are kept; null where they are only counted. */
  readonly rejects: RejectsFile | null;
}

export interface Stage {
  /** For a pipeline between the bytes of a log and a COPY. */
  toRows(pieces: AsyncIterable<RangePiece>): AsyncGenerator<Buffer>;
  /** Rows that were handed on. */
  countRows(): number;
}

/** Makes what turns the bytes of one input into rows, and keeps the accounts of its ranges meanwhile. */
export function createStage(options: StageOptions): Stage {
  const counter = new HitCounter();
  return {
    toRows: (pieces) => toRows(pieces, counter, options),
    countRows: () => counter.rowCount,
  };
}

async function* toRows(
  pieces: AsyncIterable<RangePiece>,
  counter: HitCounter,
  options: StageOptions,
): AsyncGenerator<Buffer> {
  const lines = createLineReader(counter, options);
  let begun: CountedRange | null = null;
  let cutter: LineCutter | null = null;
  for await (const { range, bytes } of pieces) {
    if (cutter === null || range !== begun) {
      if (cutter !== null) {
        cutter.finish();
        lines.finish();
      }
      cutter = lines.begin(range);
      begun = range;
    }
    cutter.push(bytes);
    yield* counter.take();
  }
  cutter?.finish();
  lines.finish();
  yield* counter.finish();
}

interface LineReader {
  /** Begins a range; `finish` was called for the one before it. */
  begin(range: CountedRange): LineCutter;
  /** Reads the lines that were held back. */
  finish(): void;
}

/** The format may only be chosen when the first lines are there; only then it is known whether they can be scanned. */
function createLineReader(counter: HitCounter, options: StageOptions): LineReader {
  const { choice, linesBefore, maxLineBytes, rejects } = options;
  let range: CountedRange | null = null;
  let scan: Scan | null = null;
  const getRange = () => {
    if (range === null) throw new Error('a line belongs to no range');
    return range;
  };
  const consumer = createSampledConsumer(choice.sampleLines, (sample) => {
    const format = choice.choose([...linesBefore, ...sample], {
      path: options.path,
      linesBefore: linesBefore.length,
    });
    scan = findScan(format, counter, options);
    return createLineConsumer(format, counter, { ...options, getRange });
  });
  return {
    begin(begun) {
      range = begun;
      return new LineCutter({
        start: begun.start,
        maxLineBytes,
        handle: consumer.handle,
        onCut: (bytes) => rejects?.spill(bytes),
        scan: (bytes, from, end) =>
          scan === null || begun.startsInsideLine ? from : scan(bytes, from, end, begun.account),
      });
    },
    finish: () => void consumer.finish(),
  };
}

/** @returns null for formats, rules and filters that need more of a line than its object and day */
function findScan(format: LogFormat, counter: HitCounter, options: StageOptions): Scan | null {
  const { rules, filters, fixedSite } = options.attribution;
  if (format.name !== DEFAULT_FORMAT_NAME) return null;
  if (rules.length > 0 || filters.length > 0 || fixedSite === null) return null;
  const getTypeKey = (name: string) => options.contentTypes.getKey(fixedSite, name);
  const toDay = cacheDays(parseClfDay);
  return createCombinedScan({ counter, maxLineBytes: options.maxLineBytes, getTypeKey, toDay });
}

/** Reads each line once, and enters it into the account of its range once. */
function createLineConsumer(
  format: LogFormat,
  counter: HitCounter,
  options: StageOptions & { readonly getRange: () => CountedRange },
): LineConsumer {
  const { contentTypes, rejects, maxLineBytes, getRange } = options;
  const parser = createHitParser(format, options.attribution);
  const furtherFields = createFurtherFieldsFinder(format, options.linesBefore);
  const readDirective = (line: string) => {
    parser.readDirective(line);
    furtherFields.readDirective(line);
  };
  for (const line of options.linesBefore) if (findIgnored(line) === 'directive') parser.readDirective(line);
  let entered: CountedRange | null = null;
  const enter = (range: CountedRange) => {
    entered = range;
    if (range.fieldsBefore !== null) readDirective(trimLineEnd(range.fieldsBefore));
  };
  const reject = (range: CountedRange, reason: Reject, position: LinePosition, line: string) => {
    const number = range.linesBefore + range.account.lines;
    range.account.reject(reason, { ...position, number }, line);
    // a line of any bytes may begin with some NULs, and is kept whole; a hole is not kept
    const nuls = position.nulBytes > maxLineBytes ? '' : '\0'.repeat(position.nulBytes);
    rejects?.add(nuls + line, nuls.length + position.bytes);
  };
  const read = (range: CountedRange, line: string, position: LinePosition) => {
    const { account } = range;
    const text = trimLineEnd(line);
    const ignored = findIgnored(text);
    if (ignored !== null) {
      if (ignored === 'directive') readDirective(text);
      account.filter(ignored);
      return;
    }
    const hit = parser.parse(text);
    if (hit === null) {
      account.unattributed += 1;
      furtherFields.look(text, account);
    } else if ('day' in hit) {
      account.counted += 1;
      const typeKey = contentTypes.getKey(hit.site, hit.contentType);
      counter.addText(counter.getGroup(typeKey, hit.day), hit.objectId);
    } else if ('filter' in hit) {
      account.filter(hit.filter);
    } else {
      reject(range, hit, position, line);
    }
  };
  const handle: LineHandler = (line, position, isTooLong) => {
    const range = getRange();
    if (range !== entered) enter(range);
    if (range.startsInsideLine) {
      range.startsInsideLine = false;
      return undefined;
    }
    if (position.isUnfinished && !options.countsUnfinishedLine()) {
      range.unfinishedBytes = position.nulBytes + position.bytes;
      return undefined;
    }
    range.account.lines += 1;
    range.account.nulBytes += position.nulBytes;
    if (isTooLong) reject(range, TOO_LONG, position, line);
    else read(range, line, position);
    return undefined;
  };
  return { handle, finish: () => '' };
}
