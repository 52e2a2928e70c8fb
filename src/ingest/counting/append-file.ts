/** Opens a file that lines of logs are appended to: not through a link of another user, and not for more readers than the logs. */
import { constants, fchmodSync, fstatSync, openSync, type Stats, statSync } from 'node:fs';
import { findErrorCode } from '../../errors.js';
import { STANDARD_INPUT } from '../../source/open.js';
import { createForeignFileError, followTrustedLinks, isForeignFile, isOpenFile } from '../../trusted-path.js';

const OWNER = 0o600;
const GROUP_READS = 0o040;
const OTHERS_READ = 0o004;

/** Like the mode `a+` of fopen. */
const APPEND = constants.O_RDWR | constants.O_APPEND;

export interface AppendFile {
  /** The descriptor. */
  readonly file: number;
  /** Where the links of the path lead. */
  readonly place: string;
}

/**
 * @param logs the paths of the logs
 * @throws InputError where another user may have put a link or a file there; errors of the system as they are
 */
export function openForAppending(path: string, logs: readonly string[]): AppendFile {
  const place = followTrustedLinks(path);
  if (isOpenFile(place)) return { file: openSync(place, APPEND), place };
  // Windows has no such links
  const flags = APPEND | (constants.O_NOFOLLOW ?? 0);
  try {
    const file = openSync(place, flags | constants.O_CREAT | constants.O_EXCL, OWNER);
    openToReaders(file, logs);
    return { file, place };
  } catch (error) {
    if (findErrorCode(error) !== 'EEXIST') throw error;
  }
  const file = openSync(place, flags);
  if (!isForeignFile(place, fstatSync(file))) return { file, place };
  throw createForeignFileError(path);
}

/** Lets those read a new file who can read each of the logs, and whom the umask does not exclude. */
function openToReaders(file: number, logs: readonly string[]): void {
  const { gid } = fstatSync(file);
  const ofLogs = logs.flatMap((log) => findStats(log) ?? []);
  const isReadable = (bit: number) => ofLogs.length > 0 && ofLogs.every(({ mode }) => (mode & bit) !== 0);
  const group = isReadable(GROUP_READS) && ofLogs.every((log) => log.gid === gid) ? GROUP_READS : 0;
  const others = isReadable(OTHERS_READ) ? OTHERS_READ : 0;
  fchmodSync(file, OWNER | ((group | others) & ~process.umask()));
}

/** @returns a pipe as a file that only its owner can read; null where there is nothing */
function findStats(log: string): Pick<Stats, 'mode' | 'gid'> | null {
  try {
    const stats = log === STANDARD_INPUT ? fstatSync(0) : statSync(log);
    return stats.isFile() ? stats : { mode: OWNER, gid: stats.gid };
  } catch {
    // the input fails by itself, with what is wrong
    return null;
  }
}
