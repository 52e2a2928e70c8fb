/** What became of one log within an input. */
import type { Account } from './account.js';

export interface PartResult {
  readonly account: Account;
  readonly bytes: number;
  readonly alreadyCountedBytes: number;
  readonly unfinishedBytes: number;
  readonly batches: number;
  /** How the input was cut off; null where it is whole. */
  readonly damage: string | null;
  /** Whether another log follows in the same input. */
  readonly hasMore: boolean;
}
