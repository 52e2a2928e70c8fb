/**
 * What a person names to be followed: a log, all logs that a glob finds, or those whose path has the date in it; each with its
 * rotated and compressed parts. Further ones may come at any time.
 */
import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import picomatch from 'picomatch';
import { glob, isDynamicPattern } from 'tinyglobby';
import { findErrorCode, InputError, UsageError } from '../../errors.js';
import { toInputError } from '../../source/source.js';
import { type DatePattern, parseDatePattern } from '../date-pattern.js';
import { createRotatedTest, stripTurn } from './rotated.js';

/** What is there of a path now. */
export interface FoundFiles {
  /** Absolute paths. A link to a file is found as the file that it leads to. */
  readonly files: readonly string[];
  /** Why nothing can be found; null if something is, or may come. */
  readonly problem: InputError | null;
}

export interface FollowedPath {
  find(): Promise<FoundFiles>;
  /** Lists the folders in which the next file may appear; some may not be there yet. */
  listFolders(now: Date): readonly string[];
}

/** @throws UsageError if the path is a folder, or has a part of the date that no path can have */
export async function createFollowedPath(text: string): Promise<FollowedPath> {
  const path = resolve(text);
  const stats = await lstat(path).catch(() => null);
  if (stats?.isDirectory())
    throw new UsageError(`'${text}' is a folder`, { hint: `name the logs in it: '${join(text, '*.log')}'` });
  if (stats !== null) return createLog(path);
  const pattern = parseDatePattern(path);
  if (pattern.hasDirectives) return createDatedLogs(pattern);
  return isDynamicPattern(path) ? createLogsOfGlob(path) : createLog(path);
}

/** One log by its name; it need not be there yet. */
function createLog(path: string): FollowedPath {
  const folder = dirname(path);
  const isRotated = createRotatedTest(basename(path));
  let target = path;
  return {
    async find() {
      target = await followLink(path);
      const beside = await findFiles(`${escapeGlob(join(folder, '/'))}*`);
      const files = [...beside.filter((file) => isRotated(basename(file))), target];
      // whoever reads it says why it cannot be read
      return { files, problem: null };
    },
    // a folder that is missing will appear in the one above
    listFolders: () => [...listFoldersAbove(folder), dirname(target)],
  };
}

/** @returns where the path leads, or the path itself if it leads nowhere yet */
async function followLink(path: string): Promise<string> {
  return realpath(path).catch((error: unknown) => {
    if (findErrorCode(error) === undefined) throw error;
    return path;
  });
}

function createLogsOfGlob(pattern: string): FollowedPath {
  const isLog = picomatch(pattern, { dot: true });
  const { base } = picomatch.scan(pattern);
  let folders: readonly string[] = [base];
  return {
    async find() {
      const files = await findFiles(`${pattern}*`);
      const found = files.filter((file) => isLog(file) || stripTurn(file).some((name) => isLog(name)));
      folders = [base, ...new Set(found.map((file) => dirname(file)))];
      return toFound(await Promise.all(found.map(followLink)), base);
    },
    listFolders: () => folders,
  };
}

function createDatedLogs(pattern: DatePattern): FollowedPath {
  return {
    async find() {
      const files = await findFiles(`${pattern.toGlob()}*`);
      const found = files.filter(
        (file) => pattern.matches(file) || stripTurn(file).some((name) => pattern.matches(name)),
      );
      return toFound(found, pattern.folder);
    },
    listFolders(now) {
      const next = pattern.nextChange(now);
      return [now, ...(next === null ? [] : [next])].flatMap((time) =>
        listFoldersAbove(dirname(pattern.format(time))),
      );
    },
  };
}

/** Says why nothing is found if the folder in which all of it would be cannot be read. */
async function toFound(files: readonly string[], folder: string): Promise<FoundFiles> {
  if (files.length > 0) return { files, problem: null };
  const error: unknown = await readdir(folder).then(
    () => null,
    (reason: unknown) => toInputError(folder, reason),
  );
  return { files, problem: error instanceof InputError ? error : null };
}

/** Lists a folder and those that it lies in. */
function listFoldersAbove(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [] : [folder, ...listFoldersAbove(above)];
}

function findFiles(pattern: string): Promise<readonly string[]> {
  return glob(pattern, { absolute: true, dot: true, expandDirectories: false, cwd: '/' }).catch(
    (error: unknown) => {
      // a folder that goes while it is read
      if (findErrorCode(error) === undefined) throw error;
      return [];
    },
  );
}

function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]{}()!|]/g, String.raw`\$&`);
}
