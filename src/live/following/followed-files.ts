/** The files that are followed, and which of them have changed since they were counted. */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { findErrorCode, type InputError } from '../../errors.js';
import type { FollowedPath } from './followed-path.js';
import { isPackedName } from './rotated.js';

/** Milliseconds after which the folders are read again, though nobody tells of a change in them. */
const SCAN_MS = 30_000;

/** Milliseconds without a change after which a file is looked at only when the folders are read. */
const ACTIVE_MS = 2 * 60 * 60 * 1000;

/** Milliseconds without a change after which a compressed file is taken for whole: a half-written one looks damaged. */
const SETTLE_MS = 10_000;

/** Milliseconds after which a file that could not be counted is tried again, though it has not changed. */
const RETRY_MS = 60_000;

/** Files of which the state is asked for at the same time. */
const CONCURRENT_LOOKS = 32;

/** What is known of a file. */
interface FollowedFile {
  /** The state that was seen last. */
  seen: string;
  /** When that state was seen first, milliseconds since 1970. */
  changedAt: number;
  /** The state in which it was counted; null if it was not yet. */
  counted: string | null;
  /** When it could not be counted in the state that was seen last; null if it was not tried. */
  failedAt: number | null;
}

/** A file that is to be counted. */
export interface ChangedFile {
  readonly path: string;
  /** Its state before it is read. */
  readonly state: string;
}

export class FollowedFiles {
  readonly #paths: readonly FollowedPath[];
  readonly #onProblem: (problem: InputError) => void;
  readonly #files = new Map<string, FollowedFile>();
  #scannedAt = Number.NEGATIVE_INFINITY;

  /**
   * @param further files that belong to them too, whatever they are called now
   * @param onProblem is told why nothing is found, as often as it is so
   */
  constructor(
    paths: readonly FollowedPath[],
    further: readonly string[],
    onProblem: (problem: InputError) => void,
  ) {
    this.#paths = paths;
    this.#onProblem = onProblem;
    for (const path of further) this.#enter(path);
  }

  get size(): number {
    return this.#files.size;
  }

  /** Reads the folders at the next look: a name has changed. */
  scanSoon(): void {
    this.#scannedAt = Number.NEGATIVE_INFINITY;
  }

  /**
   * Finds the files that have changed since they were counted, the oldest first.
   *
   * @param now milliseconds since 1970
   */
  async findChanged(now: number): Promise<readonly ChangedFile[]> {
    const isScan = now - this.#scannedAt >= SCAN_MS;
    if (isScan) await this.#scan(now);
    const looked = [...this.#files].filter(
      ([, file]) => isScan || now - file.changedAt < ACTIVE_MS || file.counted !== file.seen,
    );
    const changed: (ChangedFile & { readonly modifiedAt: number })[] = [];
    for (let at = 0; at < looked.length; at += CONCURRENT_LOOKS) {
      const found = await Promise.all(
        looked.slice(at, at + CONCURRENT_LOOKS).map(([path, file]) => this.#look(path, file, now)),
      );
      changed.push(...found.filter((each) => each !== null));
    }
    return changed.toSorted((a, b) => a.modifiedAt - b.modifiedAt);
  }

  /** Takes note of what became of a file. @param isCounted whether all of it was counted that could be */
  settle({ path, state }: ChangedFile, isCounted: boolean, now: number): void {
    const file = this.#files.get(path);
    if (file === undefined) return;
    if (isCounted) file.counted = state;
    else file.failedAt = now;
  }

  /** Lists the folders in which something may change. */
  listFolders(now: Date): ReadonlySet<string> {
    const active = [...this.#files].filter(([, file]) => now.getTime() - file.changedAt < ACTIVE_MS);
    return new Set([
      ...active.map(([path]) => dirname(path)),
      ...this.#paths.flatMap((path) => path.listFolders(now)),
    ]);
  }

  async #scan(now: number): Promise<void> {
    this.#scannedAt = now;
    for (const path of this.#paths) {
      const { files, problem } = await path.find();
      for (const file of files) this.#enter(file);
      if (problem !== null) this.#onProblem(problem);
    }
  }

  #enter(path: string): void {
    if (this.#files.has(path)) return;
    this.#files.set(path, { seen: '', changedAt: Number.NEGATIVE_INFINITY, counted: null, failedAt: null });
  }

  /** @returns null if there is nothing to count now */
  async #look(path: string, file: FollowedFile, now: number) {
    const found = await findState(path);
    if (found === null) {
      this.#files.delete(path);
      return null;
    }
    const { state, modifiedAt, isEmpty } = found;
    if (state !== file.seen) {
      file.seen = state;
      // a file that has rested for long is whole when it is seen for the first time
      file.changedAt = file.changedAt === Number.NEGATIVE_INFINITY ? modifiedAt : now;
      file.failedAt = null;
    }
    if (isEmpty || state === file.counted) return null;
    if (isPackedName(path) && now - file.changedAt < SETTLE_MS) return null;
    if (file.failedAt !== null && now - file.failedAt < RETRY_MS) return null;
    return { path, state, modifiedAt };
  }
}

/** @returns null if there is no such file; what cannot be looked at is a file that cannot be read: whoever reads it says why */
async function findState(path: string) {
  try {
    const stats = await stat(path);
    return stats.isFile() ? describe(stats) : null;
  } catch (error) {
    const code = findErrorCode(error);
    if (code === undefined) throw error;
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : { state: code, modifiedAt: 0, isEmpty: false };
  }
}

function describe({ dev, ino, size, mtimeMs, ctimeMs }: Stats) {
  return {
    state: [dev, ino, size, mtimeMs, ctimeMs].join(' '),
    modifiedAt: Math.max(mtimeMs, ctimeMs),
    isEmpty: size === 0,
  };
}
