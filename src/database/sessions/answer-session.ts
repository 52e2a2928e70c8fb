/** The messages of sessions in the thread of the embedded database: they go to PostgreSQL as they are, within a transaction. */
import { lookThrough, toMessageBytes } from './messages.js';

/** Messages of a session, and the scripts before and behind them. */
export interface SessionRequest {
  /** Begins the transaction; null if it is open. */
  readonly begin: string | null;
  /** Messages of the protocol, whole ones. */
  readonly message: Uint8Array;
  /** Ends the transaction; null if it stays open. */
  readonly leave: string | null;
}

/** What the database has answered to the messages. */
export interface SessionAnswer {
  /** Messages of the protocol; if the transaction could not begin, the error that tells why. */
  readonly bytes: Uint8Array;
  readonly hasBegun: boolean;
  /** Whether the answer was too large, and is left out. */
  readonly isCut: boolean;
  /** Whether the memory of the database has grown by so much that a new one should take its place. */
  readonly isSwollen: boolean;
}

/** Bytes of one answer, which are kept until the client has taken them. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Bytes by which one answer may make the memory of the database grow, which never shrinks. */
const MAX_GROWTH_BYTES = 128 * 1024 * 1024;

/** PostgreSQL, as a session needs it. */
interface Postgres {
  /** Hands over bytes of PostgreSQL's own memory. */
  exchange(message: Uint8Array, onAnswer: (bytes: Uint8Array) => void): Promise<void>;
  isInTransaction(): boolean;
  getMemoryBytes(): number;
}

/** @throws Error if the session is not in a transaction of its own: then nobody may use this database any more */
export async function answerSession(
  postgres: Postgres,
  { begin, message, leave }: SessionRequest,
): Promise<SessionAnswer> {
  const bytesBefore = postgres.getMemoryBytes();
  // the rights of a superuser are everywhere but in that transaction
  if (postgres.isInTransaction() !== (begin === null)) throw new Error('a session has left its transaction');
  const refusal = begin === null ? null : await runScript(postgres, begin);
  const hasBegun = refusal === null;
  const taken = hasBegun ? await collect(postgres, message) : { bytes: refusal, isCut: false };
  if (!postgres.isInTransaction()) throw new Error('a session has ended its transaction');
  const failure = leave === null && hasBegun ? null : await runScript(postgres, leave ?? 'rollback');
  if (failure !== null) throw new Error(`a session cannot be ended: ${failure.toString('latin1')}`);
  const isSwollen = postgres.getMemoryBytes() - bytesBefore > MAX_GROWTH_BYTES;
  return { ...taken, hasBegun, isSwollen };
}

/** @returns the error message of the protocol; null if all went well */
async function runScript(postgres: Postgres, script: string): Promise<Buffer | null> {
  const { bytes } = await collect(postgres, toMessageBytes('Q', script));
  let error: Buffer | null = null;
  lookThrough(bytes, (type, start, end) => {
    if (type === 'E') error = bytes.subarray(start, end);
  });
  return error;
}

async function collect(
  postgres: Postgres,
  message: Uint8Array,
): Promise<{ readonly bytes: Buffer; readonly isCut: boolean }> {
  const pieces: Buffer[] = [];
  let size = 0;
  if (message.length > 0) {
    await postgres.exchange(message, (bytes) => {
      size += bytes.length;
      if (size <= MAX_ANSWER_BYTES) pieces.push(Buffer.from(bytes));
    });
  }
  const isCut = size > MAX_ANSWER_BYTES;
  return { bytes: isCut ? Buffer.alloc(0) : Buffer.concat(pieces), isCut };
}
