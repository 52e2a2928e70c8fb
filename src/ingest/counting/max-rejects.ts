/** How many rejected lines a run may have before it ends with exit code 3, and from how many on a log is held back. */
import { UsageError } from '../../errors.js';
import type { Account } from './account.js';

/** A log of which a larger share is rejects is held back, unless --max-rejects allows more. */
export const HELD_SHARE = 0.5;

export interface MaxRejects {
  /** As given, for messages: `1000` or `5%`. */
  readonly text: string;
  /** The share of rejects, 0 to 1, above which a log is held back. */
  readonly heldShare: number;
  isExceeded(account: Account): boolean;
}

/**
 * Reads `1000` (lines of the run) or `5%` (of the lines read, a few of which are judged together with the last ones that were
 * counted of their log before; blank lines and directives are none).
 *
 * @param source the flag or key, for the message
 * @throws UsageError where it is neither
 */
export function parseMaxRejects(source: string): (text: string) => MaxRejects {
  return (text) => {
    const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
    const limit = Number(number);
    if (percent === '%' && limit <= 100) {
      const heldShare = Math.max(HELD_SHARE, limit / 100);
      return { text, heldShare, isExceeded: (account) => isShareExceeded(account, limit) };
    }
    if (percent === '' && Number.isSafeInteger(limit)) {
      return { text, heldShare: HELD_SHARE, isExceeded: ({ rejected }) => rejected > limit };
    }
    throw new UsageError(`${source}: '${text}' is neither a number of lines nor a percentage up to 100%`);
  };
}

const DEFAULT_PERCENT = 10;

/** Where neither the command line nor the config file says anything; one odd line in a short log is nothing to tell cron of. */
export const DEFAULT_MAX_REJECTS: MaxRejects = {
  text: `${DEFAULT_PERCENT}%`,
  heldShare: HELD_SHARE,
  isExceeded: (account) => account.rejected > 1 && isShareExceeded(account, DEFAULT_PERCENT),
};

function isShareExceeded({ rejected, judged, before }: Account, percent: number): boolean {
  return rejected > 0 && (rejected + before.rejected) * 100 > percent * (judged + before.lines);
}
