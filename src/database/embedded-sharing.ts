/** The embedded database that another process has open, asked through the socket of that process (`sessions/sessions.ts`). */
import { resolve } from 'node:path';
import pg from 'pg';
import { DatabaseError } from '../errors.js';
import { type Connection, toDatabaseError } from './database.js';
import { explain, SQLSTATE } from './database-errors.js';
import { askStatement, runStatement } from './postgres-statements.js';
import { VALUE_TYPES } from './server-connection.js';
import { SESSION_PORT } from './sessions/sessions.js';
import { sql } from './sql.js';

/** Milliseconds in which that process answers, or is waited for like one that does not. */
const CONNECT_MS = 5000;

const ONLY_READS =
  'another process has the database open: this one can only read, in the ways that queries need';

/**
 * Connects to the process that has the database of a folder open.
 *
 * @param name which database this is, for messages
 * @returns null if nobody answers there
 */
export async function connectToOwner(folder: string, name: string): Promise<Connection | null> {
  const client = new pg.Client({
    ...{ host: resolve(folder), port: SESSION_PORT, user: 'logtally', database: 'logtally', password: '' },
    ...{ ssl: false, types: VALUE_TYPES, connectionTimeoutMillis: CONNECT_MS },
  });
  // told by the statement that fails; without a listener it would end the process
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch {
    // whatever the reason is, the lock is waited for
    client.connection.stream.destroy();
    return null;
  }
  const fail = (error: unknown): never => {
    const told = toDatabaseError(name, error);
    const isRight = told instanceof DatabaseError && told.code === SQLSTATE.insufficientPrivilege;
    throw isRight ? explain(told, ONLY_READS) : told;
  };
  const refuse = async (): Promise<never> => {
    throw new DatabaseError(`${name} is open in another process`, { hint: ONLY_READS });
  };
  return {
    kind: 'embedded',
    isShared: true,
    name,
    async begin() {
      await client.query(sql.beginQuestion).catch(fail);
    },
    async rollback() {
      await client.query('rollback').catch(fail);
    },
    query: (statement, values = []) => runStatement(client, statement, values).catch(fail),
    ask: (statement, values = []) => askStatement(client, statement, values).catch(fail),
    openCopy: refuse,
    openSessions: null,
    openAnother: async () => null,
    async cancel() {
      client.connection.stream.destroy();
    },
    async reconnect() {
      throw new DatabaseError(`the process that has ${name} open has ended`, {
        hint: 'run the command again',
      });
    },
    breakConnection: () => void client.connection.stream.destroy(),
    close: () => client.end(),
  };
}
