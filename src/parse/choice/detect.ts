/**
 * Finds out in which format lines are: the one that fits most of them, and of equals the one that reads the most fields. Also
 * says how many lines it must fit for `--format auto`, and gives the hint for rejected lines.
 */
import { EXIT, InputError } from '../../errors.js';
import { toInputName, trimLineEnd } from '../../source/source.js';
import { FIELD_NAMES } from '../lines/layout.js';
import { isRejected, type LineReader, type LogFormat } from '../lines/line-reader.js';
import { createRecordParser } from '../lines/record.js';
import { findIgnored, isReject, type RejectedLine } from '../lines/reject.js';
import { DEFAULT_FORMAT_OPTIONS, listCandidates } from '../presets/formats.js';

export interface FormatFit {
  readonly format: LogFormat;
  /** Lines that are records of the format. */
  readonly fitting: number;
}

export interface Detection extends FormatFit {
  /** Lines that were tried: all but blank ones and those that begin with `#`. */
  readonly lines: number;
  /** Every candidate, in the order given. */
  readonly fits: readonly FormatFit[];
}

interface Trial extends FormatFit {
  /** Fields that the lines were taken apart into, `-` or not, over all lines. */
  readonly texts: number;
  /** Fields that the format has, but no line; 0 if no line fits. */
  readonly unused: number;
}

/**
 * Tries every candidate.
 *
 * @param lines latin1, from the beginning of the log
 * @returns the first candidate if none fits
 * @throws Error if there is no candidate
 */
export function detectFormat(lines: readonly string[], candidates: readonly LogFormat[]): Detection {
  const trimmed = lines.map(trimLineEnd);
  const trials = candidates.map((format) => tryFormat(trimmed, format));
  const [best] = trials.toSorted((a, b) => b.fitting - a.fitting || b.texts - a.texts || a.unused - b.unused);
  if (best === undefined) throw new Error('there is no format to choose from');
  return {
    format: best.format,
    fitting: best.fitting,
    lines: trimmed.filter((line) => findIgnored(line) === null).length,
    fits: trials,
  };
}

function tryFormat(lines: readonly string[], format: LogFormat): Trial {
  const parser = createRecordParser(format);
  const reader = format.createReader('all');
  const used = new Set<number>();
  let fitting = 0;
  let texts = 0;
  for (const line of lines) {
    if (findIgnored(line) === 'directive') reader.readDirective?.(line);
    const record = parser.readLine(line, false);
    if (record === null || isReject(record)) continue;
    fitting += 1;
    const values = reader.read(line);
    if (isRejected(values)) continue;
    for (const position of listPositions(reader)) {
      if (values[position] === undefined) continue;
      texts += 1;
      used.add(position);
    }
  }
  const unused = fitting === 0 ? 0 : listPositions(reader).filter((each) => !used.has(each)).length;
  return { format, fitting, texts, unused };
}

/** Lists the positions of a format's fields in its values. */
function listPositions(reader: LineReader): readonly number[] {
  return [
    ...FIELD_NAMES.map(reader.getPosition),
    ...reader.getExtras().map(({ position }) => position),
  ].filter((position) => position !== -1);
}

/** The share of the first lines that has to fit. */
const DEMANDED_SHARE = 0.9;

/** Formats that a message names if none fits. */
const NAMED_FORMATS = 3;

/** The origin of the lines from which a format is chosen. */
export interface SampleSource {
  /** A path, or `-`. */
  readonly path: string;
  /** How many of the lines, from the first on, were counted before, or are no part of what is read now. */
  readonly linesBefore: number;
}

/**
 * Finds the format of the lines. If a log has grown, a format that fits its first lines is enough.
 *
 * @throws InputError, exit code 3, if no format fits nine tenths of the lines
 */
export function findFittingFormat(
  sample: readonly string[],
  candidates: readonly LogFormat[],
  { path, linesBefore }: SampleSource,
): Detection {
  const found = detectFormat(sample, candidates);
  if (isFitting(found)) return found;
  const ofFirst = detectFormat(sample.slice(0, linesBefore), candidates);
  if (ofFirst.lines > 0 && isFitting(ofFirst)) return ofFirst;
  const best = listBestFits(found).map(({ format, fitting }) => `${format.name} ${fitting}`);
  const most =
    best.length === 0 ? 'no line is in any that it knows' : `lines that fit the best: ${best.join(', ')}`;
  throw new InputError(
    `--format auto: no format fits nine tenths of the first ${found.lines} lines of ${toInputName(path)}: ${most}; nothing of it is read`,
    {
      hint: 'name its format with --format; logtally check shows line by line what does not fit',
      exitCode: EXIT.rejected,
    },
  );
}

/** Whether the format that was found fits nine tenths of the lines; true if there are no lines. */
export function isFitting({ fitting, lines }: Pick<Detection, 'fitting' | 'lines'>): boolean {
  return fitting >= lines * DEMANDED_SHARE;
}

/** The formats that fit the most lines, the best one first; those that fit none are left out. */
export function listBestFits({ format, fits }: Detection): Detection['fits'] {
  return fits
    .filter(({ fitting }) => fitting > 0)
    .toSorted((a, b) => b.fitting - a.fitting || Number(b.format === format) - Number(a.format === format))
    .slice(0, NAMED_FORMATS);
}

/** Makes the hint for rejected lines: to give the year of their dates, to use the preset that fits, or to name their format. */
export function hintFormat(rejects: readonly Pick<RejectedLine, 'line' | 'reject'>[]): string {
  if (rejects.some(({ reject }) => reject.reject === 'no year'))
    return 'say the year of its dates with --year';
  const lines = rejects.map(({ line }) => line);
  const found = detectFormat(lines, listCandidates(DEFAULT_FORMAT_OPTIONS));
  return found.fitting === 0 ? 'name its format with --format' : `they fit --format ${found.format.name}`;
}
