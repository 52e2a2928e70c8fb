// The databases that programs of the model run in: a PostgreSQL server, and for each program an embedded database of its own.

import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import type { Database } from '../../src/database/database.js';
import { migrate } from '../../src/database/migrate.js';
import { connectPostgres } from '../../src/database/postgres.js';
import { DEFAULT_LOCK_WAIT } from '../../src/settings.js';
import { listSpreadTables } from '../../src/summaries/summaries.js';
import { PROJECT_FOLDER } from '../support/cli.js';

/** Whoever asks with SQL. */
export interface Client {
  query<Row extends pg.QueryResultRow>(statement: string, values?: unknown[]): Promise<{ rows: Row[] }>;
}

export interface Store {
  /** Makes the command use it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether several processes can have it open. */
  readonly isShared: boolean;
  readonly client: Client;
  /** Opens it as the program does. */
  open(): Promise<Database>;
  /** Lets another process open it: the client has it no longer. */
  release(): Promise<void>;
}

/** @param url an empty database */
export async function openServerStore(url: string): Promise<Store & { close(): Promise<void> }> {
  const open = () => connectPostgres(url, DEFAULT_LOCK_WAIT.postgres);
  const database = await open();
  await migrate(database, listSpreadTables());
  await database.close();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    environment: { DATABASE_URL: url },
    isShared: true,
    client,
    open,
    release: async () => undefined,
    close: () => client.end(),
  };
}

/** @param folder in which nothing else is */
export async function openEmbeddedStore(folder: string): Promise<Store> {
  let client: PGlite | null = null;
  const release = async () => {
    await client?.close();
    client = null;
  };
  const open = async () => {
    await release();
    const { openEmbedded } = await loadEmbedded();
    const { signal } = new AbortController();
    const nothing = () => undefined;
    return openEmbedded({
      folder,
      lockWaitSeconds: DEFAULT_LOCK_WAIT.embedded,
      onWait: nothing,
      onCreate: nothing,
      signal,
    });
  };
  const database = await open();
  await migrate(database, listSpreadTables());
  await database.close();
  return {
    environment: { LOGTALLY_DATA_DIR: folder },
    isShared: false,
    client: {
      async query<Row extends pg.QueryResultRow>(statement: string, values: unknown[] = []) {
        client ??= await PGlite.create(join(folder, 'postgres'));
        return { rows: (await client.query<Row>(statement, values)).rows };
      },
    },
    open,
    release,
  };
}

/** As it was built: it starts a thread of its own. */
async function loadEmbedded(): Promise<typeof import('../../src/database/embedded.js')> {
  return import(`${PROJECT_FOLDER}dist/database/embedded.js`);
}
