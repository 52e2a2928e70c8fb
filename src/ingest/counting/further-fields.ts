/** Finds which fields lines without an object have beyond those of a record: one of these may name the object. */
import { isRejected, type LineReader, type LogFormat } from '../../parse/parse.js';
import type { Account } from './account.js';

/** Lines of an input that are looked at. */
const MAX_LINES = 3;

/** Names that are kept. */
const MAX_NAMES = 20;

/** Longer names help nobody. */
const MAX_NAME_CHARACTERS = 64;

/** Makes the finder of one input. Lines with an object are not read a second time. */
export function createFurtherFieldsFinder(format: LogFormat) {
  let lines = 0;
  let directive: string | null = null;
  let reader: LineReader | null = null;
  return {
    /** Looks at a line without an object, and keeps in the account what is found. */
    look(line: string, account: Account): void {
      if (lines >= MAX_LINES) return;
      lines += 1;
      reader ??= format.createReader('all');
      if (directive !== null) reader.readDirective?.(directive);
      const values = reader.read(line);
      if (isRejected(values)) return;
      const before = account.furtherFields?.names ?? [];
      const found = reader.extras
        .filter(({ position }) => values[position] !== undefined)
        .map(({ name }) => name)
        .filter((name) => name.length <= MAX_NAME_CHARACTERS && !before.includes(name));
      account.furtherFields = { format: format.name, names: [...before, ...found].slice(0, MAX_NAMES) };
    },
    /** Takes a line that begins with `#`. */
    readDirective(line: string): void {
      directive = line;
    },
  };
}
