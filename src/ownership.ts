/**
 * Who could have put something where the program is about to read or write. The program has the rights of its user, often
 * root: whoever may choose what it reads and writes would have them too.
 */
import type { Stats } from 'node:fs';

/** What group and others may not have on a file that decides what the program does. */
const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

type Ownership = Pick<Stats, 'uid' | 'mode'>;

/** Whether it belongs to the user or to root; always where the system has no such owners. */
export function isTrustedOwner({ uid }: Pick<Stats, 'uid'>): boolean {
  const user = process.geteuid?.();
  return user === undefined || uid === user || uid === 0;
}

/** Whether anybody but the user and root may write a file. */
export function mayOthersWrite(stats: Ownership): boolean {
  return !isTrustedOwner(stats) || (stats.mode & WRITABLE_BY_OTHERS) !== 0;
}

/** Whether anybody but the user and root may put something in the place of the user's files in a folder. */
export function mayOthersReplace(folder: Ownership): boolean {
  return !isTrustedOwner(folder) || (mayOthersWrite(folder) && (folder.mode & STICKY) === 0);
}
