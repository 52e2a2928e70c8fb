/** What is remembered of the content that was counted: in the transaction that adds its hits, so that both agree. */
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber } from '../database/values.js';
import { DatabaseError } from '../errors.js';
import type { Checkpoint } from './checkpoints.js';
import type { Identity } from './identify.js';
import type { CountedRange } from './ranges.js';
import { type Candidate, findStreams, readStream, type StreamState, toColumns } from './streams.js';

export interface CountedContent {
  readonly run: number;
  readonly path: string;
  readonly site: string;
  readonly identity: Identity;
  readonly state: StreamState;
  /** Ranges that end where their counting ended, empty ones left out. */
  readonly ranges: readonly CountedRange[];
  /** What the content is known by, up to the end of what was counted. */
  readonly checkpoints: readonly Checkpoint[];
}

/** Another run has counted some of it meanwhile: what was staged must not be merged. */
export class MovedError extends Error {}

/**
 * Looks under the merge lock whether the stream is still what it was when the input was identified.
 *
 * @throws MovedError where it is not
 */
export async function checkUnmoved(
  database: Database,
  site: string,
  { stream, head, others }: Identity,
): Promise<void> {
  if (stream === null) {
    const candidates = await findStreams(database, head);
    for (const candidate of candidates.filter(({ site: ofSite }) => ofSite === site)) {
      if (!(await isStillOther(database, candidate, others.get(candidate.streamId)))) throw new MovedError();
    }
    return;
  }
  const { ranges } = await readStream(database, stream);
  const isSame =
    ranges.length === stream.ranges.length && ranges.every(({ end }, at) => end === stream.ranges[at]?.end);
  if (!isSame) throw new MovedError();
}

/** A number says little: that of a stream whose runs were all undone is given to the next new one. */
async function isStillOther(
  database: Database,
  candidate: Candidate,
  differingDigest: Checkpoint | undefined,
): Promise<boolean> {
  if (differingDigest === undefined) return false;
  const { digests } = await readStream(database, candidate);
  return digests.get(differingDigest.endByte) === differingDigest.sha256;
}

/**
 * Records stream, checkpoints and batches.
 *
 * @returns the stream's number
 */
export async function recordBatches(database: Database, content: CountedContent): Promise<number> {
  const { run, path, identity, state, ranges, checkpoints } = content;
  const streamId = identity.stream?.streamId ?? (await insertStream(database, content));
  await database.query(sql.insertDigests, [streamId, ...toColumns(checkpoints)]);
  await database.query(sql.updateStream, [streamId, state, path, new Date().toISOString()]);
  for (const { start, end, account } of ranges) {
    if (!account.addsUp)
      throw new DatabaseError(`the account of '${path}' does not add up; nothing was stored`);
    const { lines, counted, unattributed, filtered, rejected, rejectedFor } = account;
    const counts = [lines, counted, unattributed, filtered, rejected];
    const reasons = JSON.stringify(Object.fromEntries(rejectedFor));
    await database.query(sql.insertBatch, [run, path, start, end, ...counts, reasons, streamId]);
  }
  return streamId;
}

async function insertStream(
  database: Database,
  { site, state, path, identity }: CountedContent,
): Promise<number> {
  const { rows } = await database.query(sql.insertStream, [site, state, path, identity.prefixMark]);
  return getNumber(rows[0], 'stream_id');
}
