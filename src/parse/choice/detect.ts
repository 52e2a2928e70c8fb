/** Finds out which format lines are in: the one that most of them fit, and of equals the one that reads the most. */

import { findIgnored } from '../lines/ignored.js';
import { isRejected, type LineReader, type LogFormat } from '../lines/line-reader.js';
import { FIELD_NAMES } from '../lines/named-fields.js';
import { createRecordParser } from '../lines/record.js';
import { isReject } from '../lines/reject.js';

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
  /** Fields that the format has, but no line. */
  readonly unused: number;
}

/**
 * Tries every candidate.
 *
 * @param lines latin1, from the beginning of the log
 * @returns the first candidate where none fits
 * @throws Error where there is no candidate
 */
export function detectFormat(lines: readonly string[], candidates: readonly LogFormat[]): Detection {
  const trimmed = lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const trials = candidates.map((format) => tryFormat(trimmed, format));
  const [first] = trials;
  if (first === undefined) throw new Error('there is no format to choose from');
  const best = trials.reduce((chosen, trial) => (isBetter(trial, chosen) ? trial : chosen), first);
  return {
    format: best.format,
    fitting: best.fitting,
    lines: trimmed.filter((line) => findIgnored(line) === null).length,
    fits: trials.map(({ format, fitting }) => ({ format, fitting })),
  };
}

function isBetter(trial: Trial, chosen: Trial): boolean {
  if (trial.fitting !== chosen.fitting) return trial.fitting > chosen.fitting;
  if (trial.fitting === 0) return false;
  if (trial.texts !== chosen.texts) return trial.texts > chosen.texts;
  return trial.unused < chosen.unused;
}

function tryFormat(lines: readonly string[], format: LogFormat): Trial {
  const parser = createRecordParser(format);
  const reader = format.createReader('all');
  const used = new Set<number>();
  let fitting = 0;
  let texts = 0;
  for (const line of lines) {
    const ignored = findIgnored(line);
    if (ignored === 'directive') {
      parser.readDirective(line);
      reader.readDirective?.(line);
    }
    if (ignored !== null || isReject(parser.parse(line))) continue;
    fitting += 1;
    const values = reader.read(line);
    if (isRejected(values)) continue;
    for (const position of listPositions(reader)) {
      if (values[position] === undefined) continue;
      texts += 1;
      used.add(position);
    }
  }
  return { format, fitting, texts, unused: listPositions(reader).filter((each) => !used.has(each)).length };
}

/** Where the fields of a format stand in its values. */
function listPositions(reader: LineReader): readonly number[] {
  return [...FIELD_NAMES.map(reader.getPosition), ...reader.extras.map(({ position }) => position)].filter(
    (position) => position !== -1,
  );
}
