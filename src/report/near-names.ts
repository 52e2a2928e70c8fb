/** Finds names that are spelt much like another one, for messages about a name that does not exist. */
import { distance } from 'fastest-levenshtein';

/** Names that a message gives at most. */
const MAX_NAMES = 3;

/** The share of letters that may be wrong, missing or too many; two letters in the wrong order are two mistakes. */
const PART_OF_MISTAKES = 0.4;

/** Fewer letters that a name contains prove nothing: `a` is in nearly every name. */
const MIN_PART_LETTERS = 3;

/** Finds the names nearest to a text, nearest first. A name that contains the text is near; case makes no difference. */
export function findNearNames(text: string, names: readonly string[]): readonly string[] {
  const wanted = text.toLowerCase();
  // a single letter with a mistake would match anything
  const allowed = wanted.length < 2 ? 0 : Math.max(1, Math.floor(wanted.length * PART_OF_MISTAKES));
  const measure = (name: string): number => {
    const letters = name.toLowerCase();
    const isPart = wanted.length >= MIN_PART_LETTERS && letters.includes(wanted);
    return isPart ? Math.min(allowed, distance(wanted, letters)) : distance(wanted, letters);
  };
  return [...new Set(names)]
    .map((name) => ({ name, mistakes: measure(name) }))
    .filter(({ mistakes }) => mistakes <= allowed)
    .sort((a, b) => a.mistakes - b.mistakes || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_NAMES)
    .map(({ name }) => name);
}
