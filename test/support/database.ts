// A database for one test, on the server that the global set-up provides, or on Citus with its tables spread.

import pg from 'pg';
import { inject } from 'vitest';
import { createCitusDatabase, dropOnNodes } from '../citus/databases.js';
import { createDatabase, dropDatabase } from './database-server.js';

const MAX_CONNECTIONS = 5;

export interface TestDatabase {
  /** The database's URL, for `--database-url`. */
  readonly url: string;
  /** Runs one statement with its `$1` values and returns the rows; successive calls may use other connections. */
  query(sql: string, params?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Closes the connections and drops the database, whoever else is connected to it. */
  drop(): Promise<void>;
}

/** Creates an empty database that no other test sees. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl');
  const citus = inject('citus');
  const url =
    citus === null ? await createDatabase(serverUrl) : await createCitusDatabase(citus.nodes, citus.template);
  const pool = new pg.Pool({ connectionString: url, max: MAX_CONNECTIONS });
  // An idle connection that breaks is of no interest; without a listener it would end the test process.
  pool.on('error', () => {});
  return {
    url,
    query: async (sql, params = []) => (await pool.query<Record<string, unknown>>(sql, [...params])).rows,
    drop: async () => {
      await pool.end();
      if (citus === null) await dropDatabase(serverUrl, url);
      else await dropOnNodes(citus.nodes, new URL(url).pathname.slice(1));
    },
  };
}
