/** Which bytes of a log have to be counted, and where their reading begins. */

import type { Patience } from '../../source/patience.js';
import type { Content } from '../../source/rereadable-input.js';
import { FieldsWatch } from './fields-watch.js';
import { createHasher, type Identity } from './identify.js';
import type { BeginningWatch } from './known/beginning-watch.js';
import { listUncounted } from './known/streams.js';
import { RangeReader } from './ranges.js';
import { MovedError } from './unchanged.js';

/**
 * Makes the reader of what has to be counted of a log.
 *
 * @returns null where nothing has
 * @throws MovedError where another run has counted some of it since its last batch
 */
export async function openRanges(
  content: Content,
  identity: Identity,
  {
    head,
    watch,
    isContinued,
    patience: pipePatience,
    isRecount,
    mayBeFollowed,
  }: {
    /** The first bytes of the log. */
    readonly head: Buffer;
    readonly watch: BeginningWatch;
    /** Whether the content stands behind what this run has just counted of it. */
    readonly isContinued: boolean;
    /** Whether all of it is counted again. */
    readonly isRecount: boolean;
    /** Whether another log may follow in the same input. */
    readonly mayBeFollowed: boolean;
    readonly patience: Patience;
  },
): Promise<RangeReader | null> {
  const { stream } = identity;
  const hasMore = watch.isSuspect;
  const all = listUncounted(isRecount ? [] : (stream?.ranges ?? []));
  const counted = all.at(-1)?.start ?? 0;
  if (isContinued && counted !== identity.hasher.position) throw new MovedError();
  // a run that is undone at this moment leaves a gap, which has gone by
  const uncounted = isContinued ? all.slice(-1) : all;
  const gaps = uncounted.slice(0, -1);
  const ranges = !isRecount && (hasMore || identity.at === 'within') ? gaps : uncounted;
  if (ranges.length === 0) {
    content.forget();
    return null;
  }
  const start = {
    limit: hasMore ? (stream?.knownBytes ?? 0) : Number.POSITIVE_INFINITY,
    patience: content.file === null ? pipePatience : null,
    watch: mayBeFollowed ? watch : null,
    watchedFrom: isRecount ? (stream?.knownBytes ?? 0) + 1 : 0,
  };
  if (!isRecount && gaps.length === 0 && (stream === null || counted === identity.hasher.position)) {
    content.forget();
    return new RangeReader(content, ranges, { ...identity, ...start });
  }
  // a run was undone, or all is counted again: its bytes have gone by
  await content.rewind();
  content.forget();
  const fields = new FieldsWatch(head);
  return new RangeReader(content, ranges, {
    hasher: createHasher(stream, head),
    fields,
    isInsideLine: false,
    ...start,
  });
}
