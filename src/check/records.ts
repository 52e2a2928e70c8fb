/** Reads a log into records, one JSON object a line, without a database. */
import { Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EXIT, InputError } from '../errors.js';
import {
  createRecordParser,
  type FormatChoice,
  findIgnored,
  isReject,
  type LogFormat,
  type Reject,
  TOO_LONG,
} from '../parse/parse.js';
import {
  createLineStreams,
  createSampledConsumer,
  type LineConsumer,
  type LinePosition,
  openSource,
  toInputError,
  trimLineEnd,
} from '../source/source.js';

/** Records are written in pieces of about this many characters. */
const CHUNK_CHARACTERS = 65_536;

/** How records are read, and the stream that they are written to. */
export interface RecordsOptions {
  readonly choice: FormatChoice;
  readonly maxLineBytes: number;
  /** The stream that records are written to; it is left open. */
  readonly output: Writable;
  /** Takes each rejected line; the text that it returns is written among the records. */
  readonly onReject: (reject: Reject, position: LinePosition, line: string) => string;
  readonly signal: AbortSignal;
}

/** How many lines were records, and how many were rejected. */
export interface RecordsCount {
  records: number;
  rejected: number;
  /** NUL bytes that stood before lines, and are no part of them. */
  nulBytes: number;
}

/**
 * Writes the records of one input.
 *
 * @param path a path, or `-` for standard input
 * @throws InputError if the input cannot be read to its end; errors of the output as they are
 */
export async function writeRecords(path: string, options: RecordsOptions): Promise<Readonly<RecordsCount>> {
  const source = await openSource(path, null, options.signal);
  const count = { records: 0, rejected: 0, nulBytes: 0 };
  const consumer = createSampledConsumer(options.choice.sampleLines, (sample) =>
    createRecordConsumer(options.choice.choose(sample, { path, linesBefore: 0 }), count, options),
  );
  const rest = new Transform({
    writableObjectMode: true,
    transform: (chunk: string, _encoding, done) => done(null, chunk),
    flush: (done) => done(null, consumer.finish()),
  });
  const { guard, splitter } = createLineStreams(options.maxLineBytes, (line, position, isTooLong) => {
    // the last line of an archive that is cut off is only the beginning of a line
    const isPartial = position.isUnfinished && source.getEnd().kind !== 'complete';
    return isPartial ? undefined : consumer.handle(line, position, isTooLong);
  });
  let outputError: unknown = null;
  const keepError = (error: unknown) => {
    outputError = error;
  };
  options.output.once('error', keepError);
  try {
    const streams = [...source.streams, guard, splitter, rest, options.output];
    await pipeline(streams, { signal: options.signal, end: false });
  } catch (error) {
    throw error === outputError ? error : toInputError(path, error);
  } finally {
    options.output.off('error', keepError);
  }
  const end = source.getEnd();
  if (end.kind === 'cut off') {
    throw new InputError(`${end.message}; its complete lines were read`, {
      hint: 'is it still being written? give it again when it is whole',
      exitCode: EXIT.rejected,
    });
  }
  return count;
}

function createRecordConsumer(format: LogFormat, count: RecordsCount, options: RecordsOptions): LineConsumer {
  const parser = createRecordParser(format);
  let written = '';
  const write = (line: string, position: LinePosition, isTooLong: boolean) => {
    count.nulBytes += position.nulBytes;
    const text = trimLineEnd(line);
    const ignored = isTooLong ? null : findIgnored(text);
    if (ignored === 'directive') parser.readDirective(text);
    if (ignored !== null) return;
    const record = isTooLong ? TOO_LONG : parser.parse(text);
    if (isReject(record)) {
      count.rejected += 1;
      written += options.onReject(record, position, text);
    } else {
      count.records += 1;
      written += `${JSON.stringify({ line: position.number, ...record })}\n`;
    }
  };
  const take = () => {
    const chunk = written;
    written = '';
    return chunk;
  };
  return {
    handle(line, position, isTooLong) {
      write(line, position, isTooLong);
      return written.length < CHUNK_CHARACTERS ? undefined : take();
    },
    finish: take,
  };
}
