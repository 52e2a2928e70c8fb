/**
 * Brings the lines of one log or of a group of logs into the tables, in one transaction. Its outcome is certain even if the
 * connection is lost before COMMIT is answered.
 */
import type { Database } from '../../database/database.js';
import { isLost } from '../../database/database-errors.js';
import { lockMerges } from '../../database/merge-lock.js';
import { InputError } from '../../errors.js';
import { reachFaultPoint } from '../../faults.js';
import { keepStaging } from '../../summaries/summaries.js';
import { takeLogBack } from '../again/recount.js';
import { checkNothingAppeared, checkNotRepeated, checkUnmoved } from '../identity/identity.js';
import { wasCommitted } from '../retry.js';
import type { InputRun } from '../run.js';
import type { StagedBatch, StagedLog } from '../stage-log.js';
import { mergeLogs, openStreams, recordLogs } from './store-logs.js';

/** A log whose lines are committed. */
export interface CommittedLog extends StagedLog {
  /** The stream that it was recorded for; null if nothing was. */
  readonly streamId: number | null;
}

/** What a transaction has stored. */
interface Stored {
  readonly logs: readonly CommittedLog[];
  /** Requests of people that came too late to be counted as visitors. */
  readonly lateRequests: number;
}

const NOTHING_STORED: Stored = { logs: [], lateRequests: 0 };

/**
 * Commits what `stage` stages, in one transaction. If COMMIT is not answered, the database is asked whether it happened: COMMIT
 * is never sent again.
 *
 * @returns the logs in the order in which they were staged
 * @throws MovedError, InputError if nothing of the logs may be committed; DatabaseError if the connection is lost and nothing was
 */
export async function commitLogs(
  database: Database,
  run: InputRun,
  stage: () => Promise<StagedBatch>,
): Promise<readonly CommittedLog[]> {
  // the staging tables of a rehearsal outlast its savepoints
  if (database.isInTransaction()) await keepStaging(database);
  let stored = NOTHING_STORED;
  try {
    await database.transaction('writing', async () => {
      stored = await storeLogs(database, await stage(), run);
    });
  } catch (error) {
    if (!isLost(error)) throw error;
    const batch = findBatch(stored.logs, run);
    if (batch === null || !(await wasCommitted(database, batch, run.signal))) throw error;
  }
  // what a transaction told that was rolled back is told by the one that counts the lines
  run.notes.lateRequests += stored.lateRequests;
  for (const { streamId, kept } of stored.logs) {
    if (streamId === null) continue;
    run.shared.sourceNumbers.keep(streamId, kept.sources);
    run.countedStreams.add(streamId);
  }
  return stored.logs;
}

/** Stores what was staged under the merge lock: the logs must still be what they were, then they are merged and recorded. */
async function storeLogs(
  database: Database,
  { logs, ...shared }: StagedBatch,
  run: InputRun,
): Promise<Stored> {
  const stored = logs.filter(({ isStored }) => isStored);
  if (stored.length === 0)
    return { ...NOTHING_STORED, logs: logs.map((log) => ({ ...log, streamId: null })) };
  await lockMerges(database);
  await reachFaultPoint('locked', database);
  await checkStaged(database, stored, run);
  for (const log of stored.filter(({ isRecount }) => isRecount)) await takeBack(database, log, run);
  await reachFaultPoint('taken_back', database);
  const streams = await openStreams(database, stored, run);
  const lateRequests = await mergeLogs(database, { streams, ...shared }, run);
  await reachFaultPoint('merged', database);
  await recordLogs(database, streams, run);
  await reachFaultPoint('recorded', database);
  return { logs: logs.map((log) => ({ ...log, streamId: streams.get(log) ?? null })), lateRequests };
}

async function checkStaged(
  database: Database,
  logs: readonly StagedLog[],
  { number, settings }: InputRun,
): Promise<void> {
  const identities = logs.map(({ identity }) => identity);
  await checkUnmoved(database, settings.site, identities);
  const readings = logs.map(({ reading }) => reading);
  await checkNothingAppeared(database, settings.site, readings);
  for (const log of logs) if (!log.isRecount) await checkNotRepeated(database, log, number);
}

async function takeBack(database: Database, log: StagedLog, { number, signal }: InputRun): Promise<void> {
  const { path, identity, ranges } = log;
  await takeLogBack(database, { path, identity, hasLines: ranges.length > 0 }, { run: number, signal });
}

/** A batch whose presence proves COMMIT: run, stream, first byte and the byte after the last; null if nothing was stored. */
function findBatch(logs: readonly CommittedLog[], { number }: InputRun): readonly number[] | null {
  for (const { ranges, streamId } of logs) {
    const range = ranges[0]?.range;
    if (range !== undefined && streamId !== null) return [number, streamId, range.start, range.end];
  }
  return null;
}

/**
 * Appends the rejected lines of what was committed to their file.
 *
 * @returns why they cannot be kept, although the lines are counted; null if they are
 */
export function keepRejects(rejects: InputRun['rejects']): InputError | null {
  try {
    rejects?.commit();
    return null;
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}
