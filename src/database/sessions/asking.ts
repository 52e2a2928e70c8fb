/**
 * A session's transactions in the embedded database: each within one turn, between the transactions of the owner, read only,
 * with the rights of a role that only reads, bounded in time, and rolled back at its end.
 */
import { sql } from '../sql.js';
import type { SessionAnswer, SessionRequest } from './answer-session.js';
import type { Problem } from './messages.js';
import type { EndTurn, Turns } from './turns.js';

/** Milliseconds that one message of a session may keep the database busy. */
const STATEMENT_MS = 1000;

/** Milliseconds that a transaction of a session may take, with the time in which its client is silent. */
const TRANSACTION_MS = 1300;

/** The most seconds that a session pauses after a statement that was ended. */
const MAX_PAUSE_SECONDS = 30;

/** The embedded database, as its owner gives it to sessions. */
export interface SessionHost {
  readonly folder: string;
  readonly turns: Turns;
  /** @throws if the thread of the database ends */
  ask(request: SessionRequest): Promise<SessionAnswer>;
  /** Ends the thread of the database, whatever it does; returns when another one is ready. */
  restart(): Promise<void>;
}

const TOO_LONG: Problem = {
  code: '57014',
  message: `canceling statement: it took longer than ${STATEMENT_MS} ms`,
  hint: 'a process that writes has the embedded database open, and does not wait longer; ask for less, ask when it has ended, or use a PostgreSQL server',
};

const TOO_MUCH_MEMORY: Problem = {
  code: '53200',
  message: 'canceling statement: it took too much memory',
  hint: 'ask for less',
};

const TOO_LARGE: Problem = {
  code: '54000',
  message: 'the answer is too large for a session',
  hint: 'ask for fewer rows, or fetch them from a cursor',
};

const IDLE: Problem = {
  code: '25P04',
  message: `the transaction was ended: it took longer than ${TRANSACTION_MS} ms`,
  hint: 'a process that writes has the embedded database open, and does not wait longer',
};

const CANCELED: Problem = {
  code: '57014',
  message: 'canceling statement due to user request',
  hint: null,
};

const BROKEN: Problem = {
  code: 'XX000',
  message: 'the statement has ended the embedded database, which goes on without it',
  hint: 'nothing is lost; ask in another way',
};

/** The end of a transaction before its time. */
export class EndedError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, cause?: unknown) {
    super(problem.message, { cause });
    this.problem = problem;
  }
}

const NOTHING = new Uint8Array();

export type Asking = ReturnType<typeof createAsking>;

/** @param closed aborted when the client has gone */
export function createAsking(host: SessionHost, closed: AbortSignal) {
  let endTurn: EndTurn | null = null;
  let deadline = 0;
  let expiry: NodeJS.Timeout | null = null;
  /** Why the last transaction ended before its time; null if it did not. */
  let ended: Problem | null = null;
  let pauseUntil = 0;
  let pauseSeconds = 1;
  let isAsking = false;
  /** The end of a transaction whose time is over; null if none ends. */
  let expiring: Promise<void> | null = null;
  let cancelWait = new AbortController();

  const endOpen = (wasForced: boolean) => {
    if (expiry !== null) clearTimeout(expiry);
    expiry = null;
    const end = endTurn;
    endTurn = null;
    end?.(wasForced);
  };

  /** Gives the thread of the database up, and its turn when there is another one. */
  const force = async (problem: Problem, cause?: unknown): Promise<never> => {
    pauseUntil = performance.now() + pauseSeconds * 1000;
    pauseSeconds = Math.min(2 * pauseSeconds, MAX_PAUSE_SECONDS);
    ended = problem;
    try {
      await host.restart();
    } finally {
      endOpen(true);
    }
    throw new EndedError(problem, cause);
  };

  const send = async (request: SessionRequest, limitMs: number): Promise<SessionAnswer> => {
    let timer: NodeJS.Timeout | null = null;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), limitMs);
    });
    isAsking = true;
    try {
      const answer = await Promise.race([host.ask(request), late]).catch((error: unknown) =>
        force(BROKEN, error),
      );
      if (answer === null) return await force(TOO_LONG);
      return answer.isSwollen ? await force(TOO_MUCH_MEMORY) : answer;
    } finally {
      isAsking = false;
      if (timer !== null) clearTimeout(timer);
    }
  };

  const takeTurn = async () => {
    cancelWait = new AbortController();
    const { signal } = cancelWait;
    const stop = AbortSignal.any([signal, closed]);
    const pauseMs = pauseUntil - performance.now();
    if (pauseMs > 0) await pause(pauseMs, stop);
    endTurn = await host.turns.takeSessionTurn(stop);
    if (endTurn === null) throw new EndedError(CANCELED);
    ended = null;
    deadline = performance.now() + TRANSACTION_MS;
    expiry = setTimeout(expire, TRANSACTION_MS);
  };

  const leave = async () => {
    const request = { begin: null, message: NOTHING, leave: sql.leaveSession };
    await send(request, STATEMENT_MS);
    endOpen(false);
  };

  const expire = () => {
    // a message that is being answered has its own limit
    if (endTurn === null || isAsking) return;
    ended = IDLE;
    expiring = leave()
      // then the thread is a new one, and the session is told why with its next message
      .catch(() => undefined)
      .finally(() => {
        expiring = null;
      });
  };

  return {
    /** Whether a transaction is open. */
    isOpen: () => endTurn !== null,
    /** Why the last transaction ended before its time; null if it did not. */
    getEnd: () => ended,
    forgetEnd() {
      ended = null;
    },
    /**
     * Sends messages to the database, in a new transaction if none is open.
     *
     * @param settings the session's own, a script
     * @param isLast whether the transaction ends behind them
     * @throws EndedError
     */
    async ask(message: Uint8Array, settings: string, isLast: boolean): Promise<Buffer> {
      if (expiring !== null) {
        await expiring;
        throw new EndedError(ended ?? IDLE);
      }
      const begins = endTurn === null;
      if (begins) await takeTurn();
      const limitMs = Math.max(1, Math.min(STATEMENT_MS, deadline - performance.now()));
      const begin = begins ? `${toBegin()}\n${settings}` : null;
      const answer = await send({ begin, message, leave: isLast ? sql.leaveSession : null }, limitMs);
      if (isLast || !answer.hasBegun) endOpen(false);
      if (answer.isCut) {
        if (!isLast) await leave();
        ended = TOO_LARGE;
        throw new EndedError(TOO_LARGE);
      }
      return Buffer.from(answer.bytes.buffer, answer.bytes.byteOffset, answer.bytes.byteLength);
    },
    /** Ends the transaction, if one is open. */
    async end(): Promise<void> {
      if (expiring !== null) await expiring;
      else if (endTurn !== null) await leave();
    },
    /** Gives up the wait for a turn. A statement that has begun ends by itself, or at its limit. */
    cancel: () => cancelWait.abort(),
  };
}

async function pause(pauseMs: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, pauseMs);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** Begins a transaction that only reads, with the settings of the program's own, and gives it to the role of sessions. */
function toBegin(): string {
  return [
    'begin;',
    sql.setReadOnly,
    sql.setTransactionSettings,
    sql.setEmbeddedMemory,
    sql.enterSession,
  ].join('\n');
}
