/**
 * Asks the system to tell when something changes in folders. It may not tell: on NFS, without rights, or when it has no more
 * watches. So whoever uses it looks from time to time all the same, and more often where a folder is not watched.
 */
import { type FSWatcher, statSync, watch } from 'node:fs';

export class FolderWatch {
  /** The watcher of a folder, and which folder it is; null if the system cannot. */
  readonly #watchers = new Map<string, { readonly watcher: FSWatcher; readonly inode: number } | null>();
  readonly #onChange: (isName: boolean) => void;

  /** @param onChange is told whether a name has come, gone or changed; if not, only a file has grown */
  constructor(onChange: (isName: boolean) => void) {
    this.#onChange = onChange;
  }

  /** Whether the system tells of all folders. */
  get isComplete(): boolean {
    return [...this.#watchers.values()].every((watched) => watched !== null);
  }

  /**
   * Watches these folders and no others. One that could not be watched is tried again, and so is one that another folder has taken
   * the place of. What has changed in a folder before it was watched is a change.
   */
  update(folders: ReadonlySet<string>): void {
    for (const [folder, watched] of this.#watchers) {
      if (folders.has(folder) && watched !== null && watched.inode === findInode(folder)) continue;
      watched?.watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of folders) {
      if (this.#watchers.has(folder)) continue;
      const watched = this.#open(folder);
      this.#watchers.set(folder, watched);
      if (watched !== null) this.#onChange(true);
    }
  }

  close(): void {
    for (const watched of this.#watchers.values()) watched?.watcher.close();
    this.#watchers.clear();
  }

  /** @returns null if the system cannot */
  #open(folder: string) {
    try {
      const inode = findInode(folder);
      if (inode === null) return null;
      const watcher = watch(folder, { persistent: false }, (event) => this.#onChange(event === 'rename'));
      watcher.on('error', () => {
        watcher.close();
        if (this.#watchers.get(folder)?.watcher === watcher) this.#watchers.set(folder, null);
      });
      return { watcher, inode };
    } catch {
      // a folder that does not exist yet, or cannot be watched: it is looked at instead
      return null;
    }
  }
}

/** @returns null if there is no such folder */
function findInode(folder: string): number | null {
  try {
    return statSync(folder, { throwIfNoEntry: false })?.ino ?? null;
  } catch {
    // who may not see it cannot watch it
    return null;
  }
}
