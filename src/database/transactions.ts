/**
 * Makes the `Database` that the program uses out of a driver's connection, with the one way to open a transaction. Within
 * another transaction it is a savepoint. So in a rehearsal the program's own transactions run within one that always ends with
 * ROLLBACK; locks are kept to its end.
 */
import { DatabaseError } from '../errors.js';
import { type FaultPoint, reachFaultPoint } from '../faults.js';
import type { Connection, Database, LockWait, TransactionMode } from './database.js';
import { createInterruptions, type Interruptions } from './interruptible.js';
import { NONE } from './sessions/no-sessions.js';
import { sql } from './sql.js';

/** Makes the database of a connection. Nothing else may use the connection then. */
export function createDatabase(connection: Connection, wait: Omit<LockWait, 'signal'>): Database {
  const interruptions = createInterruptions(connection);
  const { start, interruptible, countCopy } = interruptions;
  const { isRehearsing, ...transactions } = createTransactions(connection, interruptions);
  return {
    lockWaitSeconds: wait.lockWaitSeconds,
    onWait: wait.onWait,
    ...transactions,
    kind: connection.kind,
    isShared: connection.isShared,
    name: connection.name,
    query: (statement, values) => start(() => connection.query(statement, values)),
    ask: (statement, values) => start(() => connection.ask(statement, values)),
    openCopy: async (target) => countCopy(await start(() => connection.openCopy(target))),
    interruptible,
    async openAnother() {
      if (isRehearsing()) return null;
      try {
        const other = await connection.openAnother();
        return other === null ? null : createDatabase(other, wait);
      } catch (error) {
        if (error instanceof DatabaseError) return null;
        throw error;
      }
    },
    async serveSessions(tell) {
      if (connection.openSessions === null) return NONE;
      await transactions.transaction('writing', () => prepareReader(connection));
      return connection.openSessions(tell);
    },
    async reconnect() {
      if (!transactions.isInTransaction()) return connection.reconnect();
      throw new DatabaseError(
        `the connection to ${connection.name} was lost; the dry run has stored nothing`,
        { hint: 'run the command again' },
      );
    },
    breakConnection: () => connection.breakConnection(),
    close: () => connection.close(),
  };
}

/** Makes the role of sessions, if it is not there. */
async function prepareReader(connection: Connection): Promise<void> {
  const { rows } = await connection.query(sql.findReader);
  if (rows[0]?.['has_reader'] !== true) await connection.query(sql.createReader);
}

/** How a transaction or a savepoint begins and ends. */
interface Bounds {
  begin(mode: TransactionMode): Promise<void>;
  /** @returns the first word of the answer, `COMMIT` if it has happened */
  commit(): Promise<string | null>;
  rollback(): Promise<void>;
}

function createTransactions(
  connection: Connection,
  { start, finish }: Interruptions,
): Pick<Database, 'transaction' | 'isInTransaction'> & { readonly isRehearsing: () => boolean } {
  let openMode: TransactionMode | null = null;
  /** The mode of the transaction that holds all savepoints. */
  let outermostMode: TransactionMode | null = null;
  return {
    isInTransaction: () => openMode !== null,
    isRehearsing: () => openMode !== null && outermostMode === 'rehearsal',
    async transaction(mode, work) {
      const outerMode = openMode;
      // a question within a transaction that writes needs no savepoint: if it fails, all of it fails
      if (outerMode === 'writing' && mode === 'reading') return work();
      const bounds =
        outerMode === null ? createTransactionBounds(connection) : createSavepointBounds(connection);
      const reach = async (point: FaultPoint) => {
        // a savepoint within a transaction that is committed later is no commit
        if (outerMode === null || outerMode === 'rehearsal') await reachFaultPoint(point, connection);
      };
      // the connection may be what failed; then the server has rolled back by itself
      const rollback = () => finish(() => bounds.rollback()).catch(() => undefined);
      let endsWithRollback = true;
      openMode = mode;
      if (outerMode === null) outermostMode = mode;
      try {
        await start(() => bounds.begin(mode));
        const result = await work();
        if (mode !== 'writing') return result;
        endsWithRollback = false;
        await reach('before_commit');
        const [command] = await Promise.all([finish(() => bounds.commit()), reach('commit_sent')]);
        if (command !== 'COMMIT') {
          const answer = command ?? 'nothing';
          throw new DatabaseError(`the database answered COMMIT with ${answer}: nothing was stored`);
        }
        await reach('committed');
        return result;
      } finally {
        if (endsWithRollback) await rollback();
        openMode = outerMode;
      }
    },
  };
}

/** Begins and ends real transactions, in which settings of a server, database or role have no effect; a pooler sees no setting of theirs. */
function createTransactionBounds(connection: Connection): Bounds {
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

function createSavepointBounds(connection: Connection): Bounds {
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
