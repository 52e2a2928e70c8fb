/** What a pipe has delivered, kept on disk until it is sure that it need not be read again. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const READ_BYTES = 262_144;

export interface Spool {
  /** Adds bytes at the end, and takes them as read; does nothing after `forget`. */
  append(bytes: Buffer): void;
  /** The next piece that was not read since `rewind`, or null. */
  read(): Buffer | null;
  rewind(): void;
  /** Keeps no more; what was not read yet still can be. */
  forget(): void;
  close(): void;
}

/** The file has no name: it goes with the process, however that ends. */
export function openSpool(): Spool {
  const folder = mkdtempSync(join(tmpdir(), 'logtally-'));
  const file = openSync(join(folder, 'spool'), 'w+', 0o600);
  rmSync(folder, { recursive: true });
  let size = 0;
  let readAt = 0;
  let keeps = true;
  return {
    append(bytes) {
      if (!keeps) return;
      for (let written = 0; written < bytes.length; ) {
        written += writeSync(file, bytes, written, bytes.length - written, size + written);
      }
      size += bytes.length;
      readAt = size;
    },
    read() {
      if (readAt >= size) return null;
      const buffer = Buffer.alloc(Math.min(READ_BYTES, size - readAt));
      const bytes = readSync(file, buffer, 0, buffer.length, readAt);
      readAt += bytes;
      return buffer.subarray(0, bytes);
    },
    rewind() {
      readAt = 0;
    },
    forget() {
      keeps = false;
    },
    close: () => closeSync(file),
  };
}
