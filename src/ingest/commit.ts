/**
 * Brings the ranges of a log into the tables, in one transaction. Its outcome is certain even if the connection is lost
 * before COMMIT is answered.
 */
import type { Database } from '../database/database.js';
import { isLost } from '../database/database-errors.js';
import { lockMerges } from '../database/merge-lock.js';
import { reachFaultPoint } from '../faults.js';
import { listLines } from '../source/source.js';
import { mergeBatch } from '../summaries/summaries.js';
import {
  Account,
  type ContentTypes,
  type CountedRange,
  checkFormat,
  copyHits,
  type LineSettings,
  type MaxRejects,
  type RejectsFile,
  Stage,
} from './counting/counting.js';
import {
  type Checkpoint,
  checkArchiveEnd,
  checkNothingAppeared,
  checkNotRepeated,
  checkUnchanged,
  checkUnmoved,
  type FoundLog,
  type IdentifyOptions,
  type PipedLines,
  type RangePiece,
  type RangeReader,
  refuseGap,
  rememberArchive,
  type StreamState,
} from './identity/identity.js';
import { takeLogBack } from './recount.js';
import { wasCommitted } from './retry.js';
import { insertStream, recordBatches } from './storing/storing.js';

/** How far an ingest has come; read by whoever shows progress. */
export interface Progress {
  /** Bytes read from disk, of all inputs so far. */
  packedBytes: number;
  lines: number;
}

/** The settings by which a log is counted and its rejects are judged. */
export interface CommitSettings extends LineSettings, Pick<IdentifyOptions, 'site' | 'isFinal'> {
  readonly allowNewTypes: boolean;
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

/** One log that is going to be counted. */
export interface LogToCount extends FoundLog {
  readonly reader: RangeReader;
  /** Whether what is known of it is taken back and all of it is counted again. */
  readonly isRecount: boolean;
  /** The lines of a pipe; null if the input is no pipe. */
  readonly piped: PipedLines | null;
}

/** What became of a log. */
export interface Committed {
  readonly account: Account;
  /** The message that the input is cut off; null if it is whole. */
  readonly damage: string | null;
  /** The stream that was recorded; null if nothing was. */
  readonly streamId: number | null;
}

/**
 * Counts the ranges of a log in one transaction. If COMMIT is not answered, the database is asked whether it happened: COMMIT
 * is never sent again.
 *
 * @throws MovedError, InputError if nothing of the log may be committed; DatabaseError if the connection is lost and nothing was
 */
export async function commitLog(database: Database, log: LogToCount, run: CommitRun): Promise<Committed> {
  let result: Committed | null = null;
  try {
    return await database.transaction('writing', async () => {
      result = await countLog(database, log, run);
      return result;
    });
  } catch (error) {
    if (result === null || !isLost(error)) throw error;
    const batch = findBatch(log, run, result);
    if (batch === null || !(await wasCommitted(database, batch, run.signal))) throw error;
    return result;
  }
}

/** The steps of the transaction in their order: lines are staged, their rejects judged, and the rows stored under the lock. */
async function countLog(database: Database, log: LogToCount, run: CommitRun): Promise<Committed> {
  const { input, identity, reader, isRecount } = log;
  const { settings } = run;
  const stage = await stageLog(database, log, run);
  await reachFaultPoint('copied', database);
  if (reader.isFollowedInGap) refuseGap(input);
  if (reader.isFollowed) await checkArchiveEnd(input, log.watch);
  const end = isLastLineCounted(log, settings) ? reader.getEnd() : reader.lineEnd;
  reader.close(end?.endByte ?? 0);
  const ranges = stage.ranges.filter(({ range }) => range.end > range.start);
  for (const { range, account } of ranges)
    Object.assign(account, { bytes: range.end - range.start, batches: 1 });
  const account = Account.sum(stage.ranges.map((counted) => counted.account));
  const known = isRecount ? [] : (identity.stream?.ranges ?? []);
  const { maxRejects } = settings;
  checkFormat({ path: input.path, formatName: stage.formatName, account, ranges, known, maxRejects });
  const damage = findDamage(log);
  if (ranges.length === 0 && identity.stream === null) return { account, damage, streamId: null };
  await checkUnchanged(log, reader.hasher.checkpoints, log.start);
  await lockMerges(database);
  await reachFaultPoint('locked', database);
  await checkUnmoved(database, settings.site, identity);
  await checkNothingAppeared(database, settings.site, log);
  if (!isRecount) await checkNotRepeated(database, log, run.number);
  const { contentTypes } = stage;
  const streamId = await storeLog(database, log, run, { contentTypes, hits: account.counted, ranges, end });
  return { account, damage, streamId };
}

/** What is to be stored of a log. */
interface Counted {
  readonly contentTypes: ContentTypes;
  readonly hits: number;
  readonly ranges: readonly CountedRange[];
  /** Where the counting has ended; null if nothing was counted. */
  readonly end: Checkpoint | null;
}

/** Merges and records what was staged. @returns the stream that it was recorded for */
async function storeLog(
  database: Database,
  log: LogToCount,
  run: CommitRun,
  { contentTypes, hits, ranges, end }: Counted,
): Promise<number> {
  const { input, identity, reader, isRecount } = log;
  const { path } = input;
  const { number, signal } = run;
  const { site, allowNewTypes } = run.settings;
  if (isRecount)
    await takeLogBack(database, { path, identity, hasLines: ranges.length > 0 }, { run: number, signal });
  await reachFaultPoint('taken_back', database);
  const state = findState(log);
  // what is known of a log that was taken back went with it
  const known = isRecount ? null : identity.stream;
  const streamId = known?.streamId ?? (await insertStream(database, { path, site, state, identity }));
  if (hits > 0) {
    const types = { ...contentTypes, streams: contentTypes.names.map(() => streamId) };
    await mergeBatch(database, {
      ...{ run: number, contentTypes: types, counted: hits },
      ...{ allowNewTypes, signal },
    });
  }
  await reachFaultPoint('merged', database);
  const checkpoints = reader.hasher.checkpoints.filter(({ endByte }) => endByte <= (end?.endByte ?? 0));
  await recordBatches(database, {
    ...{ run: number, streamId, path, ranges, state },
    checkpoints: end === null ? checkpoints : [...checkpoints, end],
  });
  await log.piped?.write(database, { run: number, streamId });
  const isAlone = log.start === 0 && !log.isContinued;
  if (isWholeArchive(log) && isAlone) await rememberArchive(database, input, { site, streamId });
  await reachFaultPoint('recorded', database);
  return streamId;
}

/** Copies the hits of the ranges into the staging table. */
async function stageLog(database: Database, log: LogToCount, run: CommitRun): Promise<Stage> {
  const { input, identity, reader, piped } = log;
  const { settings, rejects, progress, signal } = run;
  const countsUnfinishedLine = () => isLastLineCounted(log, settings);
  const linesBefore = (reader.ranges[0]?.start ?? 0) > 0 ? listLines(identity.head) : [];
  const stage = new Stage({ path: input.path, settings, linesBefore, rejects, countsUnfinishedLine });
  const before = { ...progress };
  const read = async function* (): AsyncGenerator<RangePiece> {
    let range: RangePiece['range'] | null = null;
    for await (const piece of reader.read()) {
      await reachFaultPoint('copying', database);
      if (piece.range !== range) piped?.skip();
      range = piece.range;
      piped?.update(piece.bytes);
      yield piece;
      progress.packedBytes = before.packedBytes + input.source.readPackedBytes();
      progress.lines = before.lines + stage.countLines();
    }
    if (countsUnfinishedLine()) piped?.finish();
  };
  await copyHits(database, stage, { pieces: read(), signal });
  return stage;
}

/** Whether the log is an archive that was read to its end: it will not grow. Asked when the input has ended. */
function isWholeArchive({ input, reader }: LogToCount): boolean {
  const { source } = input;
  return source.isArchive && source.getEnd().kind === 'complete' && !reader.isFollowed;
}

/** Whether a last line without its end is a line. Asked when the input has ended. */
function isLastLineCounted(log: LogToCount, { isFinal }: CommitSettings): boolean {
  return !log.reader.isSilent && (isFinal || isWholeArchive(log));
}

/** Says how the input is damaged. If another log follows, or a pipe is silent, the input has not been read to its end yet. */
function findDamage({ input, reader }: LogToCount): string | null {
  const end = input.source.getEnd();
  return !reader.isFollowed && !reader.isSilent && end.kind === 'cut off' ? end.message : null;
}

function findState(log: LogToCount): StreamState {
  if (findDamage(log) !== null) return 'damaged';
  return isWholeArchive(log) ? 'final' : 'open';
}

/** A batch whose presence proves COMMIT: run, stream, first byte and the byte after the last; null if nothing was stored. */
function findBatch(
  { reader }: LogToCount,
  { number }: CommitRun,
  { streamId }: Committed,
): readonly number[] | null {
  const range = reader.ranges.find(({ start, end }) => end > start);
  return range === undefined || streamId === null ? null : [number, streamId, range.start, range.end];
}
