/** Records which content was counted, in the transaction that adds its hits, so that both agree. */
import type { Database } from '../../database/database.js';
import { sql } from '../../database/sql.js';
import { getNumber } from '../../database/values.js';
import { DatabaseError } from '../../errors.js';
import type { CountedRange } from '../counting/counting.js';
import type { Checkpoint, Identity, StreamState } from '../identity/identity.js';
import { keepGains } from './merge.js';

export interface CountedContent {
  readonly run: number;
  readonly path: string;
  readonly site: string;
  readonly identity: Identity;
  readonly state: StreamState;
  /** The ranges up to the last byte that was counted, without empty ones. */
  readonly ranges: readonly CountedRange[];
  /** The digests by which the content is known, up to the last byte that was counted. */
  readonly checkpoints: readonly Checkpoint[];
}

/**
 * Records stream, checkpoints and batches, and what the merge before it has added.
 *
 * @returns the stream's number
 */
export async function recordBatches(database: Database, content: CountedContent): Promise<number> {
  const { run, path, identity, state, ranges, checkpoints } = content;
  const streamId = identity.stream?.streamId ?? (await insertStream(database, content));
  await keepGains(database, { run, streamId });
  const digests = [checkpoints.map(({ endByte }) => endByte), checkpoints.map(({ sha256 }) => sha256)];
  await database.query(sql.insertDigests, [streamId, ...digests]);
  await database.query(sql.updateStream, [streamId, state, path, new Date().toISOString()]);
  for (const { range, account } of ranges) {
    if (!account.addsUp)
      throw new DatabaseError(`the account of '${path}' does not add up; nothing was stored`);
    const { lines, counted, unattributed, filtered, rejected, rejectedFor } = account;
    const counts = [lines, counted, unattributed, filtered, rejected];
    const reasons = JSON.stringify(Object.fromEntries(rejectedFor));
    await database.query(sql.insertBatch, [run, path, range.start, range.end, ...counts, reasons, streamId]);
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
