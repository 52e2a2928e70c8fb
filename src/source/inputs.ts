/** Checks the inputs that a person names, and names them in messages. Nothing is read from them here. */
import { constants, fstatSync } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { findErrorCode, InputError, TOO_MANY_FILES_HINT, toMessage, UsageError } from '../errors.js';
import { toVisibleText } from '../visible-text.js';

/** The path that stands for standard input. */
export const STANDARD_INPUT = '-';

/** Whether nobody can deliver the input a second time: standard input that is no regular file. */
export function deliversOnce(path: string): boolean {
  return path === STANDARD_INPUT && !fstatSync(0).isFile();
}

/** How messages name an input; safe to show. */
export function toInputName(path: string): string {
  return path === STANDARD_INPUT ? 'standard input' : `'${toVisibleText(path)}'`;
}

/** What logrotate and others add to the name of a log that they compress. */
export const PACKED_ENDINGS: readonly string[] = ['.gz', '.xz', '.bz2', '.zst'];

/**
 * Finds the file that a person has named. A log that has gone is read from the compressed file beside it: between the moment in which a
 * shell lists files and its turn logrotate may have compressed it.
 *
 * @returns the path as it was given if it is there, or no such file is
 */
export async function locateInput(path: string): Promise<string> {
  if (path === STANDARD_INPUT) return path;
  const isGone = await stat(path).then(
    () => false,
    (error: unknown) => findErrorCode(error) === 'ENOENT',
  );
  if (!isGone) return path;
  for (const ending of PACKED_ENDINGS) {
    const stats = await stat(path + ending).catch(() => null);
    if (stats?.isFile()) return path + ending;
  }
  return path;
}

/** The bytes that all inputs have on disk together; null if the size of one is unknown. Missing files count as 0. */
export async function findTotalPackedBytes(paths: readonly string[]): Promise<number | null> {
  if (paths.includes(STANDARD_INPUT)) return null;
  const all = await Promise.all(paths.map((path) => stat(path).catch(() => null)));
  return all.reduce((sum, stats) => sum + (stats?.size ?? 0), 0);
}

/** Inputs that a message names. */
const MAX_NAMED = 3;

/**
 * Looks at all named inputs before a database is opened, so that nothing is created or recorded if none of them can be read.
 * If at least one can be read, the others are reported when their turn comes.
 *
 * @throws InputError if none of them can be read
 * @throws UsageError if standard input is a terminal
 */
export async function checkInputs(paths: readonly string[]): Promise<void> {
  const errors: InputError[] = [];
  for (const named of paths) {
    const path = await locateInput(named);
    try {
      await checkInput(path);
      if (path !== STANDARD_INPUT) await access(path, constants.R_OK);
      return;
    } catch (error) {
      const known = toInputError(path, error);
      if (!(known instanceof InputError)) throw known;
      errors.push(known);
    }
  }
  const [first, another] = errors;
  if (first === undefined) return;
  if (another === undefined) throw first;
  const named = errors.slice(0, MAX_NAMED).map((error) => error.message);
  const more = errors.length > MAX_NAMED ? [`and ${errors.length - MAX_NAMED} more`] : [];
  throw new InputError(`none of the ${errors.length} inputs can be read: ${[...named, ...more].join('; ')}`, {
    hint: first.hint,
  });
}

/**
 * Checks that an input is something that can be read.
 *
 * @throws InputError if it is missing, a folder or a device, or a path leads to anything but a regular file
 * @throws UsageError if standard input is a terminal
 */
export async function checkInput(path: string): Promise<void> {
  if (path === STANDARD_INPUT) return checkStandardInput();
  const stats = await orInputError(path, stat(path));
  if (stats.isDirectory()) throw createFolderError(path, `'${path.replace(/\/+$/, '')}'`);
  if (!stats.isFile()) {
    throw new InputError(`'${path}' is not a regular file`, { hint: 'pipe it into standard input' });
  }
}

function checkStandardInput(): void {
  if (process.stdin.isTTY) {
    throw new UsageError('no log given, and standard input is a terminal', {
      hint: 'name a file, or pipe a log in: zcat access.log.*.gz | logtally ingest',
    });
  }
  const stats = fstatSync(0);
  if (stats.isDirectory()) throw createFolderError(STANDARD_INPUT, '<folder>');
  // Node.js would take it for an empty file
  if (stats.isBlockDevice()) throw new InputError(`${toInputName(STANDARD_INPUT)} is a device`);
}

function createFolderError(path: string, folder: string): InputError {
  return new InputError(`${toInputName(path)} is a folder`, {
    hint: `name the logs in it: ${folder}/access.log*`,
  });
}

/**
 * Makes an InputError that says why an input could not be read to its end.
 *
 * @param error the error of a read of the input, and of nothing else; if no call of the system has failed, it is returned as it is
 */
export function toInputError(path: string, error: unknown): unknown {
  const name = toInputName(path);
  switch (findErrorCode(error)) {
    case 'ENOENT':
      return new InputError(`${name} does not exist`, {
        // Node.js puts it in the place of bytes of an argument that are not UTF-8
        hint: path.includes('\uFFFD')
          ? 'if its name is not UTF-8, give the file as standard input: < FILE'
          : null,
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
      return new InputError(`${name} cannot be read: permission denied`, {
        hint: 'server logs are often readable for root and the group adm only: add the user to that group, or run as root',
        cause: error,
      });
    case 'EMFILE':
    case 'ENFILE':
      return new InputError(`${name} cannot be read: ${toMessage(error)}`, {
        hint: TOO_MANY_FILES_HINT,
        cause: error,
      });
    default:
      // only a call of the system that has failed says something of the input
      if (!(error instanceof Error && 'syscall' in error) || findErrorCode(error) === undefined) return error;
      return new InputError(`${name} cannot be read: ${toMessage(error)}`, { cause: error });
  }
}

/**
 * Makes an error of the input an InputError: callers read within a transaction, and it must not be taken for an error of the
 * database.
 *
 * @throws InputError if the read fails
 */
export function orInputError<Result>(path: string, read: Promise<Result>): Promise<Result> {
  return read.catch((error: unknown) => {
    throw toInputError(path, error);
  });
}
