// Who held the merge lock, and who waited for it, from the statements in the server's log: to the millisecond, without a clock
// in the program.

import { sql } from '../../src/database/sql.js';
import type { Statement } from './server-log.js';

/** One transaction under the lock. Times are milliseconds since 1970. */
export interface Hold {
  readonly process: number;
  /** When it asked for the lock, and when it joined the queue: a few questions lie between the two if somebody has the lock. */
  readonly askedAt: number;
  readonly queuedAt: number;
  /** When it got it. */
  readonly from: number;
  /** When its transaction had ended. */
  readonly until: number;
}

/** What became of one wait. */
export interface Wait {
  readonly hold: Hold;
  readonly seconds: number;
  /** Others that joined the queue later and had the lock before. */
  readonly overtakenBy: number;
  /** The part of the wait, in seconds, in which nobody had the lock. */
  readonly idleSeconds: number;
}

/** Requests within so many milliseconds count as made at once: the log does not tell which of them the server saw first. */
const AT_ONCE_MS = 20;

const [TRY, LOCK] = [sql.tryLockMerges, sql.lockMerges].map((text) => text.split('\n', 1)[0]);

/** Lists the transactions that had the lock, in the order in which they got it. */
export function listHolds(statements: readonly Statement[]): readonly Hold[] {
  const holds: Hold[] = [];
  for (const process of new Set(statements.map((statement) => statement.process))) {
    const own = statements.filter((statement) => statement.process === process);
    let asked: Omit<Hold, 'process' | 'until'> | undefined;
    for (const { beginning, endedAt, milliseconds } of own) {
      // a later attempt within the same transaction has the lock already
      const beganAt = endedAt - milliseconds;
      if (beginning === TRY) asked ??= { askedAt: beganAt, queuedAt: beganAt, from: endedAt };
      else if (beginning === LOCK && asked !== undefined)
        asked = { askedAt: asked.askedAt, queuedAt: beganAt, from: endedAt };
      else if ((beginning === 'commit' || beginning === 'rollback') && asked !== undefined) {
        holds.push({ process, ...asked, until: endedAt });
        asked = undefined;
      }
    }
  }
  return holds.toSorted((a, b) => a.from - b.from);
}

/** Tells of each transaction under the lock how it came to it. */
export function listWaits(holds: readonly Hold[]): readonly Wait[] {
  return holds.map((hold) => {
    const others = holds.filter(
      (other) => other !== hold && other.from < hold.from && other.until > hold.askedAt,
    );
    const overtakenBy = others.filter(({ queuedAt }) => queuedAt > hold.queuedAt + AT_ONCE_MS).length;
    let busyUntil = hold.askedAt;
    let idle = 0;
    for (const { from, until } of others) {
      idle += Math.max(from - busyUntil, 0);
      busyUntil = Math.max(busyUntil, until);
    }
    idle += Math.max(hold.from - busyUntil, 0);
    return { hold, seconds: (hold.from - hold.askedAt) / 1000, overtakenBy, idleSeconds: idle / 1000 };
  });
}
