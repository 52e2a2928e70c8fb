/** What became of one log within an input. */
import type { Account } from './counting/account.js';
import type { Identity } from './identity/identify.js';
import type { OtherSettings } from './other-settings.js';
import type { Recount } from './recount.js';

export interface PartResult {
  readonly account: Account;
  readonly bytes: number;
  readonly alreadyCountedBytes: number;
  readonly unfinishedBytes: number;
  readonly batches: number;
  /** That the input is cut off, in words that name it; null where it is whole. */
  readonly damage: string | null;
  /** What was taken back before it was counted again; null where nothing was. */
  readonly recount: Recount | null;
  /** The runs that counted it before under other settings. */
  readonly otherSettings: readonly OtherSettings[];
  /** Whether another log follows in the same input, or the same one goes on. */
  readonly hasMore: boolean;
  /** The log that goes on; null where another one begins. */
  readonly continued: Identity | null;
}
