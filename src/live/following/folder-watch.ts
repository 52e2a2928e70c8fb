/**
 * Asks the system to tell when something changes in folders. It may not tell: on NFS, without rights, or when it has no more
 * watches. So whoever uses it looks from time to time all the same, and more often where a folder is not watched.
 */
import { type FSWatcher, type Stats, statSync, watch } from 'node:fs';
import { basename } from 'node:path';

/**
 * Changes of a folder that are heard between two looks. A busy log changes a thousand times a second, and to be told each time costs
 * more than to count its lines; so from then on the folder is not listened to until the next look.
 */
export const MAX_HEARD = 32;

/** Milliseconds by which a folder's time must be older than its reading, so that a later change of its names gives it another time. */
const TIME_GRAIN_MS = 2000;

interface WatchedFolder {
  readonly inode: number;
  /** When its names changed last; null if a later change may have the same time. */
  readonly namesAt: number | null;
  /** null if it is not listened to until the next look. */
  watcher: FSWatcher | null;
  /** Changes that were heard since the last look. */
  heard: number;
}

export class FolderWatch {
  /** null if the system cannot watch it. */
  readonly #folders = new Map<string, WatchedFolder | null>();
  readonly #onChange: (isName: boolean) => void;

  /** @param onChange is told whether a name has come, gone or changed; if not, only a file has grown */
  constructor(onChange: (isName: boolean) => void) {
    this.#onChange = onChange;
  }

  /** Whether the system tells of all folders. */
  get isComplete(): boolean {
    return [...this.#folders.values()].every((watched) => watched !== null);
  }

  /**
   * Watches these folders and no others. One that could not be watched is tried again, and so is one that another folder has taken
   * the place of. What has changed in a folder while it was not watched is a change.
   */
  update(folders: ReadonlySet<string>): void {
    for (const [folder, watched] of this.#folders) {
      if (folders.has(folder) && watched !== null && watched.inode === findStats(folder)?.ino) continue;
      watched?.watcher?.close();
      this.#folders.delete(folder);
    }
    for (const folder of folders) {
      const before = this.#folders.get(folder) ?? null;
      if (before !== null) before.heard = 0;
      if (before !== null && before.watcher !== null) continue;
      const watched = this.#open(folder);
      this.#folders.set(folder, watched);
      if (watched === null) continue;
      const namesStayed = before !== null && before.namesAt !== null && before.namesAt === watched.namesAt;
      this.#onChange(!namesStayed);
    }
  }

  close(): void {
    for (const watched of this.#folders.values()) watched?.watcher?.close();
    this.#folders.clear();
  }

  /** @returns null if the system cannot */
  #open(folder: string): WatchedFolder | null {
    try {
      const inode = findStats(folder)?.ino;
      if (inode === undefined) return null;
      const watcher = watch(folder, { persistent: false }, (event, name) => {
        this.#hear(watched);
        // the folder itself has gone, or one of its files has its name; a new folder may have the inode of the one that has gone
        if (event === 'rename' && name === basename(folder)) this.#lose(folder, watched);
        this.#onChange(event === 'rename');
      });
      // read while it is watched: a name that comes later is told
      const watched: WatchedFolder = { inode, namesAt: findNamesTime(folder), watcher, heard: 0 };
      watcher.on('error', () => this.#lose(folder, watched));
      return watched;
    } catch {
      // a folder that does not exist yet, or cannot be watched: it is looked at instead
      return null;
    }
  }

  /** A folder that is not watched any more, until it is tried again. */
  #lose(folder: string, watched: WatchedFolder): void {
    watched.watcher?.close();
    if (this.#folders.get(folder) === watched) this.#folders.set(folder, null);
  }

  #hear(watched: WatchedFolder): void {
    watched.heard += 1;
    if (watched.heard < MAX_HEARD) return;
    watched.watcher?.close();
    watched.watcher = null;
  }
}

/**
 * Finds the time of a folder's last change that nobody can set back: its ctime.
 *
 * @returns null if there is no such folder, or if its names may change again within the grain of that time
 */
function findNamesTime(folder: string): number | null {
  const now = Date.now();
  const time = findStats(folder)?.ctimeMs;
  return time === undefined || now - time < TIME_GRAIN_MS ? null : time;
}

/** @returns null if there is no such folder */
function findStats(folder: string): Stats | null {
  try {
    return statSync(folder, { throwIfNoEntry: false }) ?? null;
  } catch {
    // who may not see it cannot watch it
    return null;
  }
}
