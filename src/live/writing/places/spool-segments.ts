/**
 * A spool for those who want no log: a folder that only its owner can enter, with segments of the log in it. The contract with
 * who counts them:
 *
 * - A segment is named by the time of its first line, the process and a random number: `20260414T082231.123Z-4711-1a2b3c4d`. Sorted
 *   by name they are in the order in which they were begun; those of one process are one log, cut between lines.
 * - `.open` behind it: its writer appends to it, and has a lock of the kernel on it. It may be read, as a log that grows; it must not
 *   be deleted, renamed or written.
 * - `.log` behind it: it is finished and never changes again. It is the same file (inode) as before. Who has counted all of it, and
 *   committed that, deletes it; nobody else does.
 * - A segment whose writer died loses its lock. The next writer finishes it: if it ends within a line, it ends the line first.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { tryLock } from 'fs-native-extensions';
import { findErrorCode, InputError, toMessage } from '../../../errors.js';
import { makeFolders } from '../../../make-folders.js';
import { findForeignFolder, followTrustedLinks, isTrustedOwner } from '../../../trusted-path.js';
import { AppendedFile, isLeftWithinLine } from './appended-file.js';
import type { Deliveries } from './deliveries.js';
import type { LogPlace } from './log-place.js';

export interface SpoolOptions {
  readonly spool: string;
  /** Bytes of all segments together, those of other processes and those that are finished as well. */
  readonly limitBytes: number;
}

export const OPEN_SEGMENT = '.open';
export const FINISHED_SEGMENT = '.log';

/** A segment takes the room of the limit until all of it is counted, so it has an eighth of that at most. */
const MAX_SEGMENT_BYTES = 16_777_216;
const SEGMENTS_IN_LIMIT = 8;

/** Milliseconds after which a segment is finished, though it is small: what it says of people does not stay. */
const MAX_SEGMENT_MS = 600_000;

/** Milliseconds after which a full spool is measured again. */
const MEASURE_MS = 200;

/** Milliseconds after which it is looked again whether somebody has deleted the segment. */
const CHECK_MS = 1000;

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const OTHERS = 0o077;
const FLAGS = constants.O_RDWR | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0);

/** @throws InputError if others can enter the folder; errors of the system as they are */
export function createSpoolSegments({ spool, limitBytes }: SpoolOptions, deliveries: Deliveries): LogPlace {
  const folder = prepareFolder(spool);
  const segmentBytes = Math.min(MAX_SEGMENT_BYTES, Math.floor(limitBytes / SEGMENTS_IN_LIMIT));
  const id = `${process.pid}-${randomBytes(4).toString('hex')}`;
  const full = new InputError(`the spool '${spool}' has reached its limit of ${limitBytes} bytes`);
  let segment: { readonly file: AppendedFile; readonly name: string; readonly since: number } | null = null;
  let files = 0;
  /** Bytes that were there at the last look, but for the open segment. */
  let others = 0;
  let measuredAt = 0;
  let checkedAt = 0;
  let lastNamed = 0;

  const measure = (now: number) => {
    others = measureFolder(folder, segment?.name ?? '');
    measuredAt = now;
  };
  const finish = () => {
    if (segment === null) return;
    const { file, name } = segment;
    const isInPlace = file.isInPlace();
    segment = null;
    file.close();
    if (!isInPlace) return;
    others += file.bytes;
    try {
      renameSync(join(folder, name + OPEN_SEGMENT), join(folder, name + FINISHED_SEGMENT));
    } catch (error) {
      // its lines are written; `finishLeft` gives it its name
      if (findErrorCode(error) === undefined) throw error;
    }
  };
  /** Finishes the segments of writers that have died. */
  const finishLeft = () => {
    for (const name of readdirSync(folder)) {
      if (name.endsWith(OPEN_SEGMENT) && name !== `${segment?.name}${OPEN_SEGMENT}`)
        finishOrphan(join(folder, name));
    }
  };
  /** Two segments of a process never have the same time, and a clock that is set back does not change their order. */
  const makeName = (now: number): string => {
    lastNamed = Math.max(now, lastNamed + 1);
    return `${new Date(lastNamed).toISOString().replace(/[-:]/g, '')}-${id}`;
  };
  const open = (now: number): AppendedFile => {
    makeFolders(folder, FOLDER_MODE);
    finishLeft();
    measure(now);
    for (;;) {
      const name = makeName(now);
      const path = join(folder, name + OPEN_SEGMENT);
      const locked = createLocked(path);
      if (locked === null) continue;
      const file = new AppendedFile(path, locked, deliveries);
      segment = { file, name, since: now };
      files += 1;
      return file;
    }
  };
  const hasEnded = (now: number) =>
    segment !== null &&
    (segment.file.bytes >= segmentBytes || now < segment.since || now >= segment.since + MAX_SEGMENT_MS);
  /** Whether the segment is still where readers look for it; looked up once in a while. */
  const isSound = (now: number): boolean => {
    if (segment === null || (now >= checkedAt && now < checkedAt + CHECK_MS)) return true;
    checkedAt = now;
    return segment.file.isInPlace();
  };
  const findRoom = () => limitBytes - others - (segment?.file.bytes ?? 0);
  finishLeft();
  return {
    name: spool,
    get files() {
      return files;
    },
    getFile(bytes) {
      const now = Date.now();
      if (hasEnded(now) || !isSound(now)) finish();
      if (findRoom() < bytes) {
        if (now >= measuredAt && now < measuredAt + MEASURE_MS) throw full;
        // what is finished can be deleted when it is counted
        finish();
        measure(now);
        if (findRoom() < bytes) throw full;
      }
      return segment?.file ?? open(now);
    },
    tick() {
      if (hasEnded(Date.now())) finish();
    },
    reopen: () => undefined,
    close: finish,
  };
}

/** Makes the folder, or checks that it is nobody else's. */
function prepareFolder(spool: string): string {
  try {
    return openFolder(spool);
  } catch (error) {
    if (error instanceof InputError || findErrorCode(error) === undefined) throw error;
    throw new InputError(`the spool '${spool}' cannot be used: ${toMessage(error)}`, { cause: error });
  }
}

function openFolder(spool: string): string {
  const folder = followTrustedLinks(spool);
  makeFolders(folder, FOLDER_MODE);
  const stats = statSync(folder);
  const foreign = findForeignFolder(folder);
  if (!stats.isDirectory() || !isTrustedOwner(stats) || (stats.mode & OTHERS) !== 0 || foreign !== null) {
    throw new InputError(`'${spool}' is no spool: others than its owner can enter it or replace it`, {
      hint: `lines of a log tell about people: chmod 700 '${spool}', in a folder of your own`,
    });
  }
  return folder;
}

function measureFolder(folder: string, ownName: string): number {
  return readdirSync(folder)
    .filter((name) => name !== ownName + OPEN_SEGMENT)
    .reduce((sum, name) => sum + (lstatSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** @returns null if another writer took the new file for one that was left over: it removes it */
function createLocked(path: string): number | null {
  const file = openSync(path, FLAGS | constants.O_CREAT | constants.O_EXCL, FILE_MODE);
  if (tryLock(file) && lstatSync(path, { throwIfNoEntry: false }) !== undefined) return file;
  closeSync(file);
  return null;
}

/** Finishes a segment if its writer has died. One that cannot be finished now is met again. */
function finishOrphan(path: string): void {
  const file = openOrphan(path);
  if (file === null) return;
  try {
    // whoever else finishes it does so under the lock
    if (!tryLock(file) || lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
    if (fstatSync(file).size === 0) rmSync(path);
    else {
      if (isLeftWithinLine(file)) writeSync(file, '\n');
      renameSync(path, path.slice(0, -OPEN_SEGMENT.length) + FINISHED_SEGMENT);
    }
  } catch (error) {
    // such as a full disk; anything but the system's refusal is a bug
    if (findErrorCode(error) === undefined) throw error;
  } finally {
    closeSync(file);
  }
}

/** @returns null if it has gone, or cannot be opened now */
function openOrphan(path: string): number | null {
  try {
    return openSync(path, FLAGS);
  } catch (error) {
    if (findErrorCode(error) === undefined) throw error;
    return null;
  }
}
