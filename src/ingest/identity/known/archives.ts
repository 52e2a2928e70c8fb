/** Recognises archives that were read to their end by their packed size, time and ends, so that they are not unpacked again. */
import type { FileHandle } from 'node:fs/promises';
import type { Database } from '../../../database/database.js';
import { sql } from '../../../database/sql.js';
import { getNumber, getText } from '../../../database/values.js';
import { openFile, type PackedEnds, readPackedEnds, STANDARD_INPUT } from '../../../source/source.js';

/**
 * How a log that was counted before is recognised. `heads`: an archive that was read to its end as said above, a plain file by its
 * first bytes and those before the end of what is known of it. `full`: by all of its content.
 */
export const CONTENT_CHECKS = ['heads', 'full'] as const;
/** One of `CONTENT_CHECKS`. */
export type ContentCheck = (typeof CONTENT_CHECKS)[number];

/**
 * Finds an archive that was read to its end before.
 *
 * @returns its decompressed bytes that were counted, and the runs that did so; null if the input has to be read: it is no archive,
 * was not read to its end before, or has a gap since
 */
export async function findKnownArchive(
  database: Database,
  path: string,
  site: string,
): Promise<{ readonly countedBytes: number; readonly runs: readonly number[] } | null> {
  if (path === STANDARD_INPUT) return null;
  const ends = await findPackedEnds(path);
  if (ends === null) return null;
  const values = [...toKey(ends), site];
  const [row] = (await database.transaction('reading', () => database.query(sql.findArchive, values))).rows;
  if (row === undefined || row['has_gap'] === true) return null;
  return { countedBytes: getNumber(row, 'counted_bytes'), runs: getText(row, 'runs').split(' ').map(Number) };
}

function toKey({ packedBytes, modifiedAt, endsSha256 }: PackedEnds): readonly unknown[] {
  return [packedBytes, modifiedAt, endsSha256.toString('hex')];
}

/** @returns null if the file is missing or cannot be read: opening it tells what is wrong */
async function findPackedEnds(path: string): Promise<PackedEnds | null> {
  const file = await openFile(path).catch(() => null);
  try {
    return file === null ? null : await readPackedEnds(path, file).catch(() => null);
  } finally {
    await file?.close();
  }
}

/**
 * Remembers an archive, in the transaction that records its stream.
 *
 * @param file the open file, as its path may lead to another one by now; null for standard input, which is not remembered
 * @throws InputError if it cannot be read
 */
export async function rememberArchive(
  database: Database,
  { path, file }: { readonly path: string; readonly file: FileHandle | null },
  { site, streamId }: { readonly site: string; readonly streamId: number },
): Promise<void> {
  if (file === null) return;
  const values = toKey(await readPackedEnds(path, file));
  await database.query(sql.insertArchive, [...values, site, streamId]);
}
