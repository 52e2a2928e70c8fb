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
  readonly state: StreamState;
  readonly path: string;
  /** The number of its first 16 bytes; null if it has fewer. */
  readonly prefixMark: number | null;
}

/**
 * Begins streams of a site, before their hits are merged. Call it under the merge lock.
 *
 * @returns their numbers, in their order
 */
export async function beginStreams(
  database: Database,
  site: string,
  streams: readonly NewStream[],
): Promise<readonly number[]> {
  if (streams.length === 0) return [];
  const { rows } = await database.query(sql.insertStreams, [
    site,
    streams.map(({ state }) => state),
    streams.map(({ path }) => path),
    streams.map(({ prefixMark }) => prefixMark),
  ]);
  return rows.map((row) => getNumber(row, 'stream_id')).toSorted((a, b) => a - b);
}

/** What was counted of a stream. */
export interface CountedContent {
  readonly streamId: number;
  readonly path: string;
  readonly state: StreamState;
  /** The ranges up to the last byte that was counted, without empty ones. */
  readonly ranges: readonly CountedRange[];
  /** The digests by which the content is known, up to the last byte that was counted. */
  readonly checkpoints: readonly Checkpoint[];
}

/** How a run has counted it. */
export interface Counting {
  readonly run: number;
  /** The summaries, beside the hits, that it was counted in. */
  readonly summaries: readonly string[];
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
 * Records what is known of streams now, each of them once: its checkpoints, and its ranges, each as a batch. A range behind a batch of
 * the same run becomes a part of it.
 */
export async function recordContents(
  database: Database,
  contents: readonly CountedContent[],
  { run, summaries, forgetsEnds }: Counting,
): Promise<void> {
  const digests = contents.flatMap(({ streamId, checkpoints }) =>
    checkpoints.map((checkpoint) => ({ streamId, ...checkpoint })),
  );
  await database.query(sql.insertDigests, [
    digests.map(({ streamId }) => streamId),
    digests.map(({ endByte }) => endByte),
    digests.map(({ sha256 }) => sha256),
  ]);
  const now = new Date().toISOString();
  await database.query(sql.updateStreams, [
    contents.map(({ streamId }) => streamId),
    contents.map(({ state }) => state),
    contents.map(({ path }) => path),
    now,
  ]);
  const batches: unknown[][] = [];
  for (const { streamId, path, ranges } of contents) {
    for (const counted of ranges) {
      const { start } = counted.range;
      const batch = describeBatch(streamId, path, counted);
      // the first bytes of a log are behind nothing
      const isExtended =
        start > 0 && (await database.query(sql.extendBatch, [run, summaries, ...batch, now])).rowCount > 0;
      if (!isExtended) batches.push(batch);
      else if (forgetsEnds && !isLastingCheckpoint(start))
        await database.query(sql.deleteDigest, [streamId, start]);
    }
  }
  if (batches.length === 0) return;
  const columns = batches[0]?.map((_, column) => batches.map((batch) => batch[column])) ?? [];
  await database.query(sql.insertBatches, [run, summaries, ...columns]);
}

/** The values of a batch in the order of `insert_batches.sql`. @throws DatabaseError if its account does not add up */
function describeBatch(streamId: number, path: string, { range, account }: CountedRange): unknown[] {
  if (!account.addsUp)
    throw new DatabaseError(`the account of '${path}' does not add up; nothing was stored`);
  const { lines, counted, unattributed, filtered, rejected, rejectedFor, robots } = account;
  const reasons = JSON.stringify(Object.fromEntries(rejectedFor));
  const counts = [lines, counted, unattributed, filtered, rejected];
  return [streamId, path, range.start, range.end, ...counts, reasons, robots];
}
