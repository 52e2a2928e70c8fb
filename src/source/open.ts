/**
 * Opens what a person names as an input: a plain or packed file, or standard input. What a file is is decided
 * by its first bytes, never by its name.
 */
import { createReadStream, fstatSync, read, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { findErrorCode, InputError, toMessage, UsageError } from '../errors.js';
import { toVisibleText } from '../visible-text.js';
import { type SourceEnd, unpack } from './decompress.js';
import { findCutPacking, findPacking, isCompression, MAGIC_BYTES, refuseContent } from './packing.js';

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
 * @throws InputError where it is missing, unreadable, a folder or not a file
 * @throws UsageError where standard input is a terminal
 */
export async function openSource(path: string, file: FileHandle | null = null): Promise<Source> {
  const packedBytes = await findPackedBytes(path, file);
  const reader = openReader(path, file);
  try {
    const { stream, isArchive, getEnd } = await recognize(reader, toInputName(path));
    return {
      path,
      packedBytes,
      isArchive,
      streams: [stream],
      readPackedBytes: () => reader.bytesRead ?? 0,
      getEnd,
    };
  } catch (error) {
    reader.destroy();
    throw toInputError(path, error);
  }
}

async function findPackedBytes(path: string, file: FileHandle | null): Promise<number | null> {
  if (path === STANDARD_INPUT) return checkStandardInput();
  return file === null ? checkFile(path) : (await file.stat()).size;
}

function openReader(path: string, file: FileHandle | null): Reader {
  if (path === STANDARD_INPUT) return process.stdin;
  if (file === null) return createReadStream(path, { highWaterMark: READ_BYTES });
  // a stream closes its file when it is destroyed, whatever its options say
  const leaveOpen = (_file: number, done: (error: null) => void) => done(null);
  const fs = { read, close: leaveOpen };
  return createReadStream(path, { fd: file.fd, start: 0, highWaterMark: READ_BYTES, fs });
}

/** Files, pipes and terminals all count what was read from them. */
type Reader = Readable & { readonly bytesRead?: number };

interface Content {
  readonly stream: Readable;
  readonly isArchive: boolean;
  readonly getEnd: () => SourceEnd;
}

/** @throws InputError where it is an archive of a kind that is not read */
async function recognize(reader: Readable, name: string): Promise<Content> {
  const head = await peek(reader, MAGIC_BYTES);
  const isWhole = head.length < MAGIC_BYTES;
  const cutPacking = isWhole ? findCutPacking(head) : null;
  if (cutPacking !== null) {
    const message = `${name} is cut off: its ${cutPacking} data ends too early`;
    return { stream: Readable.from([]), isArchive: true, getEnd: () => ({ kind: 'cut off', message }) };
  }
  refuseContent(name, head, false);
  // an input that has ended already cannot be given its head back
  const stream = isWhole ? Readable.from([head], { objectMode: false }) : reader;
  const packing = findPacking(head);
  if (packing === null || !isCompression(packing)) {
    return { stream, isArchive: false, getEnd: () => ({ kind: 'complete' }) };
  }
  return { isArchive: true, ...unpack(stream, packing, name) };
}

/**
 * Looks at the first bytes of a stream and puts them back.
 *
 * @returns all that are at hand; fewer than asked for where the stream has ended before: then they were not put back
 */
function peek(reader: Readable, bytes: number): Promise<Buffer> {
  if (reader.readableEnded) return Promise.resolve(Buffer.alloc(0));
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      reader.off('readable', look).off('end', onEnd).off('error', onError);
      settle();
    };
    // one listener for all looks: adding one where bytes are waiting calls it at once, so that nothing would be read
    const look = () => {
      const head: Buffer | null = reader.read(bytes);
      if (head === null) return;
      if (head.length < bytes) return finish(() => resolve(head));
      const rest: Buffer | null = reader.read();
      const all = rest === null ? head : Buffer.concat([head, rest]);
      reader.unshift(all);
      finish(() => resolve(all));
    };
    const onEnd = () => finish(() => resolve(Buffer.alloc(0)));
    const onError = (error: unknown) => finish(() => reject(error));
    reader.on('readable', look).on('end', onEnd).on('error', onError);
  });
}

/** The bytes that all inputs have on disk together; null where the size of one is unknown. Missing files count as 0. */
export async function findTotalPackedBytes(paths: readonly string[]): Promise<number | null> {
  if (paths.includes(STANDARD_INPUT)) return null;
  const all = await Promise.all(paths.map((path) => stat(path).catch(() => null)));
  return all.reduce((sum, stats) => sum + (stats?.size ?? 0), 0);
}

/** @returns the size of the file behind standard input, null for a pipe */
function checkStandardInput(): number | null {
  if (process.stdin.isTTY) {
    throw new UsageError('no log given, and standard input is a terminal', {
      hint: 'name a file, or pipe a log in: zcat access.log.*.gz | logtally ingest',
    });
  }
  const stats = fstatSync(0);
  return stats.isFile() ? stats.size : null;
}

async function checkFile(path: string): Promise<number> {
  let stats: Stats;
  try {
    stats = await stat(path);
  } catch (error) {
    throw toInputError(path, error);
  }
  if (stats.isDirectory()) {
    throw new InputError(`'${path}' is a folder`, {
      hint: `name the logs in it: '${path.replace(/\/+$/, '')}'/access.log*`,
    });
  }
  if (!stats.isFile()) {
    throw new InputError(`'${path}' is not a regular file`, { hint: 'pipe it into standard input' });
  }
  return stats.size;
}

/**
 * Says in a person's words why an input could not be read to its end.
 *
 * @param error what a stream of the input failed with; anything else is returned as it is
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
    case 'EISDIR':
    case 'EIO':
    case 'ENOTDIR':
    case 'ELOOP':
    case 'ENAMETOOLONG':
      return new InputError(`${name} cannot be read: ${toMessage(error)}`, { cause: error });
    default:
      return error;
  }
}
