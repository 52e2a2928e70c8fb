/** Where lines go: files by date or segments of a spool. What both need to open a file. */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { InputError } from '../../../errors.js';
import { makeFolders } from '../../../make-folders.js';
import { followTrustedLinks, refuseForeignFile } from '../../../trusted-path.js';
import type { AppendedFile } from './appended-file.js';

export interface LogPlace {
  /**
   * The file for lines that have come now, opened if need be.
   *
   * @param bytes how many these lines have
   * @throws if there is none: errors of the system, or an InputError
   */
  getFile(bytes: number): AppendedFile;
  /** What a message calls it. */
  readonly name: string;
  /** Files that were opened. */
  readonly files: number;
  /** What has to be done while no lines come; nothing of it may throw. */
  tick(): void;
  /** Opens the file anew for the next lines. */
  reopen(): void;
  close(): void;
}

/** A pipe would wait for its reader; Windows has neither of the two. */
const FLAGS =
  constants.O_RDWR |
  constants.O_APPEND |
  constants.O_CREAT |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file for appending, and makes it and its folders if they are not there. The umask takes from both modes.
 *
 * @throws InputError if it is no file, or another user may have put it there; errors of the system as they are
 */
export function openForAppending(path: string, mode: number): number {
  const place = followTrustedLinks(path);
  makeFolders(dirname(place), toFolderMode(mode));
  const file = openSync(place, FLAGS, mode);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new InputError(`'${path}' is not written: it is no file`);
    refuseForeignFile(path, place, stats);
  } catch (error) {
    closeSync(file);
    throw error;
  }
  return file;
}

/** Who may read a log may enter its folder: 0640 -> 0750. */
function toFolderMode(mode: number): number {
  return 0o700 | mode | ((mode & 0o444) >> 2);
}
