/** Archives that were read to their end are known by their packed size, time and ends, and not unpacked again. */
import type { FileHandle } from 'node:fs/promises';
import type { Database } from '../../../database/database.js';
import { sql } from '../../../database/sql.js';
import { getNumber, getText } from '../../../database/values.js';
import { openFile, type PackedEnds, readPackedEnds, STANDARD_INPUT } from '../../../source/source.js';

/** How an archive that was read to its end is known again: `heads`, as said above; `full`, by all of its content. */
export const ARCHIVE_CHECKS = ['heads', 'full'] as const;
/** One of `ARCHIVE_CHECKS`. */
export type ArchiveCheck = (typeof ARCHIVE_CHECKS)[number];

/** What is known of an archive that was read to its end. */
export interface KnownArchive {
  /** Decompressed. */
  readonly countedBytes: number;
  /** The runs that counted it. */
  readonly runs: readonly number[];
}

/** @returns null for what has to be read: anything but an archive that was read to its end and has no gap since */
export async function findKnownArchive(
  database: Database,
  path: string,
  site: string,
): Promise<KnownArchive | null> {
  if (path === STANDARD_INPUT) return null;
  const ends = await findPackedEnds(path);
  if (ends === null) return null;
  const values = [ends.packedBytes, ends.modifiedAt, ends.endsSha256.toString('hex'), site];
  const { rows } = await database.transaction('reading', () => database.query(sql.findArchive, values));
  const [row] = rows;
  if (row === undefined || row['has_gap'] === true) return null;
  return { countedBytes: getNumber(row, 'counted_bytes'), runs: getText(row, 'runs').split(' ').map(Number) };
}

/** @returns null where there is no such file, or none that can be read: what is wrong with it is said when it is opened */
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
 * @param file as it was read: its path may be another file's by now. Null for standard input, which is not remembered
 * @throws InputError where it cannot be read
 */
export async function rememberArchive(
  database: Database,
  { path, file }: { readonly path: string; readonly file: FileHandle | null },
  { site, streamId }: { readonly site: string; readonly streamId: number },
): Promise<void> {
  if (file === null) return;
  const { packedBytes, modifiedAt, endsSha256 } = await readPackedEnds(path, file);
  await database.query(sql.insertArchive, [
    packedBytes,
    modifiedAt,
    endsSha256.toString('hex'),
    site,
    streamId,
  ]);
}
