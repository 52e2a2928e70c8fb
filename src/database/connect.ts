/** Opens whichever database is configured: a server, or the embedded one where nothing is. */
import type { Database } from './database.js';
import { hasEmbeddedDatabase, openEmbedded } from './embedded.js';
import { connectPostgres } from './postgres.js';

export type DatabaseSettings =
  | {
      readonly kind: 'postgres';
      /** `postgres://...`; null for the PG* variables. */
      readonly url: string | null;
      /** How long to wait for another run that is merging. */
      readonly lockWaitSeconds: number;
    }
  | {
      readonly kind: 'embedded';
      readonly folder: string;
      /** How long to wait for another process that has the folder open. */
      readonly lockWaitSeconds: number;
    };

/**
 * @param onCreate called before an embedded database is created in a folder that has none
 * @throws DatabaseError where it cannot be opened
 */
export function openDatabase(
  settings: DatabaseSettings,
  onCreate: (folder: string) => void,
): Promise<Database> {
  if (settings.kind === 'postgres') return connectPostgres(settings.url, settings.lockWaitSeconds);
  const { folder, lockWaitSeconds } = settings;
  return openEmbedded({ folder, lockWaitSeconds, onCreate: () => onCreate(folder) });
}

/** Whether there is a database to read from without creating one; a server is always taken to be there. */
export function hasDatabase(settings: DatabaseSettings): boolean {
  return settings.kind === 'postgres' || hasEmbeddedDatabase(settings.folder);
}
