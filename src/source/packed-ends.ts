/** Reads what an archive is recognised by without being unpacked: its size, its time and the digest of its two ends. */
import { createHash } from 'node:crypto';
import { type FileHandle, stat } from 'node:fs/promises';
import { orInputError, PACKED_ENDINGS, STANDARD_INPUT } from './inputs.js';
import { type FileState, openFile, readFileState } from './open.js';
import { type Compression, findPacking, isCompression, MAGIC_BYTES } from './packing.js';

/** Bytes at the beginning, and at the end, that are looked at. */
const END_BYTES = 4_096;

/** The properties by which an archive is recognised. */
export interface PackedEnds extends FileState {
  /** The digest of its first and its last 4,096 bytes; of all its bytes, each once, if it has no more than both. */
  readonly endsSha256: Buffer;
}

/**
 * Reads what an archive is recognised by.
 *
 * @param path names the file in messages
 * @throws InputError if it cannot be read
 */
export async function readPackedEnds(path: string, file: FileHandle): Promise<PackedEnds> {
  const state = await readFileState(path, file);
  const { packedBytes } = state;
  const headEnd = Math.min(packedBytes, END_BYTES);
  const hash = createHash('sha256');
  hash.update(await readRange(path, file, [0, headEnd]));
  hash.update(await readRange(path, file, [Math.max(packedBytes - END_BYTES, headEnd), packedBytes]));
  return { ...state, endsSha256: hash.digest() };
}

/** What an archive is recognised by, and how it is compressed. */
export interface FoundArchive extends PackedEnds {
  readonly compression: Compression;
}

/**
 * Opens a file and reads what it is recognised by, if it is an archive.
 *
 * @returns null if it is none, is missing or cannot be read: opening it again tells what is wrong
 */
export async function findPackedEnds(path: string): Promise<FoundArchive | null> {
  if (path === STANDARD_INPUT) return null;
  const file = await openFile(path).catch(() => null);
  try {
    if (file === null) return null;
    const packing = findPacking(await readRange(path, file, [0, MAGIC_BYTES]));
    if (packing === null || !isCompression(packing)) return null;
    return { ...(await readPackedEnds(path, file)), compression: packing };
  } catch {
    return null;
  } finally {
    await file?.close();
  }
}

/** Whether a file still has the size and the time with which its ends were read. */
export async function hasPackedEnds(path: string, { packedBytes, modifiedAt }: PackedEnds): Promise<boolean> {
  const stats = await stat(path, { bigint: true }).catch(() => null);
  return stats !== null && Number(stats.size) === packedBytes && String(stats.mtimeNs) === modifiedAt;
}

/**
 * Reads bytes of a file by their positions, fewer if it ends before. Other reads of the file go on from where they were.
 *
 * @param path names the file in messages
 * @throws InputError if it cannot be read
 */
export async function readRange(
  path: string,
  file: FileHandle,
  [from, to]: readonly [from: number, to: number],
): Promise<Buffer> {
  const bytes = to - from;
  const { bytesRead, buffer } = await orInputError(path, file.read(Buffer.alloc(bytes), 0, bytes, from));
  return buffer.subarray(0, bytesRead);
}

/**
 * Whether an archive that is cut off is being written: the log that it is made from still stands beside it, as it does while logrotate
 * compresses it. Its lines are in that log.
 *
 * @param head the first unpacked bytes of the archive
 */
export async function isBeingPacked(path: string, head: Buffer): Promise<boolean> {
  const ending = PACKED_ENDINGS.find((each) => path.endsWith(each));
  if (ending === undefined || head.length === 0) return false;
  const log = path.slice(0, -ending.length);
  const file = await openFile(log).catch(() => null);
  try {
    return file !== null && (await readRange(log, file, [0, head.length])).equals(head);
  } catch {
    // nobody knows then
    return false;
  } finally {
    await file?.close();
  }
}
