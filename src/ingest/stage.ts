/**
 * Turns lines into rows for COPY, and each line into one entry of the account. A hit becomes three columns: the number
 * that its content type has in this batch, its object id, its day.
 */
import { Transform } from 'node:stream';
import type { Attribution } from '../attribute/attribution.js';
import type { LogFormat } from '../parse/formats.js';
import { findIgnored } from '../parse/ignored.js';
import { type Reject, TOO_LONG } from '../parse/reject.js';
import { createLineStreams, type LineGuard, type LinePosition, trimLineEnd } from '../source/lines.js';
import type { Account } from './account.js';
import type { ContentTypes } from './content-types.js';
import type { FormatChoice } from './format-choice.js';
import { createHitParser } from './hit.js';
import type { CountedRange, RangeReader } from './ranges.js';
import type { RejectsFile } from './rejects-file.js';
import { createSampledConsumer, type LineConsumer } from './sampled.js';

/** The table and columns that rows are made for. */
export const STAGING_TARGET = 'pg_temp.staged_hit (type_key, object_id, hit_on)';

/** Rows are handed on in pieces of about this many characters: each becomes one message of the protocol. */
const CHUNK_CHARACTERS = 65_536;

/** What COPY's text format gives a meaning (PostgreSQL manual, COPY, "Text Format"). */
const COPY_SPECIAL = /[\\\t\n\r]/;
const EVERY_COPY_SPECIAL = new RegExp(COPY_SPECIAL, 'g');
const COPY_ESCAPE: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

export interface Stage {
  /** For a pipeline between the bytes of a log and a COPY. */
  readonly streams: readonly [LineGuard, Transform, Transform];
}

export interface StageOptions {
  readonly choice: FormatChoice;
  readonly attribution: Attribution;
  /** The ranges that the bytes belong to, each with its account. */
  readonly ranges: RangeReader;
  /** Whether a last line without its end is a line; asked when the input has ended. */
  readonly countsUnfinishedLine: () => boolean;
  /** First lines of the log that are not among the bytes: they may say how to read those. */
  readonly linesBefore: readonly string[];
  readonly contentTypes: ContentTypes;
  readonly maxLineBytes: number;
  /** Where rejected lines are kept; null where they are only counted. */
  readonly rejects: RejectsFile | null;
}

/** Makes the streams that turn one input's bytes into rows, and keep its account while they do. */
export function createStage(options: StageOptions): Stage {
  const { choice, maxLineBytes, rejects } = options;
  const consumer = createSampledConsumer(choice.sampleLines, (sample) =>
    createRowConsumer(choice.choose([...options.linesBefore, ...sample]), options),
  );
  const { guard, splitter } = createLineStreams(maxLineBytes, consumer.handle, (bytes) =>
    rejects?.spill(bytes),
  );
  const encoder = new Transform({
    writableObjectMode: true,
    transform: (chunk: string, _encoding, done) => done(null, Buffer.from(chunk, 'utf8')),
    flush(done) {
      const rest = consumer.finish();
      done(null, rest === '' ? undefined : Buffer.from(rest, 'utf8'));
    },
  });
  return { streams: [guard, splitter, encoder] };
}

/** Reads each line once, and enters it into the account once. */
function createRowConsumer(format: LogFormat, options: StageOptions): LineConsumer {
  const { ranges, contentTypes, rejects } = options;
  const parser = createHitParser(format, options.attribution);
  for (const line of options.linesBefore) if (findIgnored(line) === 'directive') parser.readDirective(line);
  let rows = '';
  let entered: CountedRange | null = null;
  const enter = (range: CountedRange) => {
    entered = range;
    if (range.fieldsBefore !== null) parser.readDirective(trimLineEnd(range.fieldsBefore));
  };
  const reject = (reason: Reject, passed: LinePosition, line: string) => {
    const { linesBefore, account } = ranges.getRange(passed.offset);
    const number = linesBefore + account.lines;
    account.reject(reason, { ...passed, number, offset: ranges.toLogOffset(passed.offset) }, line);
    rejects?.add(line, passed.bytes);
  };
  const read = (line: string, passed: LinePosition, account: Account) => {
    const text = trimLineEnd(line);
    const ignored = findIgnored(text);
    if (ignored !== null) {
      if (ignored === 'directive') parser.readDirective(text);
      account.filter(ignored);
      return;
    }
    const hit = parser.parse(text);
    if (hit === null) {
      account.unattributed += 1;
    } else if ('day' in hit) {
      account.counted += 1;
      rows += `${contentTypes.getKey(hit.site, hit.contentType)}\t${escapeForCopy(hit.objectId)}\t${hit.day}\n`;
    } else if ('filter' in hit) {
      account.filter(hit.filter);
    } else {
      reject(hit, passed, line);
    }
  };
  const take = () => {
    const full = rows;
    rows = '';
    return full;
  };
  return {
    handle(line, passed, isTooLong) {
      const range = ranges.getRange(passed.offset);
      if (range !== entered) enter(range);
      if (range.startsInsideLine) {
        range.startsInsideLine = false;
        return undefined;
      }
      if (passed.isUnfinished && !options.countsUnfinishedLine()) {
        range.unfinishedBytes = passed.bytes;
        return undefined;
      }
      range.account.lines += 1;
      if (isTooLong) reject(TOO_LONG, passed, line);
      else read(line, passed, range.account);
      return rows.length < CHUNK_CHARACTERS ? undefined : take();
    },
    finish: take,
  };
}

function escapeForCopy(text: string): string {
  // a test alone is twice as fast as a replacement that finds nothing
  if (!COPY_SPECIAL.test(text)) return text;
  return text.replace(EVERY_COPY_SPECIAL, (character) => COPY_ESCAPE[character] ?? character);
}
