/** Opens the bytes of a log that have to be counted, and goes on behind those that were. */

import type { Database } from '../../database/database.js';
import type { Patience, RereadableInput } from '../../source/source.js';
import { createHasher, type Identity, type LogAtHand } from './identify.js';
import { FieldsWatch } from './known/fields-watch.js';
import { listUncounted, readStream } from './known/streams.js';
import { RangeReader } from './ranges.js';
import { MovedError } from './unchanged.js';

/** How a log is read. */
export interface RangeOptions {
  /** Whether the input is read on behind the bytes that this run has just counted. */
  readonly isContinued: boolean;
  /** Whether all of it is counted again. */
  readonly isRecount: boolean;
  /** How long a pipe is waited for. */
  readonly patience: Patience;
}

/**
 * Makes the reader of the bytes of a log that have to be counted.
 *
 * @returns null if there are none
 * @throws MovedError if another run has counted some of it since its last batch
 */
export async function openRanges(
  { input, identity, head, watch }: LogAtHand,
  { isContinued, isRecount, patience: pipePatience }: RangeOptions,
): Promise<RangeReader | null> {
  const { stream } = identity;
  const hasMore = watch.isSuspect;
  const all = listUncounted(isRecount ? [] : (stream?.ranges ?? []));
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
  const start = {
    limit: hasMore ? (stream?.knownBytes ?? 0) : Number.POSITIVE_INFINITY,
    patience: input.file === null ? pipePatience : null,
    isFollowed: hasMore,
    watch: watch.isSequence ? watch : null,
    watchedFrom: isRecount ? (stream?.knownBytes ?? 0) + 1 : 0,
  };
  if (!isRecount && gaps.length === 0 && (stream === null || counted === identity.hasher.position)) {
    input.forget();
    return new RangeReader(input, ranges, { ...identity, ...start });
  }
  // a run was undone, or all is counted again: the bytes were read already
  await input.rewind();
  input.forget();
  const fields = new FieldsWatch(head);
  return new RangeReader(input, ranges, {
    hasher: createHasher(stream, head),
    fields,
    isInsideLine: false,
    ...start,
  });
}

/** A log of which something was counted. */
interface CommittedLog {
  readonly identity: Identity;
  readonly reader: RangeReader;
  /** The stream that its counted lines are recorded for; null if nothing was counted. */
  readonly streamId: number | null;
}

/**
 * Goes on with a log of a pipe that fell silent within it. What came before is committed, so that no transaction stays open;
 * a line that has begun is put back, and its end is waited for.
 *
 * @returns the log that goes on behind what was counted; null if it has to be looked up as if nothing had come yet
 */
export async function continueLog(
  database: Database,
  input: RereadableInput,
  log: CommittedLog,
): Promise<Identity | null> {
  for (const bytes of log.reader.takeUnfinished().reverse()) input.unread(bytes);
  await input.waitForMore();
  return resumeLog(database, log);
}

/** @returns the log that goes on behind what was counted; null if nothing was */
export async function resumeLog(
  database: Database,
  { identity, reader, streamId }: CommittedLog,
): Promise<Identity | null> {
  if (streamId === null) return null;
  const { hasher, fields } = reader;
  const known = { site: '', state: 'open', path: '', pipedRun: null } as const;
  const candidate = { ...known, streamId, knownBytes: hasher.position };
  const stream = await database.transaction('reading', () => readStream(database, candidate));
  return { ...identity, stream, at: 'after', hasher, fields, isInsideLine: false };
}
