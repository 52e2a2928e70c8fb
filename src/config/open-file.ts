/** Reads config files, and never waits within a call of the system for the writer of a FIFO: no signal ends that wait. */
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import { lstat, realpath, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { devNull } from 'node:os';
import { dirname } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { UsageError } from '../errors.js';
import { isTrustedOwner, mayOthersReplace, mayOthersWrite } from '../trusted-path.js';

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

/**
 * Reads a file of the current folder that nobody named, if nobody but the user and root can have written it: whoever may write
 * it decides what the program counts, and which queries it runs.
 *
 * It is refused rather than passed over: without its rules a log would be counted otherwise, and be known then.
 *
 * @throws UsageError if somebody else may write it, or it is no regular file; errors of the system as they are
 */
export async function readFoundFile(path: string): Promise<Buffer> {
  return withRegularFile(path, async ({ file, stats }) => {
    // the file that is open is the one that is asked about
    const doubt =
      describeDoubt(stats) ??
      (isTrustedOwner(await lstat(path)) ? null : 'it is a link that another user made') ??
      (await describeFolder(path));
    if (doubt === null) return readFileSync(file);
    throw new UsageError(`'${path}' of the current folder is not read: ${doubt}`, {
      hint: `take the right to write from others (chmod go-w), or name the file that is meant: --config ./${path}`,
    });
  });
}

function describeDoubt(stats: Stats): string | null {
  if (!isTrustedOwner(stats)) return `it belongs to another user (${stats.uid})`;
  return mayOthersWrite(stats) ? 'other users may write it' : null;
}

/** The folder that it is found in, and the one that a link leads to. */
async function describeFolder(path: string): Promise<string | null> {
  for (const folder of new Set([dirname(path), dirname(await realpath(path))]))
    if (mayOthersReplace(await stat(folder)))
      return `other users may replace it, as they may write '${folder}'`;
  return null;
}
