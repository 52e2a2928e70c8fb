/**
 * The record of what was counted: a row for each run, also for one that fails, and the content that was counted, in the transaction
 * that adds its hits, so that both agree.
 */
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../database/database.js';
import { isLost } from '../../database/database-errors.js';
import { checkRights, checkUndoRights } from '../../database/grants.js';
import { lockMerges } from '../../database/merge-lock.js';
import { migrate } from '../../database/migrate.js';
import { sql } from '../../database/sql.js';
import { getNumber } from '../../database/values.js';
import { DatabaseError, EXIT, type ExitCode, LogtallyError } from '../../errors.js';
import { hasOldAdditions } from '../../summaries/additions.js';
import { dropOldAdditions, listSpreadTables, listSummaryTables } from '../../summaries/summaries.js';
import type { CountedRange } from '../counting/counting.js';
import { type Checkpoint, isLastingCheckpoint, type StreamState } from '../identity/identity.js';

/**
 * Brings the schema up to date, checks what the role may do, and records that a run begins.
 *
 * @param run the program's version, the settings without any secret, and whether it takes back what other runs counted
 * @returns the run's number
 */
export async function beginRun(
  database: Database,
  run: {
    readonly version: string;
    readonly description: Readonly<Record<string, unknown>>;
    readonly takesBack: boolean;
  },
): Promise<number> {
  await migrate(database, listSpreadTables());
  await checkRights(database, listSummaryTables());
  if (run.takesBack) await checkUndoRights(database, listSummaryTables());
  return database.transaction('writing', async () => {
    await lockMerges(database);
    const values = [hostname(), run.version, JSON.stringify(run.description)];
    return getNumber((await database.query(sql.insertRun, values)).rows[0], 'run_id');
  });
}

/** Records that a run counts something, if it was taken back while it went on. Call it under the merge lock. */
export async function reopenRun(database: Database, run: number): Promise<void> {
  await database.query(sql.reopenRun, [run]);
}

/** Records how a run ended. */
export async function finishRun(database: Database, run: number, exitCode: ExitCode): Promise<void> {
  const values = [run, new Date().toISOString(), exitCode];
  await database.transaction('writing', () => database.query(sql.finishRun, values));
}

/** Milliseconds that the record of an interrupted run may take. */
const RECORD_MS = 2000;

/**
 * Records the end of a run that failed as a whole, if the database still can. A failure to record it is not told: the person
 * is told what ended the run.
 *
 * @param failure what ended the run, and the signal that says whether the run was asked to stop
 */
export async function recordFailure(
  database: Database,
  run: number,
  { error, signal }: { readonly error: unknown; readonly signal: AbortSignal },
): Promise<void> {
  const failureCode = error instanceof LogtallyError ? error.exitCode : EXIT.failure;
  const exitCode = signal.aborted ? EXIT.interrupted : failureCode;
  const record = async () => {
    if (isLost(error) && !signal.aborted) await database.reconnect();
    await finishRun(database, run, exitCode);
  };
  const recorded = record().catch(() => undefined);
  await (signal.aborted ? Promise.race([recorded, sleep(RECORD_MS, undefined, { ref: false })]) : recorded);
}

/** Drops what is kept for undo of runs that began more than so many days ago. @returns whether there was any */
export async function forgetOldRuns(database: Database, undoDays: number): Promise<boolean> {
  // most runs find nothing: they do not wait once more for all runs that want to merge
  if (!(await database.transaction('reading', () => hasOldAdditions(database, undoDays)))) return false;
  return database.transaction('writing', async () => {
    await lockMerges(database);
    return dropOldAdditions(database, undoDays);
  });
}

/** Records that streams were seen, of which nothing was new. */
export async function recordSeen(database: Database, streams: ReadonlySet<number>): Promise<void> {
  if (streams.size === 0) return;
  await database.transaction('writing', async () => {
    await lockMerges(database);
    await database.query(sql.recordSeen, [[...streams], new Date().toISOString()]);
  });
}

/** A log that is not known yet. */
export interface NewStream {
  readonly site: string;
  readonly state: StreamState;
  readonly path: string;
  /** The number of its first 16 bytes; null if it has fewer. */
  readonly prefixMark: number | null;
}

/** Begins a stream, before its hits are merged. Call it under the merge lock. @returns its number */
export async function beginStream(
  database: Database,
  { site, state, path, prefixMark }: NewStream,
): Promise<number> {
  const { rows } = await database.query(sql.insertStream, [site, state, path, prefixMark]);
  return getNumber(rows[0], 'stream_id');
}

export interface CountedContent {
  readonly run: number;
  readonly streamId: number;
  readonly path: string;
  readonly state: StreamState;
  /** The ranges up to the last byte that was counted, without empty ones. */
  readonly ranges: readonly CountedRange[];
  /** The summaries, beside the hits, that they were counted in. */
  readonly summaries: readonly string[];
  /** The digests by which the content is known, up to the last byte that was counted. */
  readonly checkpoints: readonly Checkpoint[];
  /** Whether the digest at the end of a batch goes when the batch takes in what follows. */
  readonly forgetsEnds: boolean;
}

/** Records that batches of a run were counted in further summaries. */
export async function addBatchSummaries(
  database: Database,
  {
    run,
    streamId,
    starts,
    summaries,
  }: {
    readonly run: number;
    readonly streamId: number;
    /** Their first bytes. */
    readonly starts: readonly number[];
    readonly summaries: readonly string[];
  },
): Promise<void> {
  await database.query(sql.addBatchSummaries, [run, streamId, starts, summaries]);
}

/**
 * Records what is known of a stream now: its checkpoints, and its ranges, each as a batch. A range behind a batch of the same run
 * becomes a part of it.
 */
export async function recordBatches(database: Database, content: CountedContent): Promise<void> {
  const { run, streamId, path, state, ranges, summaries, checkpoints, forgetsEnds } = content;
  const digests = [checkpoints.map(({ endByte }) => endByte), checkpoints.map(({ sha256 }) => sha256)];
  await database.query(sql.insertDigests, [streamId, ...digests]);
  await database.query(sql.updateStream, [streamId, state, path, new Date().toISOString()]);
  for (const { range, account } of ranges) {
    if (!account.addsUp)
      throw new DatabaseError(`the account of '${path}' does not add up; nothing was stored`);
    const { lines, counted, unattributed, filtered, rejected, rejectedFor } = account;
    const counts = [lines, counted, unattributed, filtered, rejected];
    const reasons = JSON.stringify(Object.fromEntries(rejectedFor));
    const { robots } = account;
    const values = [run, path, range.start, range.end, ...counts, reasons, streamId, summaries, robots];
    const isExtended = await extendBatch(database, range.start, values);
    if (!isExtended) await database.query(sql.insertBatch, values);
    else if (forgetsEnds && !isLastingCheckpoint(range.start))
      await database.query(sql.deleteDigest, [streamId, range.start]);
  }
}

/** @returns false if the run has no batch that ends where the range begins */
async function extendBatch(database: Database, start: number, values: readonly unknown[]): Promise<boolean> {
  if (start === 0) return false;
  return (await database.query(sql.extendBatch, [...values, new Date().toISOString()])).rowCount > 0;
}
