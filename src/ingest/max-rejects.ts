/** How many rejected lines a run may have before it ends with exit code 3. */
import { UsageError } from '../errors.js';
import type { Account } from './account.js';

export interface MaxRejects {
  /** As given, for messages: `1000` or `5%`. */
  readonly text: string;
  isExceeded(account: Account): boolean;
}

/**
 * Reads `1000` (lines of the run) or `5%` (of the lines read).
 *
 * @param source the flag or key, for the message
 * @throws UsageError where it is neither
 */
export function parseMaxRejects(source: string): (text: string) => MaxRejects {
  return (text) => {
    const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
    const limit = Number(number);
    if (percent === '%' && limit <= 100) {
      return { text, isExceeded: ({ rejected, lines }) => rejected * 100 > limit * lines };
    }
    if (percent === '' && Number.isSafeInteger(limit)) {
      return { text, isExceeded: ({ rejected }) => rejected > limit };
    }
    throw new UsageError(`${source}: '${text}' is neither a number of lines nor a percentage up to 100%`);
  };
}
