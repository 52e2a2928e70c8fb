/**
 * Everything is tried and nothing is kept: one transaction that ends with ROLLBACK whatever happens. What the program
 * takes for its transactions are savepoints in it, each of which sees what those before it have done.
 */
import { DatabaseError } from '../errors.js';
import { type Database, inReading, type QueryResult } from './database.js';
import { sql } from './sql.js';

/** What cannot be tried: it works outside transactions only, and changes no row. */
const MAINTENANCE: ReadonlySet<string> = new Set([sql.vacuumTables, sql.writeCheckpoint]);

/**
 * Hands `work` a database that behaves like the given one, and leaves that one as it was. Locks are kept to the end.
 *
 * @throws what `work` throws; DatabaseError where the connection is lost, without another try: what was done is gone with it
 */
export async function rehearse<Result>(
  database: Database,
  work: (rehearsal: Database) => Promise<Result>,
): Promise<Result> {
  return inReading(database, async () => {
    await database.execute(sql.createStaging);
    return work(createRehearsal(database));
  });
}

function createRehearsal(database: Database): Database {
  let isInTransaction = false;
  let isStaged = false;
  const answer = (command: string): QueryResult => ({ rows: [], rowCount: 0, command });
  const end = async (command: 'COMMIT' | 'ROLLBACK') => {
    // like a server, which lets a ROLLBACK pass where nothing was begun
    if (!isInTransaction) return answer(command);
    isInTransaction = false;
    if (command === 'ROLLBACK') await database.query('rollback to savepoint logtally_transaction');
    await database.query('release savepoint logtally_transaction');
    if (isStaged) await database.execute(sql.emptyStaging);
    isStaged = false;
    return answer(command);
  };
  return {
    ...database,
    async begin(settings) {
      await database.query('savepoint logtally_transaction');
      isInTransaction = true;
      await database.execute(settings);
    },
    async query(statement, values) {
      if (statement === 'commit') return end('COMMIT');
      if (statement === 'rollback') return end('ROLLBACK');
      if (MAINTENANCE.has(statement)) return answer('');
      return database.query(statement, values);
    },
    async execute(script) {
      // the tables are there, outside the savepoints
      if (script === sql.createStaging) isStaged = true;
      else await database.execute(script);
    },
    async reconnect() {
      throw new DatabaseError(`the connection to ${database.name} was lost; the dry run has stored nothing`, {
        hint: 'run the command again',
      });
    },
  };
}
