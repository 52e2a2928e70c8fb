/** Opens the database that is configured: a server, or the embedded one if nothing is. Only the code of the one that is used is loaded. */
import type { Database, LockWait } from './database.js';
import { hasEmbeddedDatabase } from './embedded-folder.js';
import type { Environment } from './server-address.js';

export type DatabaseSettings = Pick<LockWait, 'lockWaitSeconds'> &
  (
    | {
        readonly kind: 'postgres';
        /** `postgres://...`; null for the PG* variables. */
        readonly url: string | null;
      }
    | {
        readonly kind: 'embedded';
        readonly folder: string;
        /** The option or variable that names the folder; null for the platform's. */
        readonly namedBy: string | null;
      }
  );

interface OpeningOptions extends Omit<LockWait, 'lockWaitSeconds'> {
  /** Where a server's PG* variables are looked up. */
  readonly environment: Environment;
  /** Called before an embedded database is created in a folder that has none; null if nobody named the folder. */
  readonly onCreate: (folder: string, namedBy: string | null) => void;
  /** What is run, for the messages of others that wait for the embedded database. */
  readonly command: string;
  /** Whether nothing is written: then the process that has the embedded database open may be asked. */
  readonly onlyReads: boolean;
}

/**
 * Opens the database of the settings.
 *
 * @throws DatabaseError if it cannot be opened; after an abort of the signal, any error
 */
export async function openDatabase(
  settings: DatabaseSettings,
  { environment, onCreate, onWait, signal, command, onlyReads }: OpeningOptions,
): Promise<Database> {
  if (settings.kind === 'postgres') {
    const { connectPostgres } = await import('./postgres.js');
    return connectPostgres(settings.url, settings.lockWaitSeconds, { environment, onWait, signal });
  }
  const { folder, namedBy, lockWaitSeconds } = settings;
  const { openEmbedded } = await import('./embedded.js');
  const options = { folder, lockWaitSeconds, signal, onWait, command, mayShare: onlyReads };
  return openEmbedded({ ...options, onCreate: () => onCreate(folder, namedBy) });
}

/**
 * Whether there is a database to read from without creating one; a server is always taken to be there.
 *
 * @throws DatabaseError if the folder of the embedded one was named and is missing, is another user's, or cannot be read
 */
export async function hasDatabase(settings: DatabaseSettings): Promise<boolean> {
  return settings.kind === 'postgres' || hasEmbeddedDatabase(settings.folder, settings.namedBy);
}
