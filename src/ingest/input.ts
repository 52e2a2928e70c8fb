/**
 * One input for itself, from its first byte to its commit: find out which log it is, count the lines that were not counted before.
 * Several logs may follow each other in it; each is one transaction, of which all or nothing is committed.
 */
import type { Database } from '../database/database.js';
import { InputError, InterruptedError } from '../errors.js';
import { reachFaultPoint } from '../faults.js';
import { deliversOnce, RereadableInput, STANDARD_INPUT, toInputName } from '../source/source.js';
import { commitLogs, keepRejects } from './committing/commit.js';
import { Account } from './counting/counting.js';
import { BeginningWatch, type Identity, type ReadingPlace, resumeLog } from './identity/identity.js';
import { findKnownLog, openNextLog } from './log.js';
import { type InputResult, type LogResult, toInputResult, toInterruption } from './results.js';
import { withRetries } from './retry.js';
import type { InputRun } from './run.js';
import { type LogToCount, stageAlone } from './stage-log.js';

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
    return toInputResult(path, logs, null);
  } catch (error) {
    rejects?.discard();
    if (signal.aborted) throw toInterruption(path);
    if (!(error instanceof InputError)) throw error;
    return toInputResult(path, logs, error);
  }
}

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
  if (account.batches === 0 && log.supplement === null) return [];
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
      const log: LogResult = await ingestLog(database, input, { continued, watch, isNew: false }, run);
      logs.push(log);
      ({ hasMore, continued } = log);
    }
  } finally {
    await input.close();
  }
}

/** Counts the log that begins or goes on at the position of the input, in a transaction of its own. */
async function ingestLog(
  database: Database,
  input: RereadableInput,
  place: ReadingPlace,
  run: InputRun,
): Promise<LogResult> {
  const { log, before, addSummaries } = await openNextLog(database, input, place, run);
  if (addSummaries !== null) {
    await addSummaries();
    return { ...before, hasMore: true, continued: place.continued };
  }
  if (log === null) return before;
  const [committed] = await commitLogs(database, run, () => stageAlone(database, log, run)).finally(() =>
    log.piped?.close(),
  );
  if (committed === undefined) throw new Error('the log was not staged');
  const result = {
    ...before,
    account: Account.sum([before.account, committed.account]),
    damage: committed.damage,
    lateError: keepRejects(run.rejects),
  };
  await reachFaultPoint('rejects_appended', database);
  if (result.lateError !== null || !(await goesOn(log, result.account))) return result;
  return { ...result, hasMore: true, continued: await resumeLog(database, log, committed.streamId) };
}

/** Whether more of the input is to be read behind a log that was counted. It waits for a pipe that fell silent. */
async function goesOn({ input, watch, reader }: LogToCount, account: Account): Promise<boolean> {
  watch.isSuspect = reader.isFollowed;
  if (watch.isSuspect) return true;
  if (!reader.isSilent || input.isInterrupted) return false;
  // a pipe fell silent within the log: a line that has begun is put back, and its end is waited for
  account.unfinishedBytes = 0;
  for (const bytes of reader.takeUnfinished().reverse()) input.unread(bytes);
  await input.waitForMore();
  return true;
}
