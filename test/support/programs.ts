// Programs of Debian that tests run. Where one is missing an ordinary user is told what is not tested; in CI that is a failure.

import { delimiter, join } from 'node:path';
import { isExecutable } from './executable.js';

/** @returns the path of a program; null if there is none */
export function findProgram(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean), '/usr/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

/**
 * Whether there is a program; says loudly if there is none.
 *
 * @param debian the package that has it
 * @throws Error in CI if there is none
 */
export function hasProgram(name: string, debian: string): boolean {
  if (findProgram(name) !== null) return true;
  const what = `${name} is missing: apt-get install ${debian}`;
  if (process.env['CI'] !== undefined) throw new Error(what);
  console.warn(`\n*** NOT TESTED: ${what} ***\n`);
  return false;
}
