/** Replaces a file that others may be reading: they see the old one or the new one, never a half-written one. */
import { randomBytes } from 'node:crypto';
import { lstatSync, type Stats } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findErrorCode, InputError, toMessage } from '../errors.js';
import { followTrustedLinks, refuseForeignFile } from '../trusted-path.js';

/**
 * Writes a temporary file in the same folder, which takes the target's place when it is on the disk, and has its owner and
 * mode. A link stays, and what it points to is replaced; other names of the old file (hard links) keep the old file.
 *
 * @param newMode the mode of a file that replaces none, whatever the umask; null for 0666 and the umask
 * @throws InputError if it cannot be written, or another user made the link or the file; then the old file stays, and the temporary
 * one is removed
 */
export async function writeWholeFile(
  path: string,
  text: string,
  newMode: number | null = null,
): Promise<void> {
  try {
    const place = followTrustedLinks(path);
    await replaceFile(place, { replaced: findReplaced(path, place), newMode }, text);
  } catch (error) {
    if (error instanceof InputError || findErrorCode(error) === undefined) throw error;
    throw new InputError(`cannot write '${path}': ${toMessage(error)}`, {
      hint: WRITE_HINTS[findErrorCode(error) ?? ''] ?? null,
      cause: error,
    });
  }
}

const WRITE_HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder does not exist',
  EACCES: 'a new file is made beside it: the folder must be writable',
  ENOSPC: 'the disk is full',
};

/**
 * @returns the file that is replaced; null if there is none
 * @throws InputError if another user may have put it there, or there is something that is no file: a device would be replaced by one
 */
function findReplaced(path: string, place: string): Stats | null {
  const stats = lstatSync(place, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (!stats.isFile()) {
    throw new InputError(`cannot write '${path}': it is a folder or a device`, {
      hint: 'name a file, or - for standard output',
    });
  }
  refuseForeignFile(path, place, stats);
  return stats;
}

/** What a file takes its owner and mode from. */
interface Model {
  readonly replaced: Stats | null;
  readonly newMode: number | null;
}

async function replaceFile(path: string, model: Model, text: string): Promise<void> {
  const temporary = join(dirname(path), `.logtally-${randomBytes(6).toString('hex')}`);
  const file = await open(temporary, 'wx', model.replaced === null ? 0o666 : 0o600);
  try {
    await writeAndClose(file, model, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

async function writeAndClose(file: FileHandle, { replaced, newMode }: Model, text: string): Promise<void> {
  try {
    await file.writeFile(text);
    if (replaced !== null) await takeOver(file, replaced);
    else if (newMode !== null) await file.chmod(newMode);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Gives a file the owner, group and mode of another, as far as the user may. If the user may not set the group, the group may do
 * no more than all others.
 */
async function takeOver(file: FileHandle, { uid, gid, mode }: Stats): Promise<void> {
  const own = await file.stat();
  if (own.uid !== uid || own.gid !== gid) {
    const isRefused = (error: unknown) => {
      if (findErrorCode(error) !== 'EPERM') throw error;
    };
    await file.chown(uid, gid).catch(isRefused);
    if ((await file.stat()).gid !== gid) await file.chown(own.uid, gid).catch(isRefused);
  }
  const hasGroup = (await file.stat()).gid === gid;
  const permissions = mode & 0o777;
  await file.chmod(
    hasGroup ? permissions : (permissions & 0o707) | (((permissions & 0o007) << 3) & permissions),
  );
}

/** The new name is on the disk too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
