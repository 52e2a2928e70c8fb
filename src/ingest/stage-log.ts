/**
 * Reads one log: its lines become rows of the staging table, and its rejects are judged. What is stored of it afterwards needs
 * the input no more, so that the inputs of a group are closed one after the other.
 */
import type { Database } from '../database/database.js';
import { reachFaultPoint } from '../faults.js';
import { isBeingPacked, listLines } from '../source/source.js';
import { addUpRequests, createOwnStaging } from '../summaries/own/own.js';
import { createStaging } from '../summaries/summaries.js';
import {
  Account,
  type ContentTypes,
  type CountedRange,
  type CountingRun,
  type CountingSettings,
  checkFormat,
  copyHits,
  type HeldHits,
  type KeptRequests,
  listKept,
  Stage,
} from './counting/counting.js';
import {
  type Archive,
  type Checkpoint,
  checkArchiveEnd,
  checkRejected,
  checkUnchanged,
  describeArchive,
  describeReading,
  type FoundLog,
  type IdentifyOptions,
  type PipedLines,
  type RangePiece,
  type RangeReader,
  type Reading,
  refuseGap,
  type StreamState,
} from './identity/identity.js';

/** The run that logs are staged for. */
export interface StageRun extends CountingRun {
  readonly settings: CountingSettings &
    Pick<IdentifyOptions, 'isFinal'> & {
      /** Whether a plain file never grows again, by its path. */
      readonly isFinished: (path: string) => boolean;
    };
}

/** One log that is going to be counted. */
export interface LogToCount extends FoundLog {
  readonly reader: RangeReader;
  /** Whether what is known of it is taken back and all of it is counted again. */
  readonly isRecount: boolean;
  /** The lines of a pipe; null if the input is no pipe. */
  readonly piped: PipedLines | null;
}

/** What one transaction is going to store. */
export interface StagedBatch {
  /** In the order in which they were staged. */
  readonly logs: readonly StagedLog[];
  /** The content types of rows that are of several logs; their numbers follow those of the logs. Null if there are no such rows. */
  readonly sharedTypes: ContentTypes | null;
  /** Whether rows of one log may be of the same object and day as other rows. */
  readonly logsMeet: boolean;
}

/** One log whose hits are staged: all that is to be checked, merged and recorded of it. */
export interface StagedLog extends Pick<LogToCount, 'identity' | 'isRecount' | 'piped'> {
  readonly path: string;
  /** How it was read, to make sure that no other log has become known meanwhile. */
  readonly reading: Reading;
  readonly contentTypes: ContentTypes;
  /** What was kept in the summaries beside the hits. */
  readonly kept: KeptRequests;
  /** The first days of the months that hits were counted in. */
  readonly months: readonly string[];
  /** What was counted of it. */
  readonly account: Account;
  /** Whether there is anything to record of it. */
  readonly isStored: boolean;
  /** The ranges up to the last byte that was counted, without empty ones. */
  readonly ranges: readonly CountedRange[];
  /** The digests by which it is known, up to the last byte that was counted. */
  readonly checkpoints: readonly Checkpoint[];
  /** The message that the input is cut off; null if it is whole. */
  readonly damage: string | null;
  readonly state: StreamState;
  /** The archive that holds this log alone, to be recognised later; null if there is none. */
  readonly archive: Archive | null;
}

/** How a log is staged beside others. */
export interface StagePlace {
  /** The number of its first content type in the staged rows. */
  readonly firstTypeKey: number;
  /** Whether the hits of a small log are held, to be added up with those of other logs. */
  readonly holdsSmall: boolean;
}

/**
 * Copies the hits of a log into the staging table, or holds them. Call it within the transaction that is going to store them, which
 * has the staging tables already.
 *
 * @returns the log, and its hits if they are held: they are there until the next log is staged
 * @throws InputError, ChangedError if nothing of the log may be stored
 */
export async function stageLog(
  database: Database,
  log: LogToCount,
  run: StageRun,
  place: StagePlace,
): Promise<{ readonly log: StagedLog; readonly held: HeldHits | null }> {
  const { input, identity, reader, isRecount, piped } = log;
  const { settings } = run;
  const stage = await readLines(database, log, { ...run, ...place });
  const { own } = settings.keys;
  if (own.length > 0 && stage.ownSource !== null) await addUpRequests(database, own, stage.ownSource);
  await reachFaultPoint('copied', database);
  if (reader.isFollowedInGap) refuseGap(input);
  if (reader.isFollowed) await checkArchiveEnd(input, log.watch);
  const end = isLastLineCounted(log, settings) ? reader.getEnd() : reader.lineEnd;
  const endByte = end?.endByte ?? 0;
  reader.close(endByte);
  const ranges = stage.ranges.filter(({ range }) => range.end > range.start);
  for (const { range, account } of ranges)
    Object.assign(account, { bytes: range.end - range.start, batches: 1 });
  const account = Account.sum(stage.ranges.map((counted) => counted.account));
  const known = isRecount ? [] : (identity.stream?.ranges ?? []);
  const { maxRejects } = settings;
  checkFormat({ path: input.path, formatName: stage.formatName, account, ranges, known, maxRejects });
  const isStored = ranges.length > 0 || identity.stream !== null;
  if (isStored) await checkUnchanged(log, reader.hasher.checkpoints, log.start);
  const checkpoints = reader.hasher.checkpoints.filter((each) => each.endByte <= endByte);
  const isAlone = log.start === 0 && !log.isContinued;
  const damage = await findDamage(log);
  const staged = {
    ...{ path: input.path, identity, isRecount, piped, account, ranges, isStored },
    reading: describeReading(log),
    contentTypes: stage.contentTypes,
    kept: stage.kept,
    months: stage.months,
    checkpoints: end === null ? checkpoints : [...checkpoints, end],
    damage,
    state: damage === null ? findState(log, settings) : 'damaged',
    archive: isWholeArchive(log) && isAlone ? await describeArchive(input) : null,
  };
  return { log: staged, held: stage.getHeld() };
}

/** Stages the only log of a transaction. @throws InputError, ChangedError if nothing of the log may be stored */
export async function stageAlone(database: Database, log: LogToCount, run: StageRun): Promise<StagedBatch> {
  await createStaging(database);
  await prepareRequests(database, run);
  const staged = await stageLog(database, log, run, { firstTypeKey: 0, holdsSmall: false });
  return { logs: [staged.log], sharedTypes: null, logsMeet: false };
}

/** Makes a transaction ready for what is kept of requests beside their hits, before the first line is read. */
export async function prepareRequests(
  database: Database,
  { settings: { keys }, shared }: StageRun,
): Promise<void> {
  if (listKept(keys).length > 0) await shared.visitorKeys.load(database);
  if (keys.own.length > 0) await createOwnStaging(database);
}

async function readLines(database: Database, log: LogToCount, run: StageRun & StagePlace): Promise<Stage> {
  const { input, identity, isRecount, reader, piped } = log;
  const { settings, rejects, progress, memory, shared, signal } = run;
  const { firstTypeKey, holdsSmall } = run;
  const countsUnfinishedLine = () => isLastLineCounted(log, settings);
  // what is counted again was searched when it was counted
  const searchedTo = isRecount ? (identity.stream?.knownBytes ?? 0) : 0;
  const onReject = (line: string, offset: number) => {
    if (offset >= searchedTo) checkRejected(log, { line, start: log.start + offset });
  };
  const linesBefore = (reader.ranges[0]?.start ?? 0) > 0 ? listLines(identity.head) : [];
  const stage = new Stage({
    ...{ path: input.path, settings, linesBefore, rejects, onReject, countsUnfinishedLine },
    // what is known of a log that is counted again goes
    stream: isRecount ? null : (identity.stream?.streamId ?? null),
    ...{ firstTypeKey, holdsSmall, keepsHits: true, memory, shared },
  });
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
function isLastLineCounted(log: LogToCount, { isFinal }: StageRun['settings']): boolean {
  return !log.reader.isSilent && (isFinal || isWholeArchive(log));
}

/**
 * Says how the input is damaged; null if it is not, or is still being written. If another log follows, or a pipe is silent, the input
 * has not been read to its end yet.
 */
async function findDamage({ input, reader, identity }: LogToCount): Promise<string | null> {
  const end = input.source.getEnd();
  if (reader.isFollowed || reader.isSilent || end.kind !== 'cut off') return null;
  return (await isBeingPacked(input.path, identity.head)) ? null : end.message;
}

function findState(log: LogToCount, { isFinished }: StageRun['settings']): StreamState {
  return isWholeArchive(log) || isFinished(log.input.path) ? 'final' : 'open';
}
