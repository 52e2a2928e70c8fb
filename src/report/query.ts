/** A person's own question, in SQL. */
import { type Answer, type Database, inReading } from '../database/database.js';
import { sql } from '../database/sql.js';
import { DatabaseError } from '../errors.js';

/** SQLSTATE read_only_sql_transaction. */
const READ_ONLY = '25006';

/**
 * Runs one statement in a transaction that may only read, and that is rolled back.
 *
 * @throws DatabaseError with what the database says of the statement
 */
export async function runQuery(database: Database, statement: string): Promise<Answer> {
  return inReading(database, async () => {
    await database.execute(sql.setReadOnly);
    return database.ask(statement).catch((error: unknown) => {
      if (!(error instanceof DatabaseError) || error.code !== READ_ONLY) throw error;
      throw new DatabaseError(error.message, {
        hint: 'logtally query only reads',
        code: READ_ONLY,
        cause: error,
      });
    });
  });
}
