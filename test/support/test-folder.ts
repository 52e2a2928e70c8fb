// Where the tests write: in memory if there is room, since making an empty database writes some hundred files.

import { accessSync, constants, readFileSync, statfsSync } from 'node:fs';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY_FOLDER = '/dev/shm';
const BYTES_NEEDED = 4 * 1024 ** 3;

/**
 * Creates a folder for everything that one run of the tests writes: in memory where that can be, else in the system's folder
 * for temporary files, or in the one that TMPDIR names. Another user, who runs the server, may enter it.
 */
export async function createTestFolder(): Promise<string> {
  const parent = process.env['TMPDIR'] === undefined && hasMemoryFolder() ? MEMORY_FOLDER : tmpdir();
  const folder = await mkdtemp(join(parent, 'logtally-tests-'));
  await chmod(folder, 0o711);
  return folder;
}

/** Whether a folder in memory has room, and lets programs run in it. */
function hasMemoryFolder(): boolean {
  try {
    accessSync(MEMORY_FOLDER, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
    const mount = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .find((line) => line.split(' ')[1] === MEMORY_FOLDER);
    const options = mount?.split(' ')[3]?.split(',') ?? ['noexec'];
    return bavail * bsize >= BYTES_NEEDED && !options.includes('noexec');
  } catch {
    return false; // a system that has no such folder
  }
}
