/** Tries a format on the first lines of a log, without a database: which lines fit, which do not, and which format fits better. */
import { addAbortSignal } from 'node:stream';
import { InterruptedError } from '../errors.js';
import {
  createRecordParser,
  detectFormat,
  type FormatFit,
  isFitting,
  isReject,
  type LogFormat,
  type LogRecord,
  listBestFits,
  type RejectedLine,
} from '../parse/parse.js';
import { createLineCutter, type HeldLine, openSource, toInputError, trimLineEnd } from '../source/source.js';

export { writeRecords } from './records.js';

/** Lines of each input that are tried. */
const TRIED_LINES = 1_000;

/** How many of the lines that do not fit are shown. */
const SHOWN_REJECTS = 5;

/** The formats that an input is tried with. */
export interface CheckOptions {
  /** Null if the format is to be found out from the lines. */
  readonly format: LogFormat | null;
  /** The other formats that are tried. */
  readonly candidates: readonly LogFormat[];
  readonly maxLineBytes: number;
  readonly signal: AbortSignal;
}

/** What was found out about one input. */
export interface InputCheck {
  readonly path: string;
  readonly format: LogFormat;
  readonly isDetected: boolean;
  /** Lines that were tried: of the first 1,000 all but blank ones and those that begin with `#`. */
  readonly lines: number;
  readonly fitting: number;
  /** Whether at least one line fits, and nine tenths of them do: what `--format auto` demands. */
  readonly fits: boolean;
  /** The first line that fits, and names an object if one does. */
  readonly sample: { readonly number: number; readonly record: LogRecord } | null;
  /** The first lines that do not fit. */
  readonly rejects: readonly RejectedLine[];
  /** The formats that fit the most lines, if the format was to be found out and none fits nine tenths of the lines; else empty. */
  readonly nearest: readonly FormatFit[];
  /** The candidate that fits more lines, if one does. */
  readonly better: FormatFit | null;
}

/**
 * Checks one input.
 *
 * @param path a path, or `-` for standard input
 * @throws InputError if it cannot be read, InterruptedError
 */
export async function checkInput(path: string, options: CheckOptions): Promise<InputCheck> {
  const head = await readHead(path, options);
  const lines = head.filter(({ isTooLong }) => !isTooLong).map(({ line }) => line);
  const detection = detectFormat(lines, options.candidates);
  const format = options.format ?? detection.format;
  const trial = tryFormat(head, format);
  return {
    path,
    format,
    isDetected: options.format === null,
    ...trial,
    fits: trial.fitting > 0 && isFitting(trial),
    nearest: options.format === null && !isFitting(detection) ? listBestFits(detection) : [],
    better: detection.fitting > trial.fitting ? detection : null,
  };
}

/** Reads the first lines and leaves the rest unread. */
async function readHead(path: string, { maxLineBytes, signal }: CheckOptions): Promise<readonly HeldLine[]> {
  const { stream } = await openSource(path, null, signal);
  const head: HeldLine[] = [];
  const cutter = createLineCutter(maxLineBytes, (line, position, isTooLong) => {
    if (head.length < TRIED_LINES) head.push({ line: trimLineEnd(line), position, isTooLong });
  });
  try {
    for await (const bytes of addAbortSignal(signal, stream)) {
      cutter.push(bytes);
      if (head.length === TRIED_LINES) return head;
    }
  } catch (error) {
    if (signal.aborted) throw new InterruptedError('interrupted');
    throw toInputError(path, error);
  }
  cutter.finish();
  return head;
}

function tryFormat(
  head: readonly HeldLine[],
  format: LogFormat,
): Pick<InputCheck, 'lines' | 'fitting' | 'sample' | 'rejects'> {
  const parser = createRecordParser(format);
  const rejects: RejectedLine[] = [];
  let sample: InputCheck['sample'] = null;
  let lines = 0;
  let fitting = 0;
  for (const { line, position, isTooLong } of head) {
    const record = parser.readLine(line, isTooLong);
    if (record === null) continue;
    lines += 1;
    if (isReject(record)) {
      if (rejects.length < SHOWN_REJECTS) rejects.push({ reject: record, position, line });
      continue;
    }
    fitting += 1;
    if (sample === null || (sample.record.objectId === null && record.objectId !== null)) {
      sample = { number: position.number, record };
    }
  }
  return { lines, fitting, sample, rejects };
}
