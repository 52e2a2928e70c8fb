/** Finds which log begins or goes on at the position of an input, and opens its bytes that are new. */
import type { Database } from '../../database/database.js';
import { EXIT, InputError } from '../../errors.js';
import { type Patience, type RereadableInput, toInputName } from '../../source/source.js';
import { createHasher, resumeHasher } from './compare.js';
import { type IdentifyOptions, type Identity, identify, identifyNew, type LogAtHand } from './identify.js';
import type { BeginningWatch } from './known/beginning-watch.js';
import { findLinkBefore, HEAD_BYTES } from './known/checkpoints.js';
import { FieldsWatch } from './known/fields-watch.js';
import { type KnownStream, listUncountedRanges, readStream } from './known/streams.js';
import { beginWatch, checkNotPiped, identifyNext, toUndoHint } from './next-log.js';
import { RangeReader, type ReadingStart } from './ranges.js';
import { checkUnchanged, MovedError } from './unchanged.js';

/** The position of reading within an input. */
export interface ReadingPlace {
  /** The log that goes on behind its counted bytes; null at the beginning of a log. */
  readonly continued: Identity | null;
  readonly watch: BeginningWatch;
  /** Whether the log there is known to begin like nothing that was counted. */
  readonly isNew: boolean;
}

/** The log that was found at a place. */
export interface FoundLog extends LogAtHand {
  /** Where the log begins in its input, in decompressed bytes. */
  readonly start: number;
  /** Whether it is the log that goes on. */
  readonly isContinued: boolean;
  /** Whether another log seemed to begin there. */
  readonly wasSuspect: boolean;
  /** Decompressed bytes of the input that were counted before this run. */
  readonly alreadyCountedBytes: number;
}

/**
 * Finds out which log begins or goes on at the position of the input. If it is `undecided`, the input is damaged.
 *
 * @throws InputError, exit code 4, if it cannot be known
 */
export async function findLog(
  database: Database,
  input: RereadableInput,
  place: ReadingPlace,
  options: IdentifyOptions,
): Promise<FoundLog> {
  const { continued, watch } = place;
  const startedAt = input.position;
  const continuedAt = continued?.hasher.position ?? 0;
  const wasSuspect = watch.isSuspect;
  const found = await findIdentity(database, input, { ...place, options });
  watch.isSuspect = false;
  if (startedAt === 0) watch.beginsKnown = found.stream !== null;
  const isContinued = found === continued;
  const identity = isContinued ? { ...found, head: await peekHead(input, found) } : found;
  if (identity.at === 'undecided' && identity.damage === null)
    throw toUndecidedError(input, identity, startedAt);
  return {
    ...{ input, identity, watch, isContinued, wasSuspect },
    start: isContinued ? startedAt - continuedAt : startedAt,
    alreadyCountedBytes: isContinued ? 0 : countKnownBytes(identity),
  };
}

async function findIdentity(
  database: Database,
  input: RereadableInput,
  { continued, watch, isNew, options }: ReadingPlace & { readonly options: IdentifyOptions },
): Promise<Identity> {
  if (continued === null) {
    if (isNew) return identifyNew(input);
    const identity = await identify(database, input, options);
    // the lines of a pipe are looked at one by one when it is counted: nobody can deliver it again
    if (identity.stream === null && input.file !== null) await checkNotPiped(database, input, options.site);
    return identity;
  }
  return watch.isSuspect ? identifyNext(database, input, { before: continued, watch, options }) : continued;
}

/** The first bytes of a log that goes on: all or some of them were read before. */
async function peekHead(input: RereadableInput, { head, hasher }: Identity): Promise<Buffer> {
  const counted = head.subarray(0, hasher.position);
  return Buffer.concat([counted, await input.peek(HEAD_BYTES - counted.length)]);
}

/** The rest of the input may be lines that were counted or lines that were not. */
function toUndecidedError(input: RereadableInput, identity: Identity, start: number): InputError {
  const run = identity.stream?.pipedRun ?? null;
  const [begins, nothing] =
    start === 0 ? ['begins', 'nothing of it'] : [`goes on at byte ${start}`, 'nothing from there on'];
  return new InputError(
    `${toInputName(input.path)} ${begins} like a longer log that was counted, and it cannot be told whether all of it is the same; ${nothing} is counted`,
    {
      hint:
        run === null
          ? 'is it a part of a copy? a log of its own is told from the other when it has grown'
          : toUndoHint(run),
      exitCode: EXIT.held,
    },
  );
}

/** Bytes of the input that were counted before. */
function countKnownBytes({ stream, hasher }: Identity): number {
  if (stream === null) return 0;
  return stream.ranges.reduce(
    (sum, { start, end }) => sum + Math.max(0, Math.min(end, hasher.position) - start),
    0,
  );
}

/** How a log is opened. */
export interface OpenOptions {
  /** Whether all of it is counted again. */
  readonly isRecount: boolean;
  /** How long a pipe is waited for. */
  readonly patience: Patience;
  /** A stream is added to it if nothing of it is new and it is recorded as it is. */
  readonly seenStreams: Set<number>;
}

/**
 * Makes the reader of the bytes of a log that have to be counted; the log's watch is told which log is read.
 *
 * @returns null if there are none
 * @throws MovedError if another run has counted some of it since its last batch
 */
export async function openLog(
  database: Database,
  log: FoundLog,
  { isRecount, patience: pipePatience, seenStreams }: OpenOptions,
): Promise<RangeReader | null> {
  const { input, identity, watch, isContinued } = log;
  if (!isRecount && identity.stream !== null && (await isUnchanged(log, identity.stream))) {
    seenStreams.add(identity.stream.streamId);
    return null;
  }
  const isFollowed = await beginWatch(database, log, pipePatience);
  watch.isSuspect = isFollowed && !(isContinued && log.wasSuspect);
  const { stream } = identity;
  const hasMore = watch.isSuspect;
  const all = listUncountedRanges(isRecount ? [] : (stream?.ranges ?? []));
  const counted = all.at(-1)?.start ?? 0;
  if (isContinued && counted !== identity.hasher.position) throw new MovedError();
  // a run that is undone at this moment leaves a gap, but its bytes were read already
  const uncounted = isContinued ? all.slice(-1) : all;
  const gaps = uncounted.slice(0, -1);
  const ranges = !isRecount && (hasMore || identity.at === 'within') ? gaps : uncounted;
  if (ranges.length === 0) {
    input.forget();
    return null;
  }
  // if a run was undone, or all is counted again, the bytes were read already
  const isReread = isRecount || gaps.length > 0 || (stream !== null && counted !== identity.hasher.position);
  const { hasher, fields, isInsideLine } = isReread
    ? await goBack(log, isRecount ? 0 : (ranges[0]?.start ?? 0))
    : identity;
  input.forget();
  return new RangeReader(input, ranges, {
    ...{ hasher, fields, isInsideLine },
    limit: hasMore ? (stream?.knownBytes ?? 0) : Number.POSITIVE_INFINITY,
    isFollowed: hasMore,
    patience: input.file === null ? pipePatience : null,
    watch: watch.isSequence && !watch.restIsOwn ? watch : null,
    watchedFrom: isRecount ? (stream?.knownBytes ?? 0) + 1 : 0,
  });
}

/** Whether a plain file is wholly known, by the path and in the state that are recorded: there is nothing to read or to store. */
async function isUnchanged(log: FoundLog, { state, path, ranges }: KnownStream): Promise<boolean> {
  const { input, identity, start, isContinued } = log;
  const { at, hasher } = identity;
  if (at !== 'after' || start > 0 || isContinued || !input.canSeek) return false;
  if (state !== 'open' || path !== input.path) return false;
  const [uncounted] = listUncountedRanges(ranges);
  if (uncounted?.start !== hasher.position || (await input.peek(1)).length > 0) return false;
  await checkUnchanged(log, hasher.checkpoints, start);
  return true;
}

/**
 * Goes back in an input to where reading can begin for a byte of its log: to its beginning, or to the last link before the byte.
 *
 * @param from the first byte that is wanted
 */
async function goBack(
  { input, identity, start }: FoundLog,
  from: number,
): Promise<Pick<ReadingStart, 'hasher' | 'fields' | 'isInsideLine'>> {
  const { stream, head } = identity;
  const link = findLinkBefore(from);
  const hasher = stream === null || !input.canSeek || start > 0 ? null : resumeHasher(stream, link);
  // a `#Fields` line may stand anywhere before
  const fields = new FieldsWatch(head, hasher !== null);
  if (hasher !== null && !fields.isW3c) {
    await input.seek(link);
    return { hasher, fields, isInsideLine: true };
  }
  await input.rewind();
  return { hasher: createHasher(stream, head), fields: new FieldsWatch(head), isInsideLine: false };
}

/**
 * Goes on with a log behind what was just counted of it.
 *
 * @param streamId the stream that its lines are recorded for; null if none was counted
 * @returns null if nothing was counted: it has to be looked up as if nothing had come yet
 */
export async function resumeLog(
  database: Database,
  { identity, reader }: { readonly identity: Identity; readonly reader: RangeReader },
  streamId: number | null,
): Promise<Identity | null> {
  if (streamId === null) return null;
  const { hasher, fields } = reader;
  const known = { site: '', state: 'open', path: '', pipedRun: null } as const;
  const candidate = { ...known, streamId, knownBytes: hasher.position };
  const stream = await database.transaction('reading', () => readStream(database, candidate));
  return { ...identity, stream, at: 'after', hasher, fields, isInsideLine: false };
}
