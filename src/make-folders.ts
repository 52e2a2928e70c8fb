import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { findErrorCode } from './errors.js';

/**
 * Makes a folder and those above it that are missing. Node.js's own way tries for ever where the system says that a folder which
 * is there is missing, as it does under /proc: neither a signal nor a timer ends that.
 *
 * @param mode of each folder that is made; the umask takes from it
 * @throws errors of the system as they are; EEXIST if there is something else
 */
export function makeFolders(path: string, mode: number): void {
  if (tryMake(path, mode)) return;
  makeFolders(dirname(path), mode);
  mkdirOrExists(path, mode);
}

/** @returns whether it is there now; false if the folder above it is missing */
function tryMake(path: string, mode: number): boolean {
  try {
    mkdirOrExists(path, mode);
    return true;
  } catch (error) {
    if (findErrorCode(error) === 'ENOENT' && dirname(path) !== path) return false;
    throw error;
  }
}

/** Makes one folder, unless another process has made it before. */
function mkdirOrExists(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // a file system that is only read says so of folders that are there, too
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
