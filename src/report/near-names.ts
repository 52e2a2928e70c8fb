/** Names that are written much like another one, for messages about what does not exist. */
import { distance } from 'fastest-levenshtein';

/** Names that are told at most. */
const MAX_NAMES = 3;

/** The part of the letters that may be other ones, be missing, or be too many; a transposition is two of them. */
const PART_OF_MISTAKES = 0.4;

/** A part of a name that is shorter says nothing: `a` is in nearly every one. */
const MIN_PART_LETTERS = 3;

/** The names nearest to a text, nearest first; a name that it is a part of is near, and case makes no difference. */
export function findNearNames(text: string, names: readonly string[]): readonly string[] {
  const wanted = text.toLowerCase();
  // of a single letter nothing would be left
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
