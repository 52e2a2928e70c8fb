/**
 * Opens an input that a person names: a plain or compressed file, or standard input. Its first bytes decide how it is
 * compressed, never its name.
 */
import { once } from 'node:events';
import { createReadStream, type ReadStream, read } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { InterruptedError } from '../errors.js';
import { type SourceEnd, toCutOff, unpack } from './decompress.js';
import { checkInput, orInputError, STANDARD_INPUT, toInputError, toInputName } from './inputs.js';
import { findCutPacking, findPacking, isCompression, mayBecomePacking, refuseContent } from './packing.js';
import { DRAIN_PATIENCE, waitForChange } from './patience.js';

/**
 * Bytes of the first read from a file, and at most of a later one; each asks for twice as many as the one before. Of thousands of
 * small files, and of a log that grows and is asked at each commit what it begins with, large buffers would be most of the work. But
 * with 64 KiB throughout an ingest of a log with few objects takes half as long again, and with 256 KiB a tenth longer.
 */
const FIRST_READ_BYTES = 16_384;
const MAX_READ_BYTES = 1_048_576;

/** What changes with the bytes of a file. */
export interface FileState {
  readonly packedBytes: number;
  /** When it was last changed: nanoseconds since 1970, as text. */
  readonly modifiedAt: string;
}

/** @param path names the file in messages. @throws InputError if the system does not tell */
export async function readFileState(path: string, file: FileHandle): Promise<FileState> {
  const { size, mtimeNs } = await orInputError(path, file.stat({ bigint: true }));
  return { packedBytes: Number(size), modifiedAt: String(mtimeNs) };
}

/** An open input. */
export interface Source {
  /** The path as given; `-` for standard input. */
  readonly path: string;
  /** Whether it is compressed. */
  readonly isArchive: boolean;
  /** The state of an open file before its first byte was read; null for a path and for a position. */
  readonly stateBefore: FileState | null;
  /** The decompressed bytes. */
  readonly stream: Readable;
  /** Bytes read from disk so far. */
  readPackedBytes(): number;
  /** Tells how it ended; an archive that has not yet been read to its end counts as cut off. */
  getEnd(): SourceEnd;
  /** Ends the reading. When it returns nothing reads the file any more, and the file may be closed. */
  release(): Promise<void>;
}

/** Whether standard input has delivered bytes that were not read, or does so within a moment. Nothing is read. */
export async function holdsInput(): Promise<boolean> {
  const { stdin } = process;
  if (stdin.readableLength === 0) await waitForChange(stdin, DRAIN_PATIENCE.silenceMs, null);
  return stdin.readableLength > 0;
}

/**
 * Opens a file that is to be read more than once: the next time its path may lead to another file.
 *
 * @throws InputError if it is missing, unreadable, a folder or not a file
 */
export async function openFile(path: string): Promise<FileHandle> {
  await checkInput(path);
  return orInputError(path, open(path));
}

/**
 * Opens an input and looks at its first bytes.
 *
 * @param path a path, or `-` for standard input
 * @param file the open file to read instead of the path, which is left open; null opens the path, and closes it at the end
 * @param signal ends the wait for the first bytes
 * @throws InputError if it is missing, unreadable, a folder or not a file
 * @throws UsageError if standard input is a terminal
 * @throws InterruptedError
 */
export async function openSource(
  path: string,
  file: FileHandle | null = null,
  signal: AbortSignal | null = null,
): Promise<Source> {
  if (file === null) await checkInput(path);
  const stateBefore = file === null ? null : await readFileState(path, file);
  const reader = openReader(path, file).on('error', leaveToReader);
  try {
    const packedBytes = stateBefore?.packedBytes ?? MAX_READ_BYTES;
    const recognized = await recognize(reader, { name: toInputName(path), packedBytes }, signal);
    recognized.stream.on('error', leaveToReader);
    return {
      path,
      stateBefore,
      ...recognized,
      readPackedBytes: () => reader.bytesRead ?? 0,
      async release() {
        recognized.stream.destroy();
        await endReading(reader);
      },
    };
  } catch (error) {
    await endReading(reader);
    throw toInputError(path, error);
  }
}

/**
 * Opens a plain file at a position.
 *
 * @param path names the file in messages
 * @param file is left open
 */
export function openFileAt(path: string, file: FileHandle, position: number): Source {
  const stream = openReader(path, file, position);
  stream.on('error', leaveToReader);
  return {
    ...{ path, isArchive: false, stateBefore: null, stream, getEnd: () => ({ kind: 'complete' }) },
    readPackedBytes: () => position + (stream.bytesRead ?? 0),
    release: () => endReading(stream),
  };
}

/** An error may come while nobody reads; who reads next finds it in `errored`, or is told by the pipeline. */
function leaveToReader(): void {}

function openReader(path: string, file: FileHandle | null, start = 0): Reader {
  if (path === STANDARD_INPUT) return process.stdin;
  const highWaterMark = FIRST_READ_BYTES;
  if (file === null) return growReads(createReadStream(path, { highWaterMark }));
  // a stream closes its file when it is destroyed, whatever its options say
  const leaveOpen = (_file: number, done: (error: null) => void) => done(null);
  const fs = { read, close: leaveOpen };
  return growReads(createReadStream(path, { fd: file.fd, start, highWaterMark, fs }));
}

/** Lets each read of a stream ask for twice as many bytes as the one before. */
function growReads(stream: ReadStream): Reader {
  const readBytes = stream._read.bind(stream);
  let bytes = FIRST_READ_BYTES;
  stream._read = () => {
    readBytes(bytes);
    bytes = Math.min(2 * bytes, MAX_READ_BYTES);
  };
  return stream;
}

/** Waits for the read that is under way: if its file were closed, it would fail, or read another file with the same number. */
async function endReading(reader: Reader): Promise<void> {
  reader.destroy();
  // standard input is not ours to close; an error of the file is no longer of interest
  if (reader !== process.stdin && !reader.closed) await once(reader, 'close').catch(() => undefined);
}

/** A stream of a file, a pipe or a terminal: all count the bytes that were read from them. */
type Reader = Readable & { readonly bytesRead?: number };

/**
 * Finds out how an input is compressed, and unpacks it.
 *
 * @param input its name for messages, and how many bytes it has, as far as that is known
 * @param signal ends the wait for the first bytes
 * @throws InputError if it is an archive of a kind that is not read, InterruptedError
 */
async function recognize(
  reader: Readable,
  input: { readonly name: string; readonly packedBytes: number },
  signal: AbortSignal | null,
): Promise<Pick<Source, 'stream' | 'isArchive' | 'getEnd'>> {
  const { name } = input;
  const head = await peek(reader, name, signal);
  const isWhole = reader.readableEnded;
  const cutPacking = isWhole ? findCutPacking(head) : null;
  if (cutPacking !== null) {
    return { stream: Readable.from([]), isArchive: true, getEnd: () => toCutOff(name, cutPacking) };
  }
  refuseContent(name, head, false);
  // an input that has ended already cannot be given its head back
  const stream = isWhole ? Readable.from([head], { objectMode: false }) : reader;
  const packing = findPacking(head);
  if (packing === null || !isCompression(packing)) {
    return { stream, isArchive: false, getEnd: () => ({ kind: 'complete' }) };
  }
  return { isArchive: true, ...unpack(stream, packing, input) };
}

/**
 * Looks at the first bytes of a stream, until they tell how it is compressed, and puts them back.
 *
 * @returns all bytes that are at hand; if the stream has ended behind them, they were not put back
 */
async function peek(reader: Readable, name: string, signal: AbortSignal | null): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  for (;;) {
    for (let bytes: Buffer | null = reader.read(); bytes !== null; bytes = reader.read())
      head = head.length === 0 ? bytes : Buffer.concat([head, bytes]);
    if (reader.errored !== null) throw reader.errored;
    if (reader.readableEnded) return head;
    if (head.length > 0 && !mayBecomePacking(head)) {
      reader.unshift(head);
      return head;
    }
    const patienceMs = signal?.aborted ? DRAIN_PATIENCE.silenceMs : Number.POSITIVE_INFINITY;
    const hasChanged = await waitForChange(reader, patienceMs, signal);
    if (!hasChanged) throw new InterruptedError(`interrupted; nothing has come yet from ${name}`);
  }
}
