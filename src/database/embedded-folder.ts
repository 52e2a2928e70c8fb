/** The place of the embedded database in its data folder, and who may read and write there. */
import { chmod, lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DatabaseError, findErrorCode, InputError } from '../errors.js';
import { makeFolders } from '../make-folders.js';
import { findForeignFolder, followTrustedLinks } from '../trusted-path.js';

/** The mode of each file of the database: only its owner reads or writes it, whatever the umask. */
export const FILE_MODE = 0o600;
export const FOLDER_MODE = 0o700;

const OTHERS = 0o077;
const OTHERS_WRITE = 0o002;
const STICKY = 0o1000;

/** Makes the data folder if it is missing. */
export function makeFolder(folder: string): void {
  makeFolders(folder, FOLDER_MODE);
}

export function toFilesFolder(folder: string): string {
  return join(folder, 'postgres');
}

/**
 * Whether a database has been created in the folder.
 *
 * @param namedBy the option or variable that names the folder: it must exist then; null for the platform's folder
 * @throws DatabaseError if the folder is missing though it was named, cannot be read, or is another user's
 */
export async function hasEmbeddedDatabase(folder: string, namedBy: string | null): Promise<boolean> {
  try {
    checkWay(folder);
    await checkFolder(folder);
  } catch (error) {
    if (findErrorCode(error) !== 'ENOENT') throw toFolderError(folder, error);
    if (namedBy === null) return false;
    throw new DatabaseError(`the data folder '${folder}' does not exist`, {
      hint: `${namedBy} names it; logtally ingest creates it`,
      cause: error,
    });
  }
  return hasFiles(folder);
}

/** Whether the database's files are there; the folder itself may be missing. */
export async function hasFiles(folder: string): Promise<boolean> {
  try {
    await stat(toFilesFolder(folder));
    return true;
  } catch (error) {
    if (findErrorCode(error) !== 'ENOENT') throw toFolderError(folder, error);
    return false;
  }
}

/** Makes a DatabaseError of an error of the system that concerns a data folder; other errors are returned as they are. */
export function toFolderError(folder: string, error: unknown): unknown {
  const code = findErrorCode(error);
  if (code === undefined || error instanceof DatabaseError) return error;
  const reason = REASON_OF_CODE[code] ?? (error instanceof Error ? error.message : code);
  return new DatabaseError(`the data folder '${folder}' cannot be used: ${reason}`, {
    hint: ['ENOSPC', 'EDQUOT'].includes(code)
      ? 'make room and run the command again, or name another folder with --data-dir'
      : 'name another one with --data-dir, or a server with --database-url',
    code,
    cause: error,
  });
}

const REASON_OF_CODE: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EROFS: 'the disk can only be read',
  ENOSPC: 'no space is left on its disk',
  EDQUOT: 'the disk quota is exceeded',
  ENOTDIR: 'it is not a folder',
  EEXIST: 'it is not a folder',
};

/**
 * Refuses a folder whose path another user may redirect: it lies below a folder or behind a symlink of theirs. Call it before
 * anything is created. `checkFolder` checks the folder itself.
 *
 * @throws DatabaseError
 */
export function checkWay(folder: string): void {
  const above = dirname(resolve(folder));
  try {
    const place = followTrustedLinks(above, 'used');
    const foreign = findForeignFolder(join(place, basename(folder)));
    if (foreign !== null) throw new InputError(`'${foreign}' belongs to another user`);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new DatabaseError(`the data folder '${folder}' cannot be used: ${error.message}`, {
      hint: 'whoever owns what leads to it decides what is read and written: name another one with --data-dir',
      cause: error,
    });
  }
}

/**
 * Refuses a folder in which another user decides what is read and written. If the user or root made a symlink, the folder that
 * it leads to is checked.
 *
 * @throws DatabaseError if it is another user's, or everybody may replace what lies in it
 */
export async function checkFolder(folder: string): Promise<void> {
  // systems without user ids have no owners to compare
  const user = process.geteuid?.();
  const link = await lstat(folder);
  const target = await stat(folder);
  if (!target.isDirectory()) throw toFolderError(folder, Object.assign(new Error(), { code: 'ENOTDIR' }));
  if (user === undefined) return;
  if (link.isSymbolicLink() && link.uid !== 0) refuseOwner(`the symlink '${folder}'`, link.uid, user);
  if (link.isSymbolicLink()) checkWay(await realpath(folder));
  refuseOwner(`the data folder '${folder}'`, target.uid, user);
  if ((target.mode & OTHERS_WRITE) !== 0 && (target.mode & STICKY) === 0) {
    throw new DatabaseError(`the data folder '${folder}' can be written by every user of this machine`, {
      hint: `chmod go-w '${folder}', or name another one with --data-dir`,
    });
  }
}

function refuseOwner(what: string, owner: number, user: number): void {
  if (owner === user) return;
  throw new DatabaseError(`${what} belongs to user ${owner}, and this is user ${user}`, {
    hint: `run the command as its owner (sudo -u '#${owner}' logtally ...), or name another folder with --data-dir`,
  });
}

/**
 * Removes the rights of other users to the database's files, which an earlier version or a copy may have left.
 *
 * @throws DatabaseError if the files are another user's
 */
export async function makePrivate(filesFolder: string): Promise<void> {
  const { mode, uid } = await stat(filesFolder);
  const user = process.geteuid?.();
  if (user === undefined) return;
  refuseOwner(`the database in '${filesFolder}'`, uid, user);
  if ((mode & OTHERS) === 0) return;
  const entries = await readdir(filesFolder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (entry.isSymbolicLink()) continue;
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? FOLDER_MODE : FILE_MODE);
  }
  // the folder comes last: as long as others may enter it, the next command does all files again
  await chmod(filesFolder, FOLDER_MODE);
}
