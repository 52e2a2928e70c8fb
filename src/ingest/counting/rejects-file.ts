/**
 * Keeps rejected lines byte for byte, so that they can be ingested after a fix. The lines of an input wait in a file
 * of their own until the input is committed: what is rolled back leaves no line, so none is ever there twice.
 */
import {
  appendFileSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { findErrorCode, InputError, toMessage } from '../../errors.js';
import { openUnnamedFile, STANDARD_INPUT } from '../../source/source.js';
import { followTrustedLinks, isOpenFile, refuseForeignFile } from '../../trusted-path.js';

const COPY_BYTES = 1_048_576;

const LATE_HINT =
  'logtally ingest --recount --rejects <file> with the same log and settings counts it again, and keeps them';

/** The file that rejected lines are appended to. */
export interface RejectsFile {
  /**
   * Keeps one line.
   *
   * @param line latin1, as it was read, without its LF
   * @param bytes the line's real length; if it is more than the length of `line`, the rest was given to `spill` before
   */
  add(line: string, bytes: number): void;
  /** Takes what is beyond the beginning of a line that is too long. */
  spill(bytes: Buffer): void;
  /** Bytes of the lines that wait for the commit. */
  readonly waitingBytes: number;
  /** Appends the lines that wait to the file. */
  commit(): void;
  /** Forgets the lines that wait, but for those in the first `kept` bytes. */
  discard(kept?: number): void;
  close(): void;
}

/**
 * Opens the file for appending.
 *
 * @param logs the paths of the logs whose lines it takes: a new file can be read by nobody who cannot read each of them
 * @throws InputError if it cannot be written or its disk is full; the functions of the file throw it as well
 */
export function openRejectsFile(path: string, logs: readonly string[]): RejectsFile {
  const orFail = <Result>(message: string, work: () => Result, hint: string | null = null): Result => {
    try {
      return work();
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError(`${message}: ${toMessage(error)}`, { hint, cause: error });
    }
  };
  const refused = `the rejects file '${path}' cannot be written`;
  const late = `the lines are counted, but the rejected ones cannot be kept in '${path}'`;
  const { file, waiting, spilled } = orFail(refused, () => openFiles(path, logs));
  let spilledAt = 0;
  const discard = (kept = 0) => {
    ftruncateSync(waiting, kept);
    ftruncateSync(spilled, 0);
    spilledAt = 0;
  };
  const keep = (line: string, bytes: number) => {
    appendFileSync(waiting, Buffer.from(line, 'latin1'));
    if (bytes > line.length) {
      copy(spilled, waiting, { from: spilledAt, bytes: bytes - line.length });
      spilledAt += bytes - line.length;
    }
    appendFileSync(waiting, '\n');
  };
  const commit = () => {
    const { size } = fstatSync(file);
    try {
      copy(waiting, file, { from: 0, bytes: Number.POSITIVE_INFINITY });
    } catch (error) {
      // they may come again, whole: what a full disk has taken of them must not stand before them
      if (endsLikeBeginning(file, waiting, size)) ftruncateSync(file, size);
      throw error;
    }
    discard();
  };
  return {
    add: (line, bytes) => orFail(refused, () => keep(line, bytes)),
    spill: (bytes) => orFail(refused, () => appendFileSync(spilled, bytes)),
    commit: () => orFail(late, commit, LATE_HINT),
    get waitingBytes() {
      return fstatSync(waiting).size;
    },
    discard: (kept) => orFail(refused, () => discard(kept)),
    close: () => [file, waiting, spilled].forEach(closeSync),
  };
}

/** Opens the file, one for the lines that wait for the commit, and one for what is cut off a line before the line is given. */
function openFiles(path: string, logs: readonly string[]) {
  const { file, place } = openForAppending(path, logs);
  // on the same disk as the file, unless that is a device or a pipe
  const folder = fstatSync(file).isFile() ? dirname(place) : tmpdir();
  return { file, waiting: openUnnamedFile(folder), spilled: openUnnamedFile(folder) };
}

/** Appends some bytes of one file, up to its end at most, to another. */
function copy(
  source: number,
  target: number,
  slice: { readonly from: number; readonly bytes: number },
): void {
  const buffer = Buffer.alloc(COPY_BYTES);
  let left = slice.bytes;
  for (let at = slice.from; left > 0; ) {
    const bytes = readSync(source, buffer, 0, Math.min(buffer.length, left), at);
    if (bytes === 0) return;
    appendFileSync(target, buffer.subarray(0, bytes));
    at += bytes;
    left -= bytes;
  }
}

/** Whether the bytes of a file from a position on are the first ones of another: nobody else has written there. */
function endsLikeBeginning(file: number, other: number, from: number): boolean {
  const stats = fstatSync(file);
  if (!stats.isFile()) return false;
  const [own, others] = [Buffer.alloc(COPY_BYTES), Buffer.alloc(COPY_BYTES)];
  for (let at = from; at < stats.size; ) {
    const bytes = readSync(file, own, 0, Math.min(own.length, stats.size - at), at);
    readSync(other, others, 0, bytes, at - from);
    if (bytes === 0 || !own.subarray(0, bytes).equals(others.subarray(0, bytes))) return false;
    at += bytes;
  }
  return true;
}

const OWNER = 0o600;
const GROUP_READS = 0o040;
const OTHERS_READ = 0o004;

/** Like the mode `a+` of fopen. */
const APPEND = constants.O_RDWR | constants.O_APPEND;

/**
 * @param logs the paths of the logs
 * @returns the descriptor, and where the links of the path lead
 * @throws InputError if another user may have put a link or a file there; errors of the system as they are
 */
function openForAppending(
  path: string,
  logs: readonly string[],
): { readonly file: number; readonly place: string } {
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
  refuseForeignFile(path, place, fstatSync(file));
  return { file, place };
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

/** @returns a pipe as a file that only its owner can read; null if there is nothing */
function findStats(log: string): Pick<Stats, 'mode' | 'gid'> | null {
  try {
    const stats = log === STANDARD_INPUT ? fstatSync(0) : statSync(log);
    return stats.isFile() ? stats : { mode: OWNER, gid: stats.gid };
  } catch {
    // opening the input fails as well, and tells what is wrong
    return null;
  }
}
