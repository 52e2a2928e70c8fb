/** The ranges of a log on their way into the tables: the steps of one transaction, in their order. */
import type { Database } from '../database/database.js';
import { lockMerges } from '../database/merge-lock.js';
import { reachFaultPoint } from '../faults.js';
import { rememberArchive } from './archives.js';
import { checkFormat } from './check-format.js';
import { keepGains, mergeBatch } from './merge.js';
import { checkArchiveEnd, checkNothingAppeared, checkNotRepeated, refuseGap } from './next-log.js';
import type { PartResult } from './part-result.js';
import { checkUnmoved, recordBatches } from './record-batches.js';
import { takeLogBack } from './recount.js';
import {
  type CountContext,
  countsUnfinishedLine,
  isFollowed,
  isWholeArchive,
  stageRanges,
} from './stage-ranges.js';
import type { StreamState } from './streams.js';
import { checkUnchanged } from './unchanged.js';

/** What became of the ranges of a log. */
export interface Counted
  extends Omit<PartResult, 'alreadyCountedBytes' | 'hasMore' | 'continued' | 'recount' | 'otherSettings'> {
  /** The stream that it was recorded for; null where nothing was. */
  readonly streamId: number | null;
}

/**
 * Stages, merges and records the ranges of a log. Call it in a transaction, which then holds all of it.
 *
 * @throws MovedError, InputError where nothing of it must be committed
 */
export async function countRanges(
  database: Database,
  count: CountContext & { readonly isAlone: boolean },
): Promise<Counted> {
  const { content, identity, reader, context, isRecount } = count;
  const { contentTypes, formatName } = await stageRanges(database, count);
  await reachFaultPoint('copied', database);
  if (reader.isFollowedInGap) refuseGap(content);
  const hasMore = isFollowed(count);
  if (hasMore) await checkArchiveEnd(content, count.watch);
  const end = content.source.getEnd();
  const isWhole = isWholeArchive(count);
  const countedEnd = countsUnfinishedLine(count) ? reader.getEnd() : reader.lineEnd;
  const ranges = reader.close(countedEnd?.endByte ?? 0);
  // where another log follows, or a pipe is silent, the input has not been read to its end
  const isAtEnd = !hasMore && !reader.isSilent;
  const damage = isAtEnd && end.kind === 'cut off' ? end.message : null;
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
  await checkUnchanged(content, identity, { ...count, checkpoints: reader.checkpoints });
  await lockMerges(database);
  await reachFaultPoint('locked', database);
  await checkUnmoved(database, context.site, identity);
  await checkNothingAppeared(database, count);
  if (!isRecount) await checkNotRepeated(database, count);
  if (isRecount)
    await takeLogBack(database, { path: content.path, identity, hasLines: ranges.length > 0 }, context);
  await reachFaultPoint('taken_back', database);
  if (account.counted > 0) await mergeBatch(database, { ...context, contentTypes, counted: account.counted });
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
  if (account.counted > 0) await keepGains(database, { run: context.run, streamId });
  await count.piped?.write(database, { run: context.run, streamId });
  if (isWhole && count.isAlone) await rememberArchive(database, content, { site: context.site, streamId });
  await reachFaultPoint('recorded', database);
  const bytes = ranges.reduce((sum, range) => sum + range.end - range.start, 0);
  return { account, bytes, unfinishedBytes, batches: ranges.length, damage, streamId };
}
