/** Where the embedded database lies within its data folder. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Whether a database has been created in the folder. */
export function hasEmbeddedDatabase(folder: string): boolean {
  return existsSync(toFilesFolder(folder));
}

export function toFilesFolder(folder: string): string {
  return join(folder, 'postgres');
}
