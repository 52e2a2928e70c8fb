/** Runs a person's own SQL statement. */
import type { Answer, Database } from '../database/database.js';
import { explain, SQLSTATE } from '../database/database-errors.js';
import { DatabaseError } from '../errors.js';

/**
 * Runs one statement in a transaction that may only read, and that is rolled back.
 *
 * @throws DatabaseError with what the database says of the statement
 */
export async function runQuery(database: Database, statement: string): Promise<Answer> {
  return database.transaction('snapshot', async () => {
    return database.ask(statement).catch((error: unknown) => {
      if (!(error instanceof DatabaseError) || error.code !== SQLSTATE.readOnly) throw error;
      throw explain(error, 'logtally query only reads');
    });
  });
}
