/** The symlink that leads to the file of the time. */
import { lstatSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../../../errors.js';
import { followTrustedLinks } from '../../../trusted-path.js';

/**
 * Lets a link lead to a file, if it does not yet. It is made under another name and takes the place of the old one, so that there
 * is always one. Its target is the whole path.
 *
 * @throws InputError if there is something that is no link, or another user may lead the link's folder elsewhere; errors of the system
 * as they are
 */
export function pointLink(path: string, target: string): void {
  const place = join(followTrustedLinks(dirname(path)), basename(path));
  const found = lstatSync(place, { throwIfNoEntry: false });
  if (found !== undefined) {
    if (!found.isSymbolicLink()) {
      throw new InputError(`'${path}' is no link: it is left as it is`, {
        hint: 'remove it, or name another --symlink',
      });
    }
    if (readlinkSync(place) === target) return;
  }
  const made = join(dirname(place), `.${basename(place)}.${process.pid}`);
  // what a process of the same number has left
  rmSync(made, { force: true });
  symlinkSync(target, made);
  try {
    renameSync(made, place);
  } catch (error) {
    rmSync(made, { force: true });
    throw error;
  }
}
