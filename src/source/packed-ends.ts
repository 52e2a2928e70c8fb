/** By what a finished archive is known again without being unpacked. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/** So many bytes at the beginning and at the end are looked at. */
const END_BYTES = 4_096;

export interface PackedEnds {
  readonly packedBytes: number;
  /** Nanoseconds since 1970, as text. */
  readonly modifiedAt: string;
  /** Of its first and its last 4,096 bytes; of all its bytes, each once, where it has no more than both. */
  readonly endsSha256: Buffer;
}

export async function readPackedEnds(file: FileHandle): Promise<PackedEnds> {
  const { size, mtimeNs } = await file.stat({ bigint: true });
  const packedBytes = Number(size);
  const headEnd = Math.min(packedBytes, END_BYTES);
  const hash = createHash('sha256');
  hash.update(await readRange(file, 0, headEnd));
  hash.update(await readRange(file, Math.max(packedBytes - END_BYTES, headEnd), packedBytes));
  return { packedBytes, modifiedAt: String(mtimeNs), endsSha256: hash.digest() };
}

/** Bytes of a file by their positions, fewer where it ends before; what else is read of it is not moved. */
export async function readRange(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
  return buffer.subarray(0, bytesRead);
}
