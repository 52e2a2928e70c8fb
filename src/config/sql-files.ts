/** Reads the SQL files of a folder that the config file names. Whoever may write them decides which statements the program runs. */

import { readFileSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { findErrorCode, toMessage, UsageError } from '../errors.js';
import { isTrustedOwner, mayOthersReplace, mayOthersWrite } from '../trusted-path.js';
import { withRegularFile } from './open-file.js';

/** A file and what it holds. */
export interface SqlFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Reads the files of a folder that end in `.sql`, in the order of their names.
 *
 * @throws UsageError if the folder or a file cannot be read, or if another user may write it
 */
export async function readSqlFiles(folder: string): Promise<readonly SqlFile[]> {
  try {
    await refuseSharedFolders(folder);
    const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted();
    return await Promise.all(names.map((name) => readSqlFile(join(folder, name))));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const reason = findErrorCode(error) === 'ENOENT' ? 'there is no such folder' : toMessage(error);
    throw new UsageError(`the folder '${folder}' of [summaries] cannot be read: ${reason}`, { cause: error });
  }
}

/** @throws UsageError if others may put another file into a folder, into one above it, or into those of what links lead to */
async function refuseSharedFolders(folder: string): Promise<void> {
  for (const place of new Set([resolve(folder), await realpath(folder)])) {
    for (let at = place; ; at = dirname(at)) {
      if (mayOthersReplace(await stat(at))) throw createTrustError(at);
      if (at === dirname(at)) break;
    }
  }
}

async function readSqlFile(path: string): Promise<SqlFile> {
  await refuseSharedFolders(dirname(await realpath(path)));
  const bytes = await withRegularFile(path, ({ file, stats }) => {
    if (!isTrustedOwner(stats) || mayOthersWrite(stats)) throw createTrustError(path);
    return readFileSync(file);
  });
  return { path, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
}

function createTrustError(path: string): UsageError {
  return new UsageError(`'${path}' is not read: other users may write it`, {
    hint: 'its SQL would run with the rights of this user: take the right to write from others (chmod go-w)',
  });
}
