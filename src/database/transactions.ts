/**
 * The one way to open a transaction. Within another transaction it is a savepoint. So in a rehearsal the program's own
 * transactions run within one that always ends with ROLLBACK; locks are kept to its end.
 */
import { DatabaseError } from '../errors.js';
import { type FaultPoint, reachFaultPoint } from '../faults.js';
import type { Connection, Database, TransactionMode } from './database.js';
import type { Interruptions } from './interruptible.js';
import { sql } from './sql.js';

/** How a transaction or a savepoint begins and ends. */
interface Bounds {
  begin(mode: TransactionMode): Promise<void>;
  /** @returns the first word of the answer, `COMMIT` if it has happened */
  commit(): Promise<string | null>;
  rollback(): Promise<void>;
  reachFaultPoint(point: FaultPoint): Promise<void>;
}

/** Makes the transactions of a connection. */
export function createTransactions(
  connection: Connection,
  { start, finish }: Pick<Interruptions, 'start' | 'finish'>,
): Pick<Database, 'transaction' | 'isInTransaction'> {
  let openMode: TransactionMode | null = null;
  return {
    isInTransaction: () => openMode !== null,
    async transaction(mode, work) {
      const outerMode = openMode;
      const bounds = toBounds(connection, outerMode);
      const begun = async () => {
        await start(() => bounds.begin(mode));
        return work();
      };
      // the connection may be what failed; then the server has rolled back by itself
      const rollback = () => finish(() => bounds.rollback()).catch(() => undefined);
      openMode = mode;
      try {
        if (mode !== 'writing') return await begun().finally(rollback);
        const result = await begun().catch(async (error: unknown) => {
          await rollback();
          throw error;
        });
        await bounds.reachFaultPoint('before_commit');
        const [command] = await Promise.all([
          finish(() => bounds.commit()),
          bounds.reachFaultPoint('commit_sent'),
        ]);
        if (command !== 'COMMIT') {
          const answer = command ?? 'nothing';
          throw new DatabaseError(`the database answered COMMIT with ${answer}: nothing was stored`);
        }
        await bounds.reachFaultPoint('committed');
        return result;
      } finally {
        openMode = outerMode;
      }
    },
  };
}

function toBounds(connection: Connection, outerMode: TransactionMode | null): Bounds {
  return {
    ...(outerMode === null ? createTransactionBounds(connection) : createSavepointBounds(connection)),
    async reachFaultPoint(point) {
      // a savepoint within a transaction that is committed later is no commit
      if (outerMode === null || outerMode === 'rehearsal') await reachFaultPoint(point, connection);
    },
  };
}

/** Begins and ends real transactions. Settings of a server, database or role have no effect in them; a pooler sees none of their own settings. */
function createTransactionBounds(connection: Connection): Omit<Bounds, 'reachFaultPoint'> {
  const memory = connection.kind === 'embedded' ? sql.setEmbeddedMemory : sql.setServerMemory;
  return {
    begin: (mode) => {
      // before any query
      const readOnly = mode === 'snapshot' ? sql.setReadOnly : '';
      return connection.begin([readOnly, sql.setTransactionSettings, memory].join('\n'));
    },
    commit: async () => (await connection.query('commit')).command,
    rollback: () => connection.rollback(),
  };
}

function createSavepointBounds(connection: Connection): Omit<Bounds, 'reachFaultPoint'> {
  return {
    async begin() {
      await connection.query('savepoint logtally_transaction');
    },
    async commit() {
      await connection.query('release savepoint logtally_transaction');
      return 'COMMIT';
    },
    async rollback() {
      await connection.query('rollback to savepoint logtally_transaction');
      await connection.query('release savepoint logtally_transaction');
    },
  };
}
