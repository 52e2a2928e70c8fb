/** Opens the bytes of a log that have to be counted, and goes on behind those that were. */
import type { Database } from '../../database/database.js';
import type { Patience } from '../../source/source.js';
import type { FoundLog } from './find-log.js';
import { createHasher, type Identity } from './identify.js';
import { FieldsWatch } from './known/fields-watch.js';
import { listUncountedRanges, readStream } from './known/streams.js';
import { beginWatch } from './next-log.js';
import { RangeReader } from './ranges.js';
import { MovedError } from './unchanged.js';

/**
 * Makes the reader of the bytes of a log that have to be counted; the log's watch is told which log is read.
 *
 * @param how whether all of it is counted again, and how long a pipe is waited for
 * @returns null if there are none
 * @throws MovedError if another run has counted some of it since its last batch
 */
export async function openLog(
  database: Database,
  log: FoundLog,
  { isRecount, patience: pipePatience }: { readonly isRecount: boolean; readonly patience: Patience },
): Promise<RangeReader | null> {
  const { input, identity, watch, isContinued } = log;
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
  if (isReread) await input.rewind();
  input.forget();
  return new RangeReader(input, ranges, {
    hasher: isReread ? createHasher(stream, identity.head) : identity.hasher,
    fields: isReread ? new FieldsWatch(identity.head) : identity.fields,
    isInsideLine: !isReread && identity.isInsideLine,
    limit: hasMore ? (stream?.knownBytes ?? 0) : Number.POSITIVE_INFINITY,
    isFollowed: hasMore,
    patience: input.file === null ? pipePatience : null,
    watch: watch.isSequence ? watch : null,
    watchedFrom: isRecount ? (stream?.knownBytes ?? 0) + 1 : 0,
  });
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
