/**
 * The interface of a database. `transactions.ts` makes one out of either of two connections, `postgres.ts` and `embedded.ts`.
 * From both, dates arrive as text (`2026-04-14`) and bigint as an exact number.
 */
import type { Writable } from 'node:stream';
import { DatabaseError, findErrorCode, LogtallyError, toMessage } from '../errors.js';
import { SQLSTATE } from './database-errors.js';
import type { Sessions } from './sessions/no-sessions.js';

export type Row = Readonly<Record<string, unknown>>;

export interface QueryResult {
  readonly rows: readonly Row[];
  /** Rows that the statement touched or returned. */
  readonly rowCount: number;
  /** The first word of the server's answer, such as `COMMIT`; null if the database does not tell. */
  readonly command: string | null;
}

/** The answer to a person's own statement. */
export interface Answer {
  readonly columns: readonly AnswerColumn[];
  /** Each value as PostgreSQL writes it; null for null. */
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface AnswerColumn {
  readonly name: string;
  /** The type's identifier (pg_type.dat). */
  readonly type: number;
}

export interface Copy {
  /** Takes rows in PostgreSQL's text format; every chunk ends where a row ends. */
  readonly writable: Writable;
  /** Rows that the database says it took; known when the stream has finished. */
  getRowCount(): number;
}

/** How to wait for another process that has the database. */
export interface LockWait {
  /** How long to wait at most; 0 tries once. */
  readonly lockWaitSeconds: number;
  /** Called if the wait lasts, with what is waited for. */
  readonly onWait: (text: string) => void;
  /** Ends the wait. */
  readonly signal: AbortSignal;
}

/** Milliseconds after which the person is told of a wait for another process: most waits end sooner. */
export const TOLD_WAIT_MS = 2000;

/**
 * How a transaction ends. `writing` ends with COMMIT, the others with ROLLBACK: `reading` asks questions; `snapshot` asks them
 * about one state of the database and may not write; `rehearsal` tries everything and keeps nothing. The transactions within
 * a rehearsal are savepoints, each of which sees what those before it have done.
 */
export type TransactionMode = 'writing' | 'reading' | 'snapshot' | 'rehearsal';

/** A database. `lockWaitSeconds` and `onWait` say how `lockMerges` waits for another run. */
export interface Database extends Omit<LockWait, 'signal'> {
  readonly kind: 'postgres' | 'embedded';
  /** Whether another process has the embedded database open, and answers from it. */
  readonly isShared: boolean;
  /** Which database this is, for messages; holds no secret. */
  readonly name: string;
  /**
   * Runs `work` in one transaction, with settings of its own, whatever the server or the role has set. If `work` throws,
   * everything is rolled back.
   *
   * @throws DatabaseError if COMMIT is answered with anything but COMMIT: a failed transaction answers ROLLBACK
   */
  transaction<Result>(mode: TransactionMode, work: () => Promise<Result>): Promise<Result>;
  /** Whether a transaction is open: then a further one is a savepoint of it. */
  isInTransaction(): boolean;
  /** Runs one statement; values are `$1` and so on. Without values it may be a script of several statements; the last one answers. */
  query(statement: string, values?: readonly unknown[]): Promise<QueryResult>;
  /** Runs one statement of a person, and only one; values are `$1` and so on. */
  ask(statement: string, values?: readonly unknown[]): Promise<Answer>;
  /** Begins a COPY into a table: `pg_temp.staged_hit (object_id, hit_on)`. */
  openCopy(target: string): Promise<Copy>;
  /**
   * Runs `work`, and gives its statements up if the signal is aborted. A COMMIT or ROLLBACK that has begun is not given up.
   *
   * @throws what `work` throws; InterruptedError instead of errors that come after the abort
   */
  interruptible<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result>;
  /**
   * Opens a second connection to the same database.
   *
   * @returns null if there can be none: the embedded database has one, a rehearsal is one, or the server has no more
   */
  openAnother(): Promise<Database | null>;
  /**
   * Lets other processes ask the embedded database while this one has it open: between the transactions, for a moment at most.
   * A server needs nobody for that.
   *
   * @param tell is told why there can be no sessions; nothing else changes then
   * @throws DatabaseError if the database refuses what sessions need
   */
  serveSessions(tell: (text: string) => void): Promise<Sessions>;
  /**
   * Makes a new connection in the place of one that was lost.
   *
   * @throws DatabaseError if it fails, and always in a rehearsal: what was done is gone with the connection
   */
  reconnect(): Promise<void>;
  /** Destroys the connection, as a broken network does: for tests, and to end a program that is to stop. */
  breakConnection(): void;
  close(): Promise<void>;
}

/** The interface of a driver: `postgres.ts` or `embedded.ts`. */
export interface Connection
  extends Pick<
    Database,
    'kind' | 'isShared' | 'name' | 'query' | 'ask' | 'openCopy' | 'reconnect' | 'breakConnection' | 'close'
  > {
  /** Begins a transaction and runs the script of its settings in one message: no timeout of the server can strike between the two. */
  begin(settings: string): Promise<void>;
  /** Opens the sessions of other processes, once what they need is there; null if the database needs none. */
  readonly openSessions: ((tell: (text: string) => void) => Promise<Sessions>) | null;
  /** Opens a second connection; null if the database has only one. */
  openAnother(): Promise<Connection | null>;
  /** Does nothing if the transaction has gone with its connection. */
  rollback(): Promise<void>;
  /**
   * Asks for the end of the statement that is running, which then fails. It may end the transaction as well; statements
   * after it are answered.
   */
  cancel(): Promise<void>;
}

/** SQLSTATE (five letters and digits) or a code of the operating system, as a database connection reports them. */
const DATABASE_CODE = /^(?:[0-9A-Z]{5}|E[A-Z]+)$/;

/** What pg says of a connection that is gone; it gives these errors no code. */
const LOST_CONNECTION = /^Connection terminated|^Client has encountered|not queryable|^Client was closed/;

/**
 * Makes an error of a driver one of ours. Other errors are returned as they are: they are bugs.
 *
 * @param name the database's name for messages
 */
export function toDatabaseError(name: string, error: unknown): unknown {
  if (error instanceof LogtallyError) return error;
  const isGone = error instanceof Error && LOST_CONNECTION.test(error.message);
  const known = hasLostWorker(error) ? SQLSTATE.connectionFailure : findErrorCode(error);
  const code = known ?? (isGone ? SQLSTATE.connectionFailure : undefined);
  if (code === undefined || !DATABASE_CODE.test(code)) return error;
  const what = /^(?:08|E)/.test(code) ? 'the connection was lost' : 'it refused';
  const hint = SERVER_HINTS[code] ?? findServerHint(error);
  const words = isGone ? what : `${what}: ${toMessage(error)}`;
  return new DatabaseError(`${name}: ${words}`, { hint, code, cause: error });
}

/** What libpq says of a connection that is gone. */
const LOST_WORKER =
  /SSL SYSCALL error|SSL error|server closed the connection|could not (?:receive data from|send data to) server|no connection to the server/;

/** Whether the coordinator of Citus has lost a worker: it hands on what libpq says, as an internal error. */
function hasLostWorker(error: unknown): boolean {
  return findErrorCode(error) === SQLSTATE.internalError && LOST_WORKER.test(toMessage(error));
}

/** Finds the hint of the server itself, which both drivers hand on; null if there is none. */
function findServerHint(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('hint' in error)) return null;
  return typeof error.hint === 'string' ? error.hint : null;
}

/** Hints for the SQLSTATEs that an operator may see. */
const SERVER_HINTS: Readonly<Record<string, string>> = {
  [SQLSTATE.readOnly]:
    'the server is read-only: connect to the primary, or see default_transaction_read_only of the database and the role',
  [SQLSTATE.insufficientPrivilege]:
    'the role lacks a right: its owner grants it, see logtally init --print-grants',
  [SQLSTATE.diskFull]: 'the server has no disk space left',
  [SQLSTATE.adminShutdown]: 'the server was shut down; run the command again when it is back',
};
