/** Reads a log into records, one JSON object a line, without a database. */
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EXIT, InputError } from '../errors.js';
import {
  createRecordParser,
  type FormatChoice,
  isReject,
  type LogFormat,
  type Reject,
} from '../parse/parse.js';
import {
  createLineCutter,
  createSampledConsumer,
  type LineHandler,
  type LinePosition,
  openSource,
  toInputError,
  trimLineEnd,
} from '../source/source.js';

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

/** Bytes that are cut at once: the records of a whole piece would be several times as large as it. */
const CUT_BYTES = 65_536;

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
  const written: string[] = [];
  const consumer = createSampledConsumer(options.choice.sampleLines, (sample) => {
    const format = options.choice.choose(sample, { path, linesBefore: 0 });
    const write = (text: string) => void written.push(text);
    return createRecordWriter(format, count, { ...options, write });
  });
  const cutter = createLineCutter(options.maxLineBytes, (line, position, isTooLong) => {
    // the last line of an archive that is cut off is only the beginning of a line
    const isPartial = position.isUnfinished && source.getEnd().kind !== 'complete';
    if (!isPartial) consumer.handle(line, position, isTooLong);
  });
  async function* toText(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
    for await (const bytes of pieces) {
      for (let at = 0; at < bytes.length; at += CUT_BYTES) {
        cutter.push(bytes.subarray(at, at + CUT_BYTES));
        yield written.splice(0).join('');
      }
    }
    cutter.finish();
    consumer.finish();
    yield written.splice(0).join('');
  }
  let outputError: unknown = null;
  const keepError = (error: unknown) => {
    outputError = error;
  };
  options.output.once('error', keepError);
  try {
    await pipeline(source.stream, toText, options.output, { signal: options.signal, end: false });
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

function createRecordWriter(
  format: LogFormat,
  count: RecordsCount,
  { onReject, write }: RecordsOptions & { readonly write: (text: string) => void },
): LineHandler {
  const parser = createRecordParser(format);
  return (line, position, isTooLong) => {
    count.nulBytes += position.nulBytes;
    const text = trimLineEnd(line);
    const record = parser.readLine(text, isTooLong);
    if (record === null) return;
    if (isReject(record)) {
      count.rejected += 1;
      write(onReject(record, position, text));
    } else {
      count.records += 1;
      write(`${JSON.stringify({ line: position.number, ...record })}\n`);
    }
  };
}
