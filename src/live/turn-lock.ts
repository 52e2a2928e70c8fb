/** Which of several processes that write the same logs counts them: whoever has the kernel's lock on a file, which ends with its process. */
import { closeSync, constants, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { tryLock } from 'fs-native-extensions';
import { makeFolders } from '../make-folders.js';

const FLAGS = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);

/** As the writer of the logs makes it. */
const FOLDER_MODE = 0o750;

/**
 * Makes the question whether it is this process.
 *
 * @param path of the file, which is made if it is missing
 * @param onFailure is told once why there can be no lock; then each of the processes counts, which costs time, and nothing else
 */
export function createTurnLock(path: string, onFailure: (error: unknown) => void): () => boolean {
  let isOurs = false;
  return () => {
    if (isOurs) return true;
    try {
      makeFolders(dirname(path), FOLDER_MODE);
      const file = openSync(path, FLAGS, 0o600);
      isOurs = tryLock(file);
      if (!isOurs) closeSync(file);
    } catch (error) {
      onFailure(error);
      isOurs = true;
    }
    return isOurs;
  };
}
