/** Reads config files, and never waits within a call of the system for the writer of a FIFO: no signal ends that wait. */
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import { Socket } from 'node:net';
import { devNull } from 'node:os';
import { buffer } from 'node:stream/consumers';
import { UsageError } from '../errors.js';

/** Windows has no such flag. */
const AT_ONCE = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

interface OpenedFile {
  /** The descriptor. */
  readonly file: number;
  readonly stats: Stats;
}

/**
 * Opens a regular file, hands it to `read`, and closes it.
 *
 * @throws UsageError if it is something else; errors of the system as they are
 */
export async function withRegularFile(
  path: string,
  read: (opened: OpenedFile) => Promise<Buffer> | Buffer,
): Promise<Buffer> {
  const file = openSync(path, AT_ONCE);
  try {
    const stats = fstatSync(file);
    checkRegular(path, stats);
    return await read({ file, stats });
  } finally {
    closeSync(file);
  }
}

function checkRegular(path: string, stats: Stats): void {
  if (stats.isFile()) return;
  const what = stats.isDirectory() ? 'it is a folder' : 'it is not a regular file';
  throw createReadError(path, what, 'name the file that is meant with --config');
}

/**
 * Reads a file that somebody named. It may be a pipe, such as the shell's `<(...)`, or the null device.
 *
 * @param signal ends the wait for what comes through a pipe
 * @throws UsageError if it is something else, or nothing comes through the pipe; errors of the system as they are
 */
export async function readNamedFile(path: string, signal: AbortSignal): Promise<Buffer> {
  const file = openSync(path, AT_ONCE);
  const stats = fstatSync(file);
  if (stats.isFIFO()) return readPipe(path, file, signal);
  try {
    if (isNullDevice(stats)) return Buffer.alloc(0);
    checkRegular(path, stats);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function isNullDevice(stats: Stats): boolean {
  return stats.isCharacterDevice() && stats.rdev === statSync(devNull).rdev;
}

/** A writer that has nothing to say is no empty file, but a mistake: without its rules a log would be counted otherwise. */
async function readPipe(path: string, file: number, signal: AbortSignal): Promise<Buffer> {
  // closes the descriptor at its end
  const bytes = await buffer(new Socket({ fd: file, readable: true, writable: false, signal }));
  if (bytes.length > 0) return bytes;
  throw createReadError(path, 'nothing comes through the pipe', 'does the program that writes into it fail?');
}

function createReadError(path: string, reason: string, hint: string): UsageError {
  return new UsageError(`the config file '${path}' cannot be read: ${reason}`, { hint });
}
