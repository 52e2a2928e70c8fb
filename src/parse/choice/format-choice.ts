/** Chooses the format in which an input is read: the given one, or the one that fits its first lines. */

import type { LogFormat } from '../lines/line-reader.js';
import {
  AUTO_FORMAT_NAME,
  type FormatOptions,
  listCandidates,
  listWrappedFormats,
  resolveFormat,
} from '../presets/formats.js';
import { detectFormat, findFittingFormat, type SampleSource } from './detect.js';
import { parseServerConfig } from './server-config.js';
import { toUsableFormat } from './server-formats.js';

/** Lines that `auto` looks at. */
const SAMPLE_LINES = 200;

export interface FormatChoice {
  /** For messages and the run's record. */
  readonly name: string;
  /** How many first lines `choose` wants to see; 0 if the format is given. */
  readonly sampleLines: number;
  /** The further fields of all lines, by their names; null if lines name them themselves, or if the format is to be found out. */
  readonly furtherFields: readonly string[] | null;
  /**
   * Chooses the format of a log from lines of it.
   *
   * @throws InputError, exit code 3, if the format is to be found out and none fits nine tenths of the lines
   */
  choose(sample: readonly string[], source: SampleSource): LogFormat;
}

/**
 * Resolves `--format`.
 *
 * @param onChosen is told what `auto` has chosen, of which input, and how many of how many lines fit; not again as long as it is the same
 * @throws UsageError if there is no such format
 */
export function resolveFormatChoice(
  text: string,
  options: FormatOptions,
  onChosen: (format: LogFormat, fitting: number, lines: number, path: string) => void,
): FormatChoice {
  const candidates = text === AUTO_FORMAT_NAME ? listCandidates(options) : listWrappedFormats(text, options);
  if (candidates.length === 0) {
    const format = resolveGivenFormat(text, options);
    return { name: format.name, sampleLines: 0, furtherFields: listFields(format), choose: () => format };
  }
  let told: string | null = null;
  return {
    name: text,
    sampleLines: SAMPLE_LINES,
    furtherFields: null,
    choose(sample, source) {
      // if a wrapper is named, lines of other programs may stand between those of the server
      const { format, fitting, lines } =
        text === AUTO_FORMAT_NAME
          ? findFittingFormat(sample, candidates, source)
          : detectFormat(sample, candidates);
      if (format.name !== told) onChosen(format, fitting, lines, source.path);
      told = format.name;
      return format;
    },
  };
}

function listFields(format: LogFormat): readonly string[] | null {
  const reader = format.createReader('all');
  return reader.hasFixedFields ? reader.getExtras().map(({ name }) => name) : null;
}

/** A format string that writes JSON is read as JSON lines, whose escapes are others than those of text. */
function resolveGivenFormat(text: string, options: FormatOptions): LogFormat {
  const bare = { server: 'nginx', name: 'json', text, format: text.trim(), file: '', line: 0 } as const;
  const pasted = parseServerConfig(text, '--format')[0] ?? bare;
  const usable = pasted.format.startsWith('{') ? toUsableFormat(pasted, options).format : null;
  return usable ?? resolveFormat(text, options);
}
