/**
 * Proves that an input was one and the same log while it was read: a file may be emptied and written anew meanwhile, as
 * copytruncate does, or be overwritten in its middle.
 */
import type { Database } from '../../database/database.js';
import { InputError } from '../../errors.js';
import { type RereadableInput, readRange, toInputName } from '../../source/source.js';
import type { Identity, LogAtHand } from './identify.js';
import type { Beginnings } from './known/beginnings.js';
import type { Checkpoint } from './known/checkpoints.js';
import { findRunsOfFirstLines } from './known/piped-lines.js';
import { type Candidate, findStreams, readRanges, readStream } from './known/streams.js';

/** Another run has counted some of it meanwhile: what was staged must not be merged. */
export class MovedError extends Error {}

/** The staged rows come from two logs and must not be merged. The next try reads what the file holds then. */
export class ChangedError extends InputError {}

/**
 * Compares the bytes that were read with the digests that identified the input, and the beginning of a file with its earlier one.
 *
 * @param checkpoints of what was read
 * @param start where the log begins in the input
 * @throws ChangedError
 */
export async function checkUnchanged(
  { input, identity }: LogAtHand,
  checkpoints: readonly Checkpoint[],
  start: number,
): Promise<void> {
  const { stream, head, headCheckpoints } = identity;
  const known = new Map(headCheckpoints.map(({ endByte, sha256 }) => [endByte, sha256]));
  for (const [endByte, sha256] of stream?.digests ?? []) known.set(endByte, sha256);
  const isSame = checkpoints.every(({ endByte, sha256 }) => (known.get(endByte) ?? sha256) === sha256);
  if (isSame && (await hasHead(input, head, start))) return;
  throw new ChangedError(
    `${toInputName(input.path)} has changed while it was read; nothing of it is counted`,
    { hint: 'what is counted of a log may only grow; run the command again' },
  );
}

/** Only plain files are compared: an archive that changes is damaged or not remembered, and a pipe gives each byte once. */
async function hasHead(
  { path, file, source }: RereadableInput,
  head: Buffer,
  start: number,
): Promise<boolean> {
  if (file === null || source.isArchive) return true;
  return (await readRange(path, file, [start, start + head.length])).equals(head);
}

/**
 * Makes sure that the streams of some logs are still what they were when the logs were identified. Call it under the merge lock.
 *
 * @throws MovedError if another run has changed one of them
 */
export async function checkUnmoved(
  database: Database,
  site: string,
  logs: readonly Identity[],
): Promise<void> {
  const unknown = logs.filter(({ stream }) => stream === null);
  const heads = unknown.map(({ headCheckpoints }) => headCheckpoints);
  for (const [at, candidates] of (await findStreams(database, heads)).entries()) {
    const others = unknown[at]?.others ?? new Map();
    for (const candidate of candidates.filter((each) => each.site === site))
      await checkOther(database, candidate, others);
  }
  for (const { stream } of logs) {
    if (stream === null) continue;
    const ranges = await readRanges(database, stream.streamId);
    const isSame =
      ranges.length === stream.ranges.length && ranges.every(({ end }, at) => end === stream.ranges[at]?.end);
    if (!isSame) throw new MovedError();
  }
}

/** @throws MovedError if a stream that begins like a new log is not one that was found to be another */
async function checkOther(
  database: Database,
  candidate: Candidate,
  others: Identity['others'],
): Promise<void> {
  // digests decide, not numbers: the number of a stream whose runs were all undone is given to the next new one
  const differing = others.get(candidate.streamId);
  if (differing === undefined) throw new MovedError();
  const { digests } = await readStream(database, candidate);
  if (digests.get(differing.endByte) !== differing.sha256) throw new MovedError();
}

/** How a log was read, as far as another log that becomes known meanwhile may concern it. */
export interface Reading {
  /** The first bytes of a new log that is a file; null otherwise. */
  readonly newHead: Buffer | null;
  /** The beginnings that were looked for in its lines; null if no other log can follow it. */
  readonly beginnings: Beginnings | null;
  /** Whether each line was looked at. */
  readonly looked: boolean;
}

/** Keeps of a log that was read what `checkNothingAppeared` needs. */
export function describeReading({ input, identity, watch }: LogAtHand): Reading {
  return {
    newHead: identity.stream === null && input.file !== null ? identity.head : null,
    beginnings: watch.isSequence ? watch.beginnings : null,
    looked: watch.looks,
  };
}

/**
 * Makes sure that no log has become known meanwhile that was read here as new. Call it under the merge lock.
 *
 * @param readings how each log of the transaction was read
 * @throws MovedError if one has
 */
export async function checkNothingAppeared(
  database: Database,
  site: string,
  readings: readonly Reading[],
): Promise<void> {
  const heads = readings.flatMap(({ newHead }) => newHead ?? []);
  const runs = await findRunsOfFirstLines(database, site, heads);
  if (runs.some((run) => run !== null)) throw new MovedError();
  const watching = readings.filter(({ beginnings }) => beginnings !== null);
  const looked = watching.every((reading) => reading.looked);
  // all logs of a transaction were read with the same beginnings at hand
  if (await watching[0]?.beginnings?.hasMoved(database, looked)) throw new MovedError();
}
