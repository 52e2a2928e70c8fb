/**
 * Opens what a person names as an input: a plain or gzipped file, or standard input. What a file is is decided
 * by its first bytes, never by its name.
 */
import { createReadStream, fstatSync, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { EXIT, findErrorCode, InputError, toMessage, UsageError } from '../errors.js';

/** The path that stands for standard input. */
export const STANDARD_INPUT = '-';

/** Bytes per read from a file. With 64 KiB the program spends a quarter of its time waiting for reads. */
const READ_BYTES = 262_144;

/** Bytes per piece of decompressed data. */
const UNPACKED_BYTES = 262_144;

/** RFC 1952, 2.3.1: ID1 and ID2. */
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

export interface Source {
  /** The path as given; `-` for standard input. */
  readonly path: string;
  /** Bytes of the file as it lies on disk; null where nobody knows, as in a pipe. */
  readonly packedBytes: number | null;
  /** For a pipeline: the first one reads, each further one unpacks; decompressed bytes come out of the last. */
  readonly streams: readonly [Readable, ...NodeJS.ReadWriteStream[]];
  /** Bytes read from disk so far. */
  readPackedBytes(): number;
}

/** How messages name an input. */
export function toInputName(path: string): string {
  return path === STANDARD_INPUT ? 'standard input' : `'${path}'`;
}

/**
 * Opens an input and looks at its first bytes.
 *
 * @param path a path, or `-` for standard input
 * @throws InputError where it is missing, unreadable, a folder or not a file
 * @throws UsageError where standard input is a terminal
 */
export async function openSource(path: string): Promise<Source> {
  const isStandardInput = path === STANDARD_INPUT;
  const packedBytes = isStandardInput ? checkStandardInput() : await checkFile(path);
  const reader: Reader = isStandardInput
    ? process.stdin
    : createReadStream(path, { highWaterMark: READ_BYTES });
  const head = await peek(reader, GZIP_MAGIC.length).catch((error: unknown) => {
    throw toInputError(path, error);
  });
  // an input that has ended already cannot be given its head back
  const stream = head.length < GZIP_MAGIC.length ? Readable.from([head], { objectMode: false }) : reader;
  return {
    path,
    packedBytes,
    streams: head.equals(GZIP_MAGIC) ? [stream, createGunzip({ chunkSize: UNPACKED_BYTES })] : [stream],
    readPackedBytes: () => reader.bytesRead ?? 0,
  };
}

/** Files, pipes and terminals all count what was read from them. */
type Reader = Readable & { readonly bytesRead?: number };

/**
 * Looks at the first bytes of a stream and puts them back.
 *
 * @returns fewer bytes where the stream has ended before; then they were not put back
 */
async function peek(reader: Readable, bytes: number): Promise<Buffer> {
  for (;;) {
    const head: Buffer | null = reader.read(bytes);
    if (head !== null) {
      if (head.length === bytes) reader.unshift(head);
      return head;
    }
    if (reader.readableEnded) return Buffer.alloc(0);
    await waitForBytes(reader);
  }
}

function waitForBytes(reader: Readable): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      reader.off('readable', onReadable).off('end', onReadable).off('error', onError);
      settle();
    };
    const onReadable = () => finish(resolve);
    const onError = (error: unknown) => finish(() => reject(error));
    reader.on('readable', onReadable).on('end', onReadable).on('error', onError);
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
    case 'Z_BUF_ERROR':
      return new InputError(`${name} is cut off: its gzip data ends too early; nothing of it is counted`, {
        hint: 'is it still being written? give it again when it is whole',
        exitCode: EXIT.rejected,
        cause: error,
      });
    case 'Z_DATA_ERROR':
      return new InputError(`${name} is damaged: ${toMessage(error)}; nothing of it is counted`, {
        hint: 'restore it from a copy; gzip -t tests a file',
        exitCode: EXIT.rejected,
        cause: error,
      });
    default:
      return error;
  }
}
