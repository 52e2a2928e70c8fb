/**
 * The ranges of a log on their way into the tables: one transaction, whose outcome is certain, also where the connection is
 * lost before COMMIT is answered.
 */
import type { Database } from '../database/database.js';
import { lockMerges } from '../database/merge-lock.js';
import { isLost } from '../database/passing-errors.js';
import { sql } from '../database/sql.js';
import { reachFaultPoint } from '../faults.js';
import { listLines } from '../source/source.js';
import { keepStaging } from '../summaries/staging.js';
import {
  Account,
  type CountedRange,
  checkFormat,
  copyRows,
  type LineSettings,
  type MaxRejects,
  type RejectsFile,
  Stage,
} from './counting/counting.js';
import {
  checkArchiveEnd,
  checkNothingAppeared,
  checkNotRepeated,
  checkUnchanged,
  checkUnmoved,
  type LogAtHand,
  type PipedLines,
  type RangePiece,
  type RangeReader,
  refuseGap,
  rememberArchive,
  type StreamState,
} from './identity/identity.js';
import { takeLogBack } from './recount.js';
import { reconnect, retry } from './retry.js';
import { mergeBatch, recordBatches } from './storing/storing.js';

/** How far an ingest has come; read by whoever shows progress. */
export interface Progress {
  /** Bytes read from disk, of all inputs so far. */
  packedBytes: number;
  lines: number;
}

export interface CommitSettings extends LineSettings {
  /** The label that logs are kept under. */
  readonly site: string;
  readonly allowNewTypes: boolean;
  /** Whether a last line without its end is counted. */
  readonly isFinal: boolean;
  readonly maxRejects: MaxRejects;
}

/** The run that logs are counted in. */
export interface CommitRun {
  readonly number: number;
  readonly settings: CommitSettings;
  readonly rejects: RejectsFile | null;
  readonly progress: Progress;
  /** Aborted by SIGINT and SIGTERM: what is not committed is given up. Never aborted for a pipe. */
  readonly signal: AbortSignal;
}

/** One log on its way to be counted. */
export interface LogToCount extends LogAtHand {
  readonly reader: RangeReader;
  /** Where the log begins in its input, in decompressed bytes. */
  readonly start: number;
  /** Whether nothing of the input was counted before it. */
  readonly isAlone: boolean;
  /** Whether all of it is counted again, and what is known of it taken back. */
  readonly isRecount: boolean;
  /** Null where no pipe is read. */
  readonly piped: PipedLines | null;
}

/** What became of a log. */
export interface Committed {
  readonly account: Account;
  /** That the input is cut off, in words that name it; null where it is whole. */
  readonly damage: string | null;
  /** The stream that it was recorded for; null where nothing was. */
  readonly streamId: number | null;
}

/**
 * Counts the ranges of a log in one transaction. Where COMMIT is not answered, the database is asked whether it happened: it
 * is never sent again.
 *
 * @throws MovedError, InputError where nothing of it must be committed; the loss of the connection where nothing was
 */
export async function commitLog(database: Database, log: LogToCount, run: CommitRun): Promise<Committed> {
  let result: Committed | null = null;
  if (database.isInTransaction()) await keepStaging(database);
  try {
    return await database.transaction('writing', async () => {
      result = await countLog(database, log, run);
      return result;
    });
  } catch (error) {
    if (result === null || !isLost(error)) throw error;
    if (!(await askAfterLoss(database, log, run, result))) throw error;
    return result;
  }
}

/** Stages, merges and records: the steps of the transaction, in their order. */
async function countLog(database: Database, log: LogToCount, run: CommitRun): Promise<Committed> {
  const { content, identity, reader, isRecount } = log;
  const { settings, signal } = run;
  const stage = await stageLog(database, log, run);
  await reachFaultPoint('copied', database);
  if (reader.isFollowedInGap) refuseGap(content);
  if (reader.isFollowed) await checkArchiveEnd(content, log.watch);
  const countedEnd = countsUnfinishedLine(log, settings) ? reader.getEnd() : reader.lineEnd;
  reader.close(countedEnd?.endByte ?? 0);
  const ranges = stage.ranges.filter(({ range }) => range.end > range.start);
  for (const counted of ranges) enterBytes(counted);
  const account = Account.sum(stage.ranges.map((counted) => counted.account));
  const { path } = content;
  const { formatName, contentTypes } = stage;
  const known = isRecount ? [] : (identity.stream?.ranges ?? []);
  checkFormat({ path, formatName, account, ranges, known, maxRejects: settings.maxRejects });
  const damage = findDamage(log);
  if (ranges.length === 0 && identity.stream === null) return { account, damage, streamId: null };
  await checkUnchanged(log, reader.checkpoints, log.start);
  await lockMerges(database);
  await reachFaultPoint('locked', database);
  await checkUnmoved(database, settings.site, identity);
  await checkNothingAppeared(database, settings.site, log);
  if (!isRecount) await checkNotRepeated(database, log, run.number);
  else
    await takeLogBack(database, { path, identity, hasLines: ranges.length > 0 }, { run: run.number, signal });
  await reachFaultPoint('taken_back', database);
  const batch = { contentTypes, counted: account.counted, allowNewTypes: settings.allowNewTypes, signal };
  if (batch.counted > 0) await mergeBatch(database, batch);
  await reachFaultPoint('merged', database);
  const checkpoints = reader.checkpoints.filter(({ endByte }) => endByte <= (countedEnd?.endByte ?? 0));
  const streamId = await recordBatches(database, {
    run: run.number,
    path,
    site: settings.site,
    // what is known of a log that was taken back went with it
    identity: isRecount ? { ...identity, stream: null } : identity,
    state: findState(log, damage),
    ranges,
    checkpoints: countedEnd === null ? checkpoints : [...checkpoints, countedEnd],
  });
  await log.piped?.write(database, { run: run.number, streamId });
  if (isWholeArchive(log) && log.isAlone)
    await rememberArchive(database, content, { site: settings.site, streamId });
  await reachFaultPoint('recorded', database);
  return { account, damage, streamId };
}

/** Copies the hits of the ranges into the staging table. */
async function stageLog(database: Database, log: LogToCount, run: CommitRun): Promise<Stage> {
  const { content, reader, head } = log;
  const stage = new Stage({
    path: content.path,
    settings: run.settings,
    linesBefore: (reader.ranges[0]?.start ?? 0) > 0 ? listLines(head) : [],
    rejects: run.rejects,
    countsUnfinishedLine: () => countsUnfinishedLine(log, run.settings),
  });
  const { progress, signal } = run;
  const before = { ...progress };
  const watch = () => {
    progress.packedBytes = before.packedBytes + content.source.readPackedBytes();
    progress.lines = before.lines + stage.countLines();
  };
  const finish = () => {
    if (countsUnfinishedLine(log, run.settings)) log.piped?.finish();
  };
  await copyRows(database, stage, { pieces: watchPieces(database, log, { watch, finish }), signal });
  return stage;
}

async function* watchPieces(
  database: Database,
  { reader, piped }: LogToCount,
  { watch, finish }: { readonly watch: () => void; readonly finish: () => void },
): AsyncGenerator<RangePiece> {
  let range: RangePiece['range'] | null = null;
  for await (const piece of reader.read()) {
    await reachFaultPoint('copying', database);
    if (piece.range !== range) piped?.skip();
    range = piece.range;
    piped?.update(piece.bytes);
    yield piece;
    watch();
  }
  finish();
}

function enterBytes({ range, account }: CountedRange): void {
  account.bytes = range.end - range.start;
  account.batches = 1;
}

/** Whether the log is an archive that was read to its end: it will not grow. Asked when the input has ended. */
function isWholeArchive({ content, reader }: LogToCount): boolean {
  const { source } = content;
  return source.isArchive && source.getEnd().kind === 'complete' && !reader.isFollowed;
}

/** Whether a last line without its end is a line. Asked when the input has ended. */
function countsUnfinishedLine(log: LogToCount, { isFinal }: CommitSettings): boolean {
  return !log.reader.isSilent && (isFinal || isWholeArchive(log));
}

/** Where another log follows, or a pipe is silent, the input has not been read to its end. */
function findDamage({ content, reader }: LogToCount): string | null {
  const end = content.source.getEnd();
  return !reader.isFollowed && !reader.isSilent && end.kind === 'cut off' ? end.message : null;
}

function findState(log: LogToCount, damage: string | null): StreamState {
  if (damage !== null) return 'damaged';
  return isWholeArchive(log) ? 'final' : 'open';
}

/** Asks until there is an answer: the connection may be lost again while it is waited for. */
async function askAfterLoss(
  database: Database,
  { reader }: LogToCount,
  { number, signal }: CommitRun,
  { streamId }: Committed,
): Promise<boolean> {
  const range = reader.ranges.find(({ start, end }) => end > start);
  if (range === undefined || streamId === null) return false;
  let isCommitted = false;
  await reconnect(database, signal);
  await retry(database, signal, async () => {
    isCommitted = await wasCommitted(database, [number, streamId, range.start, range.end]);
  });
  return isCommitted;
}

/** The merge lock waits until the transaction that may have committed has ended: the answer is certain. */
async function wasCommitted(database: Database, batch: readonly number[]): Promise<boolean> {
  return database.transaction('writing', async () => {
    await lockMerges(database);
    const { rows } = await database.query(sql.findBatch, batch);
    return rows[0]?.['is_committed'] === true;
  });
}
