/** Archives that were read to their end are known by their packed size, time and ends, and not unpacked again. */
import { type Database, inReading } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber } from '../database/values.js';
import { STANDARD_INPUT } from '../source/open.js';
import { readPackedEnds } from '../source/packed-ends.js';
import { Account } from './account.js';
import type { PartResult } from './part-result.js';

/** @returns null for what has to be read: anything but an archive that was read to its end and has no gap since */
export async function findKnownArchive(
  database: Database,
  path: string,
  site: string,
): Promise<PartResult | null> {
  if (path === STANDARD_INPUT) return null;
  const ends = await readPackedEnds(path).catch(() => null);
  // whatever is wrong with the file is said when it is opened
  if (ends === null) return null;
  const values = [ends.packedBytes, ends.modifiedAt, ends.endsSha256.toString('hex'), site];
  const { rows } = await inReading(database, () => database.query(sql.findArchive, values));
  const [row] = rows;
  if (row === undefined || row['has_gap'] === true) return null;
  return {
    account: new Account(),
    bytes: 0,
    alreadyCountedBytes: getNumber(row, 'counted_bytes'),
    unfinishedBytes: 0,
    batches: 0,
    damage: null,
    hasMore: false,
  };
}

/** Remembers an archive, in the transaction that records its stream. */
export async function rememberArchive(
  database: Database,
  path: string,
  { site, streamId }: { readonly site: string; readonly streamId: number },
): Promise<void> {
  if (path === STANDARD_INPUT) return;
  const { packedBytes, modifiedAt, endsSha256 } = await readPackedEnds(path);
  await database.query(sql.insertArchive, [
    packedBytes,
    modifiedAt,
    endsSha256.toString('hex'),
    site,
    streamId,
  ]);
}
