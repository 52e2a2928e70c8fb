/** Options of the library as a program without types may give them. */
import { UsageError } from '../errors.js';
import { findNearNames } from '../report/near-names.js';
import { toVisibleText } from '../visible-text.js';

/** A name for each option of a type; none can be forgotten. */
export type OptionNames<Options> = Readonly<Record<keyof Required<Options>, true>>;

/**
 * An option that nobody knows is a mistake: what it should have changed would silently stay as it is.
 *
 * @param call the function that was given the options
 * @throws UsageError if one of them is not known; the hint names those that are alike
 */
export function refuseUnknown<Options extends object>(
  call: string,
  options: Options,
  names: OptionNames<Options>,
): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (unknown === undefined) return;
  const known = Object.keys(names);
  const near = findNearNames(unknown, known);
  throw new UsageError(`${call} has no option '${toVisibleText(unknown)}'`, {
    hint: near.length === 0 ? `it has ${known.join(', ')}` : `did you mean ${near.join(' or ')}?`,
  });
}
