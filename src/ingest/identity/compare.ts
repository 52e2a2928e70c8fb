/**
 * Compares a log with a stream, byte for byte by their digests: all of it, or only its end. The bytes at the end of a plain file
 * are hashed from a link of the chain on, which is taken from the database.
 */
import { LF, type RereadableInput } from '../../source/source.js';
import { type Checkpoint, findFirstEntryEnd, PrefixHasher } from './known/checkpoints.js';
import { Evidence } from './known/evidence.js';
import { FieldsWatch } from './known/fields-watch.js';
import { findEndLink, type KnownStream, listUncountedRanges } from './known/streams.js';

/** What comparing a log with a stream tells of it. */
export interface Comparison {
  readonly stream: KnownStream;
  /**
   * The position of the input. `after`: behind everything that is known of the stream. `within`: at its end, and all its lines are
   * the beginning of the stream. `undecided`: at its end, but lines after the last common checkpoint may be others.
   */
  readonly at: 'after' | 'within' | 'undecided';
  /** The digest of all bytes so far, to go on with. */
  readonly hasher: PrefixHasher;
  readonly fields: FieldsWatch;
  /** Whether what was read ends in the middle of a line. */
  readonly isInsideLine: boolean;
  /** How the input is cut off; null if it is whole, or its end was not reached. */
  readonly damage: string | null;
  /** Whether so many different lines agree with the stream that it cannot be chance. */
  readonly isCertain: boolean;
}

/** A digest of a stream that the input does not have, which makes the input another log. */
export interface Difference {
  readonly differingDigest: Checkpoint;
  /** Whether the first line that is no directive is the same even so. */
  readonly agreesInFirstEntry: boolean;
}

/** Compares all known bytes of a stream with the input, which is at the beginning of a log. */
export function compare(
  input: RereadableInput,
  {
    stream,
    head,
    isFinal,
  }: { readonly stream: KnownStream; readonly head: Buffer; readonly isFinal: boolean },
): Promise<Comparison | Difference> {
  const hasher = createHasher(stream, head);
  return compareRest(input, { stream, hasher, fields: new FieldsWatch(head) }, { head, isFinal });
}

/**
 * Compares only the end of what is known of a stream with a plain file, which begins like it.
 *
 * @returns null, and the file at its beginning, if that does not decide whether the file is the stream: the end differs, is not
 * there, or repeats so few lines that it may be that of another log
 */
export async function compareEnd(
  input: RereadableInput,
  { stream, head }: { readonly stream: KnownStream; readonly head: Buffer },
): Promise<Comparison | null> {
  const from = findEndLink(stream.knownBytes);
  const hasher = resumeHasher(stream, from);
  if (hasher === null || !input.canSeek) return null;
  const fields = new FieldsWatch(head, true);
  await input.seek(from);
  const found = await compareRest(input, { stream, hasher, fields }, { head, isFinal: false });
  const isSame = !('differingDigest' in found) && found.at === 'after' && found.isCertain;
  if (isSame && knowsFields(found)) return found;
  await input.rewind();
  return null;
}

/** Whether it is known which `#Fields` line holds wherever something has to be counted. */
function knowsFields({ fields, stream: { ranges } }: Comparison): boolean {
  return !fields.isW3c || (fields.last !== null && listUncountedRanges(ranges).length === 1);
}

async function compareRest(
  input: RereadableInput,
  start: Pick<Comparison, 'stream' | 'hasher' | 'fields'>,
  { head, isFinal }: { readonly head: Buffer; readonly isFinal: boolean },
): Promise<Comparison | Difference> {
  const { stream, hasher, fields } = start;
  const evidence = new Evidence();
  let lineEnd = 0;
  while (hasher.position < stream.knownBytes) {
    const bytes = await input.next();
    if (bytes === null) break;
    const slice = bytes.subarray(0, stream.knownBytes - hasher.position);
    input.unread(bytes.subarray(slice.length));
    const lastEnd = slice.lastIndexOf(LF) + 1;
    if (lastEnd > 0) lineEnd = hasher.position + lastEnd;
    hasher.update(slice);
    fields.update(slice);
    evidence.update(slice);
    const differingDigest = findDifference(hasher.checkpoints, stream);
    if (differingDigest !== null) {
      const agreed = findAgreed(hasher.checkpoints, stream, differingDigest.endByte);
      const entryEnd = findFirstEntryEnd(head);
      return { differingDigest, agreesInFirstEntry: entryEnd !== null && agreed >= entryEnd };
    }
  }
  const found = { ...start, isInsideLine: lineEnd < hasher.position, isCertain: evidence.isCertain };
  if (hasher.position >= stream.knownBytes) return { ...found, at: 'after', damage: null };
  const agreed = findAgreed(hasher.checkpoints, stream, Number.POSITIVE_INFINITY);
  const beyond = findCheckpointBehind(stream, agreed);
  if (beyond !== null && hasOtherFirstEntry(stream, head, hasher.position))
    return { differingDigest: beyond, agreesInFirstEntry: false };
  const countable = isFinal || input.source.isArchive ? hasher.position : lineEnd;
  const end = input.source.getEnd();
  const damage = end.kind === 'cut off' ? end.message : null;
  return { ...found, at: countable > agreed ? 'undecided' : 'within', damage };
}

/** Makes the hasher of a log: it keeps digests at all positions of the stream's digests, and at the end of the first entry. */
export function createHasher(stream: KnownStream | null, head: Buffer): PrefixHasher {
  const ends = [...(stream?.digests.keys() ?? []), findFirstEntryEnd(head) ?? 0];
  return new PrefixHasher(ends.filter((end) => end > 0).sort((a, b) => a - b));
}

/**
 * Makes a hasher that goes on from a link of a stream.
 *
 * @param link 0 if there is none
 * @returns null if there is none, or its digest is not known
 */
export function resumeHasher({ digests }: KnownStream, link: number): PrefixHasher | null {
  const sha256 = digests.get(link);
  if (link === 0 || sha256 === undefined) return null;
  const ends = [...digests.keys()].filter((end) => end > link);
  return new PrefixHasher(ends, { endByte: link, sha256 });
}

/** The last position before `limit` that both have a digest of. */
function findAgreed(checkpoints: readonly Checkpoint[], { digests }: KnownStream, limit: number): number {
  const last = checkpoints.findLast(({ endByte }) => endByte < limit && digests.has(endByte));
  return last?.endByte ?? 0;
}

/** The first digest of a stream behind a position; null if there is none. */
function findCheckpointBehind({ digests }: KnownStream, position: number): Checkpoint | null {
  const endByte = Math.min(...[...digests.keys()].filter((end) => end > position));
  const sha256 = digests.get(endByte);
  return sha256 === undefined ? null : { endByte, sha256 };
}

/** Whether the first entry of an input ends where that of a stream does not: each stream has a digest at the end of its own. */
function hasOtherFirstEntry({ digests, knownBytes }: KnownStream, head: Buffer, length: number): boolean {
  const entryEnd = findFirstEntryEnd(head);
  return entryEnd !== null && entryEnd <= Math.min(length, knownBytes) && !digests.has(entryEnd);
}

function findDifference(checkpoints: readonly Checkpoint[], { digests }: KnownStream): Checkpoint | null {
  for (const { endByte, sha256: own } of checkpoints) {
    const sha256 = digests.get(endByte) ?? own;
    if (sha256 !== own) return { endByte, sha256 };
  }
  return null;
}
