/**
 * One input from its first byte to its commit: find out which log it is, count the lines that were not counted before.
 * Several logs may follow each other in one input; each is one transaction, of which all or nothing is committed.
 */
import type { Database } from '../database/database.js';
import { EXIT, InputError, InterruptedError } from '../errors.js';
import { deliversOnce, RereadableInput, STANDARD_INPUT, toInputName } from '../source/source.js';
import { Account } from './counting/counting.js';
import { type Beginnings, BeginningWatch, type Identity, type KnownArchives } from './identity/identity.js';
import { ingestLog, type LogResult, type LogRun, type LogSettings } from './log.js';
import type { OtherSettings } from './other-settings.js';
import type { Recount } from './recount.js';
import { withRetries } from './retry.js';

/**
 * What became of an input. `counted`: lines of it were committed; `known`: all of it was counted before; `empty`: there is
 * nothing to count; `damaged`: its whole lines were committed, but it is cut off; `failed`: nothing of it was committed.
 */
export type InputState = 'counted' | 'known' | 'empty' | 'damaged' | 'failed';

/** What became of one input. */
export interface InputResult {
  readonly path: string;
  readonly state: InputState;
  /** The lines of all its logs that were counted now, and the bytes that were counted before. */
  readonly account: Account;
  /** What was taken back, to be counted again. */
  readonly recounts: readonly Recount[];
  /** The runs that counted parts of it before under other settings; each once. */
  readonly otherSettings: readonly OtherSettings[];
  /** Why it is `failed` or `damaged`; null otherwise. */
  readonly error: InputError | null;
}

/** The settings by which an input is counted. */
export type InputSettings = LogSettings;

/** The run that an input is counted in. */
export interface InputRun extends LogRun {
  readonly settings: InputSettings;
  /** The beginnings of known logs, to find them in the middle of a pipe or an archive. */
  readonly beginnings: Beginnings;
  readonly archives: KnownArchives;
  /** Aborted by SIGINT and SIGTERM, also for a pipe: no more is read. */
  readonly readSignal: AbortSignal;
}

/**
 * Counts the lines of an input that were not counted before. If a pipe is interrupted, the lines that it has delivered are counted first.
 *
 * @throws DatabaseError, InterruptedError; an error of the input itself is in the result
 */
export async function ingestInput(database: Database, path: string, run: InputRun): Promise<InputResult> {
  const result = await tryInput(database, path, run);
  if (run.readSignal.aborted && deliversOnce(path)) {
    throw new InterruptedError(describePipeInterruption(result), { cause: result.error });
  }
  return result;
}

async function tryInput(database: Database, path: string, run: InputRun): Promise<InputResult> {
  const { rejects, signal } = run;
  let logs: LogResult[] = [];
  try {
    signal.throwIfAborted();
    await withRetries(database, { path, signal }, async () => {
      logs = logs.flatMap(toCommittedBefore);
      // the rejected lines of an earlier try are dropped: its transaction was rolled back
      rejects?.discard();
      const known = await findKnownLog(database, path, run);
      if (known !== null) logs.push(known);
      else await ingestContent(database, path, run, logs);
    });
    return addUp(path, logs, findLateError(logs) ?? describeDamage(logs));
  } catch (error) {
    rejects?.discard();
    if (signal.aborted) {
      throw new InterruptedError(`interrupted at ${toInputName(path)}; what was counted before it stays`);
    }
    if (!(error instanceof InputError)) throw error;
    return addUp(path, logs, error);
  }
}

/** @returns null if the input has to be read */
async function findKnownLog(
  database: Database,
  path: string,
  { settings, archives, findOtherSettings }: InputRun,
): Promise<LogResult | null> {
  if (settings.contentCheck !== 'heads' || settings.recount) return null;
  const known = await archives.find(database, path);
  if (known === null) return null;
  const account = new Account();
  account.alreadyCountedBytes = known.countedBytes;
  const otherSettings = await findOtherSettings(known.runs);
  return { account, otherSettings, ...NOTHING_ELSE };
}

const NOTHING_ELSE = { damage: null, lateError: null, recount: null, hasMore: false, continued: null };

/** Says what became of the lines of an interrupted pipe, which nobody can deliver again. */
function describePipeInterruption({ account, error }: InputResult): string {
  const { unfinishedBytes } = account;
  const lines = account.lines === 1 ? '1 whole line' : `${account.lines} whole lines`;
  const counted = `interrupted; ${lines} of ${toInputName(STANDARD_INPUT)} were stored, ${account.counted} of them counted`;
  const unfinished =
    unfinishedBytes === 0 ? '' : `; ${unfinishedBytes} bytes of a line that had begun were not`;
  return counted + unfinished + (error === null ? '' : `; ${error.message}`);
}

/** A retry finds the logs that an earlier try has committed already counted: they were not counted before this run. */
function toCommittedBefore(log: LogResult): readonly LogResult[] {
  const { account } = log;
  if (account.batches === 0) return [];
  account.alreadyCountedBytes = -account.bytes;
  account.unfinishedBytes = 0;
  return [{ ...log, damage: null }];
}

/** @param logs is given each log as soon as it is committed, so that a later failure does not hide it */
async function ingestContent(
  database: Database,
  path: string,
  run: InputRun,
  logs: LogResult[],
): Promise<void> {
  const input = await RereadableInput.open(path, { signal: run.readSignal, patience: run.settings.patience });
  try {
    const watch = new BeginningWatch(run.beginnings, input);
    let continued: Identity | null = null;
    for (let hasMore = true; hasMore; ) {
      const log: LogResult = await ingestLog(database, input, { continued, watch }, run);
      logs.push(log);
      ({ hasMore, continued } = log);
    }
  } finally {
    await input.close();
  }
}

function findLateError(logs: readonly LogResult[]): InputError | null {
  return logs.find(({ lateError }) => lateError !== null)?.lateError ?? null;
}

function describeDamage(logs: readonly LogResult[]): InputError | null {
  const damage = logs.find((log) => log.damage !== null)?.damage ?? null;
  if (damage === null) return null;
  return new InputError(`${damage}; its whole lines are counted`, {
    hint: 'is it still being written? give it again when it is whole: it goes on from there',
    exitCode: EXIT.rejected,
  });
}

function addUp(path: string, logs: readonly LogResult[], error: InputError | null): InputResult {
  const account = Account.sum(logs.map((log) => log.account));
  account.alreadyCountedBytes = Math.max(0, account.alreadyCountedBytes);
  const recounts = logs.flatMap(({ recount }) => recount ?? []);
  const otherSettings = [...new Set(logs.flatMap((log) => log.otherSettings))];
  return { path, state: findState(account, logs, error), account, recounts, otherSettings, error };
}

function findState(account: Account, logs: readonly LogResult[], error: InputError | null): InputState {
  if (error !== null && error !== findLateError(logs))
    return logs.some((log) => log.damage !== null) ? 'damaged' : 'failed';
  if (account.batches > 0) return 'counted';
  return account.alreadyCountedBytes > 0 ? 'known' : 'empty';
}
