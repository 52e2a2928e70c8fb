/** By what a finished archive is known again without being unpacked. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { toInputError } from './open.js';

/** So many bytes at the beginning and at the end are looked at. */
const END_BYTES = 4_096;

export interface PackedEnds {
  readonly packedBytes: number;
  /** Nanoseconds since 1970, as text. */
  readonly modifiedAt: string;
  /** Of its first and its last 4,096 bytes; of all its bytes, each once, where it has no more than both. */
  readonly endsSha256: Buffer;
}

/** @throws InputError where the file cannot be read */
export async function readPackedEnds(path: string): Promise<PackedEnds> {
  let file: FileHandle | null = null;
  try {
    file = await open(path);
    const { size, mtimeNs } = await file.stat({ bigint: true });
    const packedBytes = Number(size);
    const headEnd = Math.min(packedBytes, END_BYTES);
    const hash = createHash('sha256');
    hash.update(await readRange(file, 0, headEnd));
    hash.update(await readRange(file, Math.max(packedBytes - END_BYTES, headEnd), packedBytes));
    return { packedBytes, modifiedAt: String(mtimeNs), endsSha256: hash.digest() };
  } catch (error) {
    throw toInputError(path, error);
  } finally {
    await file?.close();
  }
}

async function readRange(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
  return buffer.subarray(0, bytesRead);
}
