/**
 * Where a file that the program writes really is. A link that another user made must not lead it anywhere, as with Linux's
 * protected_symlinks, but in every folder; nor may a file of another user, put into a shared folder before, take what is
 * written.
 */
import { lstatSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { dirname, isAbsolute, join, parse, sep } from 'node:path';
import { InputError } from './errors.js';

/** As many as Linux follows. */
const MAX_LINKS = 40;

/** Folders that every user may write, and those in which users keep their files from each other (sticky). */
const FOR_EVERYBODY = 0o1002;

/** What is not there is undefined, and no error. */
const IF_THERE = { throwIfNoEntry: false } as const;

/** The links in it, such as /proc/self/fd/1, are no paths: they name open files, and belong to the process. */
const OPEN_FILES = /^\/proc\/\d+\/fd\/\d+$/;

/** Whether a place is an open file of a process: there is nothing to be followed or created. */
export function isOpenFile(place: string): boolean {
  return OPEN_FILES.test(place);
}

/**
 * Follows the links of a path, those of its folders too; the end of it need not be there.
 *
 * @param purpose what a message says that is not done
 * @throws InputError if a link on the way belongs neither to the user nor to root, or there are too many
 */
export function followTrustedLinks(path: string, purpose: 'written' | 'used' = 'written'): string {
  let links = 0;
  let place = isAbsolute(path) ? parse(path).root : process.cwd();
  const left = splitPath(path);
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    const next = name === '..' ? dirname(place) : join(place, name);
    const stats = lstatSync(next, IF_THERE);
    if (!stats?.isSymbolicLink() || isOpenFile(next)) {
      place = next;
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) throw new InputError(`'${path}' is not ${purpose}: it has too many links`);
    if (!isTrustedOwner(stats)) throw createLinkError(path, next, purpose);
    const target = readlinkSync(next);
    // between two looks another link may have taken its place
    const again = lstatSync(next, IF_THERE);
    if (again?.ino !== stats.ino || !isTrustedOwner(again)) throw createLinkError(path, next, purpose);
    if (isAbsolute(target)) place = parse(target).root;
    left.unshift(...splitPath(target));
  }
  return place;
}

function splitPath(path: string): string[] {
  return path
    .slice(parse(path).root.length)
    .split(sep)
    .filter((name) => name !== '' && name !== '.');
}

function createLinkError(path: string, link: string, purpose: string): InputError {
  return new InputError(`'${path}' is not ${purpose}: '${link}' is a link that another user made`, {
    hint: 'name the file that it points to, if that is meant',
  });
}

/**
 * Looks for a folder of another user on the way to a place: its owner decides what is found there.
 *
 * @param place as `followTrustedLinks` gives it
 * @returns the folder, or null; those that are not there are nobody's
 */
export function findForeignFolder(place: string): string | null {
  for (let folder = dirname(place); ; folder = dirname(folder)) {
    const stats = lstatSync(folder, IF_THERE);
    if (stats !== undefined && !isTrustedOwner(stats)) return folder;
    if (folder === dirname(folder)) return null;
  }
}

/**
 * Refuses a file that another user may have put there to get what is written: it belongs to somebody else in a folder for
 * everybody, as with Linux's protected_regular; or it has a second name, and somebody else may have made this one.
 *
 * @param path as it was given, for the message
 * @param place as `followTrustedLinks` gives it
 * @throws InputError
 */
export function refuseForeignFile(path: string, place: string, file: Pick<Stats, 'uid' | 'nlink'>): void {
  const folder = statSync(dirname(place));
  if (file.uid === folder.uid || !mayOthersWrite(folder)) return;
  const isForEverybody = (folder.mode & FOR_EVERYBODY) !== 0;
  if (file.nlink === 1 && (!isForEverybody || isTrustedOwner(file))) return;
  throw new InputError(`'${path}' is not written: another user may have put it there`, {
    hint: 'name a file in a folder that only you can write',
  });
}

/** What group and others may not have on a file that decides what the program does. */
const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

type Ownership = Pick<Stats, 'uid' | 'mode'>;

/** Whether it belongs to the user or to root; always if the system has no such owners. */
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
