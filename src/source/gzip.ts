/**
 * Unpacks gzip data (RFC 1952) member by member. Node's own gunzip is not used: it ends silently at a zero byte after a
 * member, whatever follows, and if the data ends too early it throws away what it had unpacked.
 */
import type { Readable } from 'node:stream';
import { constants, crc32, createInflateRaw, type InflateRaw } from 'node:zlib';
import { findErrorCode, toMessage } from '../errors.js';

/** The packed bytes have changed since they were written: a checksum differs, or other bytes follow the end. */
export class DamageError extends Error {}

/** How unpacking ended if it did not fail. */
export type UnpackEnd = 'complete' | 'cut off';

/** RFC 1952, 2.3.1: ID1 and ID2. */
const GZIP_ID = [0x1f, 0x8b] as const;
const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
const DEFLATE = 8;
const FLAG = { headerCrc: 0x02, extra: 0x04, name: 0x08, comment: 0x10, reserved: 0xe0 } as const;

/**
 * Unpacks all members of a gzip file.
 *
 * @param chunkBytes bytes per piece of unpacked data
 * @throws DamageError
 */
export async function* unpackGzip(packed: Readable, chunkBytes: number): AsyncGenerator<Buffer, UnpackEnd> {
  const input = new PackedInput(packed);
  for (;;) {
    if (!(await skipHeader(input))) return 'cut off';
    const inflate = createInflateRaw({ chunkSize: chunkBytes, finishFlush: constants.Z_SYNC_FLUSH });
    const fed = feed(input, inflate);
    let checksum = 0;
    let bytes = 0;
    try {
      for await (const chunk of inflate as AsyncIterable<Buffer>) {
        checksum = crc32(chunk, checksum);
        bytes += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw findErrorCode(error) === 'Z_DATA_ERROR' ? new DamageError(toMessage(error)) : error;
    }
    if (!(await fed)) return 'cut off';
    const trailer = await input.take(TRAILER_BYTES);
    if (trailer.length < TRAILER_BYTES) return 'cut off';
    if (trailer.readUInt32LE(0) !== checksum) throw new DamageError('incorrect data check');
    if (trailer.readUInt32LE(4) !== bytes % 2 ** 32) throw new DamageError('incorrect length check');
    const next = await findNext(input);
    if (next !== 'member') return next;
  }
}

/** @returns false if the data ends within the header */
async function skipHeader(input: PackedInput): Promise<boolean> {
  const header = await input.take(HEADER_BYTES);
  if (header.length < HEADER_BYTES) return false;
  const flags = header.readUInt8(3);
  if (header.readUInt8(2) !== DEFLATE) throw new DamageError('unknown compression method');
  if ((flags & FLAG.reserved) !== 0) throw new DamageError('unknown header flags set');
  if ((flags & FLAG.extra) !== 0) {
    const length = await input.take(2);
    if (length.length < 2) return false;
    const extraBytes = length.readUInt16LE(0);
    if ((await input.take(extraBytes)).length < extraBytes) return false;
  }
  if ((flags & FLAG.name) !== 0 && !(await input.skipPastZero())) return false;
  if ((flags & FLAG.comment) !== 0 && !(await input.skipPastZero())) return false;
  return (flags & FLAG.headerCrc) === 0 || (await input.take(2)).length === 2;
}

/**
 * Gives packed bytes to the inflater until the member is complete, and puts the bytes behind it back.
 *
 * @returns whether the member was complete; false if the input ended first
 */
async function feed(input: PackedInput, inflate: InflateRaw): Promise<boolean> {
  // if Node's inflater takes only the first bytes of a chunk, it never reports the write as done: it ends instead
  const closed = new Promise<void>((resolve) => inflate.once('end', resolve).once('close', resolve));
  try {
    for (let fedBytes = 0; ; ) {
      const chunk = await input.next();
      if (chunk === null) {
        inflate.end();
        return false;
      }
      await Promise.race([new Promise<void>((resolve) => inflate.write(chunk, () => resolve())), closed]);
      const wantedBytes = inflate.bytesWritten - fedBytes;
      if (wantedBytes < chunk.length) {
        input.putBack(chunk.subarray(wantedBytes));
        return true;
      }
      fedBytes += chunk.length;
    }
  } catch (error) {
    inflate.destroy(error instanceof Error ? error : new Error(toMessage(error)));
    return false;
  }
}

/** Looks at what follows a member: nothing, zero bytes to the end as tapes have them, or another member. */
async function findNext(input: PackedInput): Promise<UnpackEnd | 'member'> {
  const head = await input.take(GZIP_ID.length);
  if (head.length === 0) return 'complete';
  if (GZIP_ID.every((byte, index) => head[index] === byte)) {
    input.putBack(head);
    return 'member';
  }
  if (head.length === 1 && head[0] === GZIP_ID[0]) return 'cut off';
  for (let chunk: Buffer | null = head; chunk !== null; chunk = await input.next()) {
    if (chunk.some((byte) => byte !== 0))
      throw new DamageError('trailing bytes after the end of its gzip data');
  }
  return 'complete';
}

/** Packed bytes, a chunk or a number of bytes at a time. */
class PackedInput {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(packed: Readable) {
    this.#chunks = (packed as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  /** The next bytes, as many as are at hand; null at the end. */
  async next(): Promise<Buffer | null> {
    if (this.#rest.length > 0) {
      const rest = this.#rest;
      this.#rest = Buffer.alloc(0);
      return rest;
    }
    const { done, value } = await this.#chunks.next();
    return done === true ? null : value;
  }

  putBack(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([bytes, this.#rest]);
  }

  /** So many bytes, or fewer at the end. */
  async take(bytes: number): Promise<Buffer> {
    let taken: Buffer = Buffer.alloc(0);
    while (taken.length < bytes) {
      const chunk = await this.next();
      if (chunk === null) break;
      const missing = bytes - taken.length;
      taken = Buffer.concat([taken, chunk.subarray(0, missing)]);
      if (chunk.length > missing) this.putBack(chunk.subarray(missing));
    }
    return taken;
  }

  /** @returns false if the input ends before a zero byte */
  async skipPastZero(): Promise<boolean> {
    for (let chunk = await this.next(); chunk !== null; chunk = await this.next()) {
      const at = chunk.indexOf(0);
      if (at === -1) continue;
      this.putBack(chunk.subarray(at + 1));
      return true;
    }
    return false;
  }
}
