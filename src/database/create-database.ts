/** Makes the `Database` that the program uses out of a driver's connection. */
import { DatabaseError } from '../errors.js';
import type { Connection, Database } from './database.js';
import { createInterruptions } from './interruptible.js';
import { createTransactions } from './transactions.js';

/** Makes the database of a connection. Nothing else may use the connection then. */
export function createDatabase(
  connection: Connection,
  waits: Pick<Database, 'lockWaitSeconds' | 'onWait'>,
): Database {
  const { start, finish, interruptible, countCopy } = createInterruptions(connection);
  const transactions = createTransactions(connection, { start, finish });
  return {
    ...waits,
    ...transactions,
    kind: connection.kind,
    name: connection.name,
    query: (statement, values) => start(() => connection.query(statement, values)),
    ask: (statement, values) => start(() => connection.ask(statement, values)),
    openCopy: async (target) => countCopy(await start(() => connection.openCopy(target))),
    interruptible,
    async reconnect() {
      if (!transactions.isInTransaction()) return connection.reconnect();
      throw new DatabaseError(
        `the connection to ${connection.name} was lost; the dry run has stored nothing`,
        {
          hint: 'run the command again',
        },
      );
    },
    breakConnection: () => connection.breakConnection(),
    close: () => connection.close(),
  };
}
