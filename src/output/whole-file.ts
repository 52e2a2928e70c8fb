/** Writes a file that others read meanwhile: they see the old one or the new one, and never a part. */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findErrorCode, InputError, toMessage } from '../errors.js';

/**
 * Writes a temporary file in the same folder, which takes the target's place when it is on the disk. A link stays, and what
 * it points to is replaced.
 *
 * @throws InputError where it cannot be written; then the old file stays, and the temporary one is removed
 */
export async function writeWholeFile(path: string, text: string): Promise<void> {
  try {
    await replaceFile(await followLink(path), text);
  } catch (error) {
    if (error instanceof InputError || findErrorCode(error) === undefined) throw error;
    throw new InputError(`cannot write '${path}': ${toMessage(error)}`, {
      hint: HINT_OF_CODE[findErrorCode(error) ?? ''] ?? null,
      cause: error,
    });
  }
}

const HINT_OF_CODE: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder does not exist',
  EACCES: 'a new file is made beside it: the folder must be writable',
  ENOSPC: 'the disk is full',
};

/** @throws InputError where there is something that is no file: a device would be replaced by one */
async function followLink(path: string): Promise<string> {
  try {
    if ((await stat(path)).isFile()) return await realpath(path);
  } catch (error) {
    if (findErrorCode(error) === 'ENOENT') return path;
    throw error;
  }
  throw new InputError(`cannot write '${path}': it is a folder or a device`, {
    hint: 'name a file, or - for standard output',
  });
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.logtally-${randomBytes(6).toString('hex')}`);
  const file = await open(temporary, 'wx');
  try {
    await writeAndClose(file, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

async function writeAndClose(file: FileHandle, text: string): Promise<void> {
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
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
