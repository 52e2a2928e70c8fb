/** What became of an input and of the logs in it. */
import { EXIT, InputError, InterruptedError } from '../errors.js';
import { toInputName } from '../source/source.js';
import type { SupplementNote } from './again/supplement.js';
import { Account } from './counting/counting.js';
import type { Identity } from './identity/identity.js';
import type { OtherSettings, Recount } from './storing/storing.js';

/** What became of one log within an input. */
export interface LogResult {
  readonly account: Account;
  /** What was taken back before it was counted again; null if nothing was. */
  readonly recount: Recount | null;
  /** What it was counted again for, beside what was known of it; null if for nothing. */
  readonly supplement: SupplementNote | null;
  /** The runs that counted it before under other settings. */
  readonly otherSettings: readonly OtherSettings[];
  /** The message that the input is cut off; null if it is whole. */
  readonly damage: string | null;
  /** Why rejected lines of what is counted cannot be kept; null if they are. No more of the input is read then. */
  readonly lateError: InputError | null;
  /** Whether another log follows in the same input, or the same one goes on. */
  readonly hasMore: boolean;
  /** The log that goes on; null if another one begins. */
  readonly continued: Identity | null;
}

/** A log of which there is nothing to tell. */
export const NOTHING_ELSE = {
  ...{
    recount: null,
    supplement: null,
    otherSettings: [],
    damage: null,
    lateError: null,
    hasMore: false,
    continued: null,
  },
} as const satisfies Omit<LogResult, 'account'>;

/**
 * What became of an input. `counted`: lines of it were committed; `known`: all of it was counted before; `empty`: there is
 * nothing to count; `damaged`: its whole lines were committed, but it is cut off; `failed`: nothing of it was committed.
 */
export type InputState = 'counted' | 'known' | 'empty' | 'damaged' | 'failed';

/** What became of one input. */
export interface InputResult {
  readonly path: string;
  readonly state: InputState;
  /** The lines of all its logs that were counted now, and the bytes that were counted already. */
  readonly account: Account;
  /** What was taken back, to be counted again. */
  readonly recounts: readonly Recount[];
  /** The summaries that known lines of it were counted for. */
  readonly supplements: readonly SupplementNote[];
  /** The runs that counted parts of it before under other settings; each once. */
  readonly otherSettings: readonly OtherSettings[];
  /** Why it is `failed` or `damaged`; null otherwise. */
  readonly error: InputError | null;
}

/**
 * Adds the logs of an input up.
 *
 * @param failure why the input failed behind these logs; null if it did not
 */
export function toInputResult(
  path: string,
  logs: readonly LogResult[],
  failure: InputError | null,
): InputResult {
  const late = findLateError(path, logs);
  const error = failure ?? late ?? describeDamage(logs);
  const account = Account.sum(logs.map((log) => log.account));
  account.alreadyCountedBytes = Math.max(0, account.alreadyCountedBytes);
  const recounts = logs.flatMap(({ recount }) => recount ?? []);
  const supplements = logs.flatMap(({ supplement }) => supplement ?? []);
  const otherSettings = [...new Set(logs.flatMap((log) => log.otherSettings))];
  return {
    path,
    state: findState(account, logs, error === late ? null : error),
    account,
    recounts,
    supplements,
    otherSettings,
    error,
  };
}

/** The logs of a group share one file of rejects, and its error does not say whose lines were rejected. */
function findLateError(path: string, logs: readonly LogResult[]): InputError | null {
  const error = logs.find(({ lateError }) => lateError !== null)?.lateError ?? null;
  if (error === null) return null;
  const { hint, exitCode } = error;
  return new InputError(`${toInputName(path)}: ${error.message}`, { hint, exitCode, cause: error });
}

function describeDamage(logs: readonly LogResult[]): InputError | null {
  const damage = logs.find((log) => log.damage !== null)?.damage ?? null;
  if (damage === null) return null;
  return new InputError(`${damage}; its whole lines are counted`, {
    hint: 'is it still being written? give it again when it is whole: it goes on from there',
    exitCode: EXIT.rejected,
  });
}

/** @param error null if all that was read is counted */
function findState(account: Account, logs: readonly LogResult[], error: InputError | null): InputState {
  if (error !== null) return logs.some((log) => log.damage !== null) ? 'damaged' : 'failed';
  if (account.batches > 0) return 'counted';
  return account.alreadyCountedBytes > 0 ? 'known' : 'empty';
}

/** Says at which input a run was interrupted. */
export function toInterruption(path: string): InterruptedError {
  return new InterruptedError(
    `interrupted at ${toInputName(path)}; what is committed stays, and the next run counts the rest`,
    { hint: 'logtally runs tells how much this run has committed' },
  );
}
