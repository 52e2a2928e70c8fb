/** One log within an input: identified, staged, merged and recorded in one transaction. */
import { type Database, inReading } from '../database/database.js';
import { lockMerges } from '../database/merge-lock.js';
import { EXIT, InputError } from '../errors.js';
import { reachFaultPoint } from '../faults.js';
import { toInputName } from '../source/open.js';
import { Account } from './account.js';
import { rememberArchive } from './archives.js';
import { checkFormat } from './check-format.js';
import { HEAD_BYTES, listHeadCheckpoints, PrefixHasher } from './checkpoints.js';
import { commitOnce } from './commit.js';
import type { Content } from './content.js';
import { continueLog } from './continuation.js';
import { FieldsWatch } from './fields-watch.js';
import { type Identity, identify } from './identify.js';
import type { InputContext } from './input-context.js';
import { mergeHits } from './merge.js';
import type { PartResult } from './part-result.js';
import type { Patience } from './patience.js';
import { RangeReader } from './ranges.js';
import { checkUnmoved, recordBatches } from './record-batches.js';
import { findRecount, listRuns, takeLogBack } from './recount.js';
import { type CountContext, countsUnfinishedLine, isWholeArchive, stageRanges } from './stage-ranges.js';
import { findStreams, listUncounted, type StreamState } from './streams.js';
import { checkUnchanged } from './unchanged.js';

/** A log that is known to follow another one is at least so long: a single line may well be there twice. */
const MIN_FOLLOWING_BYTES = 1024;

/**
 * Counts what was not counted of the log that begins where the content stands.
 *
 * @param continued the log within which the content stands, behind what was counted of it; null where one begins
 * @throws MovedError where another run counts the same log at this moment
 */
export async function ingestPart(
  database: Database,
  content: Content,
  context: InputContext,
  continued: Identity | null,
): Promise<PartResult> {
  await reachFaultPoint('opened', database);
  const head = await content.peek(HEAD_BYTES);
  const identity = continued ?? (await identify(database, content, context));
  if (identity.at === 'undecided') return refuseUndecided(content, identity);
  const recount =
    context.recount && continued === null
      ? await inReading(database, () => findRecount(database, content.path, { identity, run: context.run }))
      : null;
  const otherSettings =
    recount === null && continued === null && identity.stream !== null
      ? await context.findOtherSettings(listRuns(identity.stream))
      : [];
  const notes = { recount, otherSettings };
  const hasMore =
    continued === null && (await isFollowedByKnownLog(database, content, { identity, site: context.site }));
  const reader = await openRanges(content, identity, {
    ...{ head, hasMore, patience: context.patience, isRecount: recount !== null },
  });
  const alreadyCountedBytes = continued === null && recount === null ? countKnownBytes(identity) : 0;
  const account = new Account();
  if (reader === null) return { ...NOTHING, ...notes, account, alreadyCountedBytes, hasMore };
  const count = { content, identity, reader, head, context, hasMore, isRecount: recount !== null };
  const result = await commitOnce(database, { ...context, ranges: reader.ranges }, () =>
    countRanges(database, count),
  );
  context.rejects?.commit();
  await reachFaultPoint('rejects_appended', database);
  if (!reader.isSilent) return { ...result, ...notes, alreadyCountedBytes, hasMore, continued: null };
  const next = await continueLog(database, content, { identity, reader, streamId: result.streamId });
  return { ...result, ...notes, alreadyCountedBytes, unfinishedBytes: 0, hasMore: true, continued: next };
}

/**
 * The rest of the input may be lines that nobody has counted, or lines that were. An archive that is cut off says more when
 * it is whole.
 *
 * @throws InputError, exit code 4
 */
function refuseUndecided(content: Content, identity: Identity): PartResult {
  const { damage } = identity;
  const alreadyCountedBytes = countKnownBytes(identity);
  const account = new Account();
  if (damage !== null) return { ...NOTHING, account, alreadyCountedBytes, damage, hasMore: false };
  throw new InputError(
    `${toInputName(content.path)} begins like a longer log that was counted, and it cannot be told whether all of it is the same; nothing of it is counted`,
    {
      hint: 'is it a part of a copy? a log of its own is told from the other when it has grown',
      exitCode: EXIT.held,
    },
  );
}

const NOTHING = {
  ...{ bytes: 0, unfinishedBytes: 0, batches: 0, damage: null, continued: null },
  ...{ recount: null, otherSettings: [] },
} as const;

/** Bytes of the content that were counted before. */
function countKnownBytes({ stream, hasher }: Identity): number {
  if (stream === null) return 0;
  return stream.ranges.reduce(
    (sum, { start, end }) => sum + Math.max(0, Math.min(end, hasher.position) - start),
    0,
  );
}

/** Where known bytes end in a pipe or an archive, another known log may begin: `zcat access.log.*.gz`. */
async function isFollowedByKnownLog(
  database: Database,
  content: Content,
  { identity, site }: { readonly identity: Identity; readonly site: string },
): Promise<boolean> {
  if (identity.at !== 'after' || identity.isInsideLine) return false;
  if (content.file !== null && !content.source.isArchive) return false;
  const head = await content.peek(HEAD_BYTES);
  if (head.length < MIN_FOLLOWING_BYTES) return false;
  const candidates = await inReading(database, () => findStreams(database, listHeadCheckpoints(head)));
  return candidates.some(
    (candidate) => candidate.site === site && candidate.knownBytes >= MIN_FOLLOWING_BYTES,
  );
}

/** @returns the ranges to count, null where there are none */
async function openRanges(
  content: Content,
  identity: Identity,
  {
    head,
    hasMore,
    patience: pipePatience,
    isRecount,
  }: {
    readonly head: Buffer;
    readonly hasMore: boolean;
    readonly patience: Patience;
    readonly isRecount: boolean;
  },
): Promise<RangeReader | null> {
  const { stream } = identity;
  const uncounted = listUncounted(isRecount ? [] : (stream?.ranges ?? []));
  const gaps = uncounted.slice(0, -1);
  const ranges = !isRecount && (hasMore || identity.at === 'within') ? gaps : uncounted;
  if (ranges.length === 0) {
    content.forget();
    return null;
  }
  const limit = hasMore ? (stream?.knownBytes ?? 0) : Number.POSITIVE_INFINITY;
  const patience = content.file === null ? pipePatience : null;
  const counted = uncounted.at(-1)?.start ?? 0;
  if (!isRecount && gaps.length === 0 && (stream === null || counted === identity.hasher.position)) {
    content.forget();
    return new RangeReader(content, ranges, { ...identity, limit, patience });
  }
  // a run was undone, or all is counted again: its bytes have gone by
  await content.rewind();
  content.forget();
  const hasher = new PrefixHasher([...(stream?.digests.keys() ?? [])]);
  const fields = new FieldsWatch(head);
  return new RangeReader(content, ranges, { hasher, fields, isInsideLine: false, limit, patience });
}

interface Counted
  extends Omit<PartResult, 'alreadyCountedBytes' | 'hasMore' | 'continued' | 'recount' | 'otherSettings'> {
  /** The stream that it was recorded for; null where nothing was. */
  readonly streamId: number | null;
}

async function countRanges(database: Database, count: CountContext): Promise<Counted> {
  const { content, identity, reader, context, isRecount } = count;
  const { contentTypes, formatName } = await stageRanges(database, count);
  await reachFaultPoint('copied', database);
  const end = content.source.getEnd();
  const isWhole = isWholeArchive(count);
  const countedEnd = countsUnfinishedLine(count) ? reader.getEnd() : reader.lineEnd;
  const ranges = reader.close(countedEnd?.endByte ?? 0);
  // where another log follows, the input has not been read to its end
  const damage = !count.hasMore && end.kind === 'cut off' ? end.message : null;
  const unfinishedBytes = reader.ranges.reduce((sum, range) => sum + range.unfinishedBytes, 0);
  const account = checkFormat({
    path: content.path,
    formatName,
    ranges,
    known: isRecount ? [] : (identity.stream?.ranges ?? []),
    maxRejects: context.maxRejects,
  });
  if (ranges.length === 0 && identity.stream === null)
    return { account, damage, unfinishedBytes, bytes: 0, batches: 0, streamId: null };
  await checkUnchanged(content, identity, { checkpoints: reader.checkpoints, head: count.head });
  await lockMerges(database);
  await reachFaultPoint('locked', database);
  await checkUnmoved(database, context.site, identity);
  if (isRecount)
    await takeLogBack(database, { path: content.path, identity, hasLines: ranges.length > 0 }, context);
  await reachFaultPoint('taken_back', database);
  if (account.counted > 0) await mergeHits(database, { ...context, contentTypes, counted: account.counted });
  await reachFaultPoint('merged', database);
  const state: StreamState = damage !== null ? 'damaged' : isWhole ? 'final' : 'open';
  const checkpoints = reader.checkpoints.filter(({ endByte }) => endByte <= (countedEnd?.endByte ?? 0));
  const streamId = await recordBatches(database, {
    run: context.run,
    path: content.path,
    site: context.site,
    // what is known of a log that was taken back went with it
    identity: isRecount ? { ...identity, stream: null } : identity,
    state,
    ranges,
    checkpoints: countedEnd === null ? checkpoints : [...checkpoints, countedEnd],
  });
  if (isWhole) await rememberArchive(database, content.file, { site: context.site, streamId });
  await reachFaultPoint('recorded', database);
  const bytes = ranges.reduce((sum, range) => sum + range.end - range.start, 0);
  return { account, bytes, unfinishedBytes, batches: ranges.length, damage, streamId };
}
