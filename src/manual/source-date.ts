/** The time of the source: what is built twice from one commit has the same bytes. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Finds the time of the source, in seconds since 1970: SOURCE_DATE_EPOCH (reproducible-builds.org), else that of the commit, else
 * that of package.json if the folder is no checkout.
 *
 * @throws Error if SOURCE_DATE_EPOCH is no number
 */
export function findSourceDate(folder: string, environment: NodeJS.ProcessEnv): number {
  const given = environment['SOURCE_DATE_EPOCH'];
  if (given !== undefined) {
    if (/^\d+$/.test(given)) return Number(given);
    throw new Error(`SOURCE_DATE_EPOCH: '${given}' is not a number of seconds`);
  }
  const commit = readCommitDate(folder);
  return commit ?? Math.floor(statSync(join(folder, 'package.json')).mtimeMs / 1000);
}

/** @returns null if the folder is no checkout, or there is no git */
function readCommitDate(folder: string): number | null {
  try {
    const time = execFileSync('git', ['log', '-1', '--format=%ct'], {
      ...{ cwd: folder, encoding: 'utf8' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number(time.trim());
  } catch {
    return null;
  }
}
