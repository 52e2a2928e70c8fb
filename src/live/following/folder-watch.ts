/**
 * Asks the system to tell when something changes in folders. It may not tell: on NFS, without rights, or when it has no more
 * watches. So whoever uses it looks from time to time all the same, and more often where a folder is not watched.
 */
import { type FSWatcher, watch } from 'node:fs';

export class FolderWatch {
  readonly #watchers = new Map<string, FSWatcher | null>();
  readonly #onChange: (isName: boolean) => void;

  /** @param onChange is told whether a name has come, gone or changed; if not, only a file has grown */
  constructor(onChange: (isName: boolean) => void) {
    this.#onChange = onChange;
  }

  /** Whether the system tells of all folders. */
  get isComplete(): boolean {
    return [...this.#watchers.values()].every((watcher) => watcher !== null);
  }

  /** Watches these folders and no others. One that could not be watched is tried again. */
  update(folders: ReadonlySet<string>): void {
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher?.close();
      this.#watchers.delete(folder);
    }
    for (const folder of folders)
      if (!this.#watchers.get(folder)) this.#watchers.set(folder, this.#open(folder));
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher?.close();
    this.#watchers.clear();
  }

  /** @returns null if the system cannot */
  #open(folder: string): FSWatcher | null {
    try {
      const watcher = watch(folder, { persistent: false }, (event) => this.#onChange(event === 'rename'));
      watcher.on('error', () => {
        watcher.close();
        if (this.#watchers.get(folder) === watcher) this.#watchers.set(folder, null);
      });
      return watcher;
    } catch {
      // a folder that does not exist yet, or cannot be watched: it is looked at instead
      return null;
    }
  }
}
