/** A config file that nobody named: who may write it decides what the program counts, and which queries it runs. */
import { readFileSync, type Stats } from 'node:fs';
import { lstat, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../errors.js';
import { isTrustedOwner, mayOthersReplace, mayOthersWrite } from '../trusted-path.js';
import { withRegularFile } from './open-file.js';

/**
 * Reads a file of the current folder, as far as nobody but the user and root can have written it.
 *
 * It is refused rather than passed over: without its rules a log would be counted otherwise, and be known then.
 *
 * @throws UsageError where somebody else may write it, or it is no regular file; errors of the system as they are
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
