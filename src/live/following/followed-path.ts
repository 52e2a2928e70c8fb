/**
 * What a person names to be followed: a log, all logs that a glob finds, or those whose path has the date in it; each with its
 * rotated and compressed parts. Further ones may come at any time.
 */
import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import picomatch from 'picomatch';
import { glob, isDynamicPattern } from 'tinyglobby';
import { findErrorCode, UsageError } from '../../errors.js';
import { type DatePattern, parseDatePattern } from '../date-pattern.js';
import { createRotatedTest, stripTurn } from './rotated.js';

export interface FollowedPath {
  /** Finds the files that are there now, as absolute paths. A link to a file is found as the file that it leads to. */
  find(): Promise<readonly string[]>;
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
      return [...beside.filter((file) => isRotated(basename(file))), target];
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
      return Promise.all(found.map(followLink));
    },
    listFolders: () => folders,
  };
}

function createDatedLogs(pattern: DatePattern): FollowedPath {
  return {
    async find() {
      const files = await findFiles(`${pattern.toGlob()}*`);
      return files.filter(
        (file) => pattern.matches(file) || stripTurn(file).some((name) => pattern.matches(name)),
      );
    },
    listFolders(now) {
      const next = pattern.nextChange(now);
      return [now, ...(next === null ? [] : [next])].flatMap((time) =>
        listFoldersAbove(dirname(pattern.format(time))),
      );
    },
  };
}

/** Lists a folder and those that it lies in. */
function listFoldersAbove(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [] : [folder, ...listFoldersAbove(above)];
}

function findFiles(pattern: string): Promise<readonly string[]> {
  return glob(pattern, { absolute: true, dot: true, expandDirectories: false, cwd: '/' });
}

function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]{}()!|]/g, String.raw`\$&`);
}
