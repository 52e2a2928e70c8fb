/** The platform's folders for the files of a program, if the user has a home. */
import { homedir } from 'node:os';

/**
 * @param kind `data` for what the program stores, `config` for what a person writes
 * @returns null if there is no home folder: HOME is empty, or a bare user id has no entry in the system's list of users
 */
export async function findUserFolder(kind: 'data' | 'config'): Promise<string | null> {
  if (!hasHome()) return null;
  // asks for the home folder as soon as it is loaded
  const { default: envPaths } = await import('env-paths');
  return envPaths('logtally', { suffix: '' })[kind];
}

function hasHome(): boolean {
  try {
    return homedir() !== '';
  } catch {
    return false;
  }
}
