/** Refuses an input of which no line is in the format: that is a wrong format, not a bad log. */
import { EXIT, InputError } from '../errors.js';
import { FORMATS, type LogFormat } from '../parse/formats.js';
import { createHitParser } from '../parse/hit.js';
import { toInputName } from '../source/open.js';
import type { Account } from './account.js';

/** @throws InputError where every line was rejected; the hint names the preset that fits, if one does */
export function checkFormat(path: string, format: LogFormat, account: Account): void {
  const [first] = account.samples;
  if (account.records > 0 || first === undefined) return;
  const { reject, position } = first;
  const where = reject.field === null ? reject.reject : `${reject.reject} (${reject.field})`;
  const fitting = findFittingFormat(account.samples.map((sample) => sample.line));
  throw new InputError(
    `no line of ${toInputName(path)} is in the format ${format.name}: line ${position.number}: ${where}; nothing of it is counted`,
    {
      hint: fitting === null ? 'name its format with --format' : `its lines fit --format ${fitting.name}`,
      exitCode: EXIT.rejected,
    },
  );
}

/** The first preset that accepts most of the lines, or null where none accepts any. */
export function findFittingFormat(lines: readonly string[]): LogFormat | null {
  let best: { format: LogFormat; fitting: number } | null = null;
  for (const format of FORMATS) {
    const parse = createHitParser(format);
    const fitting = lines.filter((line) => {
      const hit = parse(line);
      return hit === null || !('reject' in hit);
    }).length;
    if (fitting > (best?.fitting ?? 0)) best = { format, fitting };
  }
  return best?.format ?? null;
}
