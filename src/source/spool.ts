/** Keeps the bytes of a pipe on disk until it is certain that they need not be read again. */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError, toMessage } from '../errors.js';

const READ_BYTES = 262_144;

/** A file that bytes are appended to and read again from. */
export type Spool = ReturnType<typeof openSpool>;

/**
 * Opens a spool.
 *
 * @throws InputError if the folder for temporary files cannot be written or is full; `append` throws it as well
 */
export function openSpool() {
  const file = orFail(() => openUnnamedFile(tmpdir()));
  let size = 0;
  let readAt = 0;
  let keeps = true;
  return {
    /** Adds bytes at the end, which count as read; does nothing after `forget`. */
    append(bytes: Buffer): void {
      if (!keeps) return;
      for (let written = 0; written < bytes.length; ) {
        const from = written;
        written += orFail(() => writeSync(file, bytes, from));
      }
      size += bytes.length;
      readAt = size;
    },
    /** The next piece that was not read since `rewind`, or null. */
    read(): Buffer | null {
      if (readAt >= size) return null;
      const buffer = Buffer.alloc(Math.min(READ_BYTES, size - readAt));
      const bytes = orFail(() => readSync(file, buffer, 0, buffer.length, readAt));
      readAt += bytes;
      return buffer.subarray(0, bytes);
    },
    /** The same up to a number of bytes, into a buffer that the caller has. @returns how many there were */
    readInto(buffer: Buffer): number {
      let used = 0;
      while (used < buffer.length && readAt < size) {
        const bytes = orFail(() =>
          readSync(file, buffer, used, Math.min(buffer.length - used, size - readAt), readAt),
        );
        if (bytes === 0) break;
        readAt += bytes;
        used += bytes;
      }
      return used;
    },
    rewind(): void {
      readAt = 0;
    },
    /** Keeps no more bytes; those that were not read yet can still be read. */
    forget(): void {
      keeps = false;
    },
    close: () => closeSync(file),
  };
}

/** Opens a file without a name, to be read and appended to: it goes with the process, however that ends. */
export function openUnnamedFile(folder: string): number {
  const path = join(folder, `.logtally-${randomBytes(8).toString('hex')}`);
  // fails if anything has that name, even a link
  const file = openSync(path, 'ax+', 0o600);
  unlinkSync(path);
  return file;
}

function orFail<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new InputError(`what the pipe delivers cannot be kept in '${tmpdir()}': ${toMessage(error)}`, {
      hint: 'it is kept until it is known which log it is; TMPDIR names another folder',
      cause: error,
    });
  }
}
