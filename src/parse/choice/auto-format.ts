/** What `--format auto` demands of a format before anything is read as it, and what helps where lines are rejected. */
import { EXIT, InputError } from '../../errors.js';
import { toInputName } from '../../source/source.js';
import type { LogFormat } from '../lines/line-reader.js';
import type { RejectedLine } from '../lines/reject.js';
import { DEFAULT_FORMAT_OPTIONS, listCandidates } from '../presets/formats.js';
import { type Detection, detectFormat } from './detect.js';

/** The share of the first lines that have to fit. */
const DEMANDED_SHARE = 0.9;

/** Formats that are named where none fits. */
const NAMED_FORMATS = 3;

/** Where lines to choose a format from come from. */
export interface SampleSource {
  /** A path, or `-`. */
  readonly path: string;
  /** How many of the lines, from the first on, were counted before, or are no part of what is read now. */
  readonly linesBefore: number;
}

/**
 * Finds the format of the lines; of a log that has grown, one that its first lines fit is enough.
 *
 * @throws InputError, exit code 3, where no format fits nine tenths of the lines
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

/** Whether the format that was found fits nine tenths of the lines; so it does where there is none. */
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

/** What helps where lines are rejected: the year of their dates, or the preset that they fit; to be named where none does. */
export function hintFormat(rejects: readonly Pick<RejectedLine, 'line' | 'reject'>[]): string {
  if (rejects.some(({ reject }) => reject.reject === 'no year'))
    return 'say the year of its dates with --year';
  const lines = rejects.map(({ line }) => line);
  const found = detectFormat(lines, listCandidates(DEFAULT_FORMAT_OPTIONS));
  return found.fitting === 0 ? 'name its format with --format' : `they fit --format ${found.format.name}`;
}
