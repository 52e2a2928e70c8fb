/** Refuses an input of which no line is in the format: that is a wrong format, not a bad log. */
import { EXIT, InputError } from '../errors.js';
import { detectFormat } from '../parse/detect.js';
import { DEFAULT_FORMAT_OPTIONS, listCandidates } from '../parse/formats.js';
import { toInputName } from '../source/open.js';
import type { Account } from './account.js';

/**
 * @param formatName what the input was read as
 * @throws InputError where every line was rejected; the hint names the preset that fits, if one does
 */
export function checkFormat(path: string, formatName: string, account: Account): void {
  const [first] = account.samples;
  if (account.rejected < account.lines - account.ignored || first === undefined) return;
  const { reject, position } = first;
  const where = reject.field === null ? reject.reject : `${reject.reject} (${reject.field})`;
  const found = detectFormat(
    account.samples.map((sample) => sample.line),
    listCandidates(DEFAULT_FORMAT_OPTIONS),
  );
  throw new InputError(
    `no line of ${toInputName(path)} is in the format ${formatName}: line ${position.number}: ${where}; nothing of it is counted`,
    {
      hint:
        reject.reject === 'no year'
          ? 'say the year of its dates with --year'
          : found.fitting === 0
            ? 'name its format with --format'
            : `its lines fit --format ${found.format.name}`,
      exitCode: EXIT.rejected,
    },
  );
}
