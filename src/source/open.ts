/**
 * Opens what a person names as an input: a plain or packed file, or standard input. What a file is is decided
 * by its first bytes, never by its name.
 */
import { once } from 'node:events';
import { createReadStream, fstatSync, read, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { findErrorCode, InputError, toMessage, UsageError } from '../errors.js';
import { toVisibleText } from '../visible-text.js';
import type { SourceEnd } from './decompress.js';
import { LAST_WAIT_MS, recognize } from './recognize.js';

export type { SourceEnd } from './decompress.js';

/** The path that stands for standard input. */
export const STANDARD_INPUT = '-';

/** Bytes per read from a file. With 64 KiB a log of objects that repeat takes half as long again, with 256 KiB a tenth. */
const READ_BYTES = 1_048_576;

export interface Source {
  /** The path as given; `-` for standard input. */
  readonly path: string;
  /** Bytes of the file as it lies on disk; null where nobody knows, as in a pipe. */
  readonly packedBytes: number | null;
  /** Whether it is compressed. */
  readonly isArchive: boolean;
  /** For the beginning of a pipeline: decompressed bytes come out of it. */
  readonly streams: readonly [Readable];
  /** Bytes read from disk so far. */
  readPackedBytes(): number;
  /** How it ended; an archive that has not yet been read to its end counts as cut off. */
  getEnd(): SourceEnd;
  /** Ends the reading. Once it is done nothing reads the file any more, which may then be closed. */
  release(): Promise<void>;
}

/** Whether nobody can deliver the input a second time: standard input that is no regular file. */
export function deliversOnce(path: string): boolean {
  return path === STANDARD_INPUT && !fstatSync(0).isFile();
}

/** Whether standard input has delivered something that was not read, or does so within a moment; it stays unread. */
export async function holdsInput(): Promise<boolean> {
  const { stdin } = process;
  if (stdin.readableLength > 0) return true;
  const options = { signal: AbortSignal.timeout(LAST_WAIT_MS) };
  await once(stdin, 'readable', options).catch(() => undefined);
  // on a busy machine time is up before the pipe was looked at
  await setImmediate();
  return stdin.readableLength > 0;
}

/** How messages name an input; safe to show. */
export function toInputName(path: string): string {
  return path === STANDARD_INPUT ? 'standard input' : `'${toVisibleText(path)}'`;
}

/**
 * Opens a file that is to be read more than once: a path may name another one the next time.
 *
 * @throws InputError where it is missing, unreadable, a folder or not a file
 */
export async function openFile(path: string): Promise<FileHandle> {
  await checkFile(path);
  return open(path).catch((error: unknown) => {
    throw toInputError(path, error);
  });
}

/**
 * Opens an input and looks at its first bytes.
 *
 * @param path a path, or `-` for standard input
 * @param file the open file that is read in the place of the path, and left open; null opens one that is closed at its end
 * @param signal ends the wait for the first bytes
 * @throws InputError where it is missing, unreadable, a folder or not a file
 * @throws UsageError where standard input is a terminal
 * @throws InterruptedError
 */
export async function openSource(
  path: string,
  file: FileHandle | null = null,
  signal: AbortSignal | null = null,
): Promise<Source> {
  const packedBytes = await findPackedBytes(path, file);
  const reader = openReader(path, file);
  try {
    const { stream, isArchive, getEnd } = await recognize(reader, toInputName(path), signal);
    return {
      path,
      packedBytes,
      isArchive,
      streams: [stream],
      readPackedBytes: () => reader.bytesRead ?? 0,
      getEnd,
      async release() {
        stream.destroy();
        await endReading(reader);
      },
    };
  } catch (error) {
    await endReading(reader);
    throw toInputError(path, error);
  }
}

async function findPackedBytes(path: string, file: FileHandle | null): Promise<number | null> {
  if (path === STANDARD_INPUT) return checkStandardInput();
  if (file === null) return checkFile(path);
  const { size } = await file.stat().catch((error: unknown) => {
    throw toInputError(path, error);
  });
  return size;
}

function openReader(path: string, file: FileHandle | null): Reader {
  if (path === STANDARD_INPUT) return process.stdin;
  if (file === null) return createReadStream(path, { highWaterMark: READ_BYTES });
  // a stream closes its file when it is destroyed, whatever its options say
  const leaveOpen = (_file: number, done: (error: null) => void) => done(null);
  const fs = { read, close: leaveOpen };
  return createReadStream(path, { fd: file.fd, start: 0, highWaterMark: READ_BYTES, fs });
}

/** A read that is under way when its file is closed fails, or reads another file that was given its number. */
async function endReading(reader: Reader): Promise<void> {
  reader.destroy();
  // a pipe is not opened by us; a file that fails now fails nobody, and is closed all the same
  if (reader !== process.stdin && !reader.closed) await once(reader, 'close').catch(() => undefined);
}

/** Files, pipes and terminals all count what was read from them. */
type Reader = Readable & { readonly bytesRead?: number };

/** The bytes that all inputs have on disk together; null where the size of one is unknown. Missing files count as 0. */
export async function findTotalPackedBytes(paths: readonly string[]): Promise<number | null> {
  if (paths.includes(STANDARD_INPUT)) return null;
  const all = await Promise.all(paths.map((path) => stat(path).catch(() => null)));
  return all.reduce((sum, stats) => sum + (stats?.size ?? 0), 0);
}

/**
 * @returns the size of the file behind standard input, null for a pipe
 * @throws InputError where it is a folder or a block device
 * @throws UsageError where it is a terminal
 */
export function checkStandardInput(): number | null {
  if (process.stdin.isTTY) {
    throw new UsageError('no log given, and standard input is a terminal', {
      hint: 'name a file, or pipe a log in: zcat access.log.*.gz | logtally ingest',
    });
  }
  const stats = fstatSync(0);
  if (stats.isDirectory()) throw createFolderError(STANDARD_INPUT, '<folder>');
  // Node.js takes it for empty
  if (stats.isBlockDevice()) throw new InputError(`${toInputName(STANDARD_INPUT)} is a device`);
  return stats.isFile() ? stats.size : null;
}

function createFolderError(path: string, folder: string): InputError {
  return new InputError(`${toInputName(path)} is a folder`, {
    hint: `name the logs in it: ${folder}/access.log*`,
  });
}

/**
 * @returns bytes on disk
 * @throws InputError where it is missing, a folder or not a file
 */
export async function checkFile(path: string): Promise<number> {
  let stats: Stats;
  try {
    stats = await stat(path);
  } catch (error) {
    throw toInputError(path, error);
  }
  if (stats.isDirectory()) throw createFolderError(path, `'${path.replace(/\/+$/, '')}'`);
  if (!stats.isFile()) {
    throw new InputError(`'${path}' is not a regular file`, { hint: 'pipe it into standard input' });
  }
  return stats.size;
}

/**
 * Says in a person's words why an input could not be read to its end.
 *
 * @param error what a read of the input failed with, and nothing else did; what no call of the system says is returned as it is
 */
export function toInputError(path: string, error: unknown): unknown {
  const name = toInputName(path);
  switch (findErrorCode(error)) {
    case 'ENOENT':
      return new InputError(`${name} does not exist`, { cause: error });
    case 'EACCES':
    case 'EPERM':
      return new InputError(`${name} cannot be read: permission denied`, {
        hint: 'server logs are often readable for root and the group adm only: add the user to that group, or run as root',
        cause: error,
      });
    case 'EMFILE':
    case 'ENFILE':
      return new InputError(`${name} cannot be read: ${toMessage(error)}`, {
        hint: 'let the process open more files (ulimit -n) and run the command again',
        cause: error,
      });
    default:
      if (!isSystemError(error)) return error;
      return new InputError(`${name} cannot be read: ${toMessage(error)}`, { cause: error });
  }
}

/** Whether a call of the system has failed. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && findErrorCode(error) !== undefined;
}
