/**
 * Whose turn it is at the embedded database, which does one thing at a time: its owner's, or a session's. The owner comes first,
 * and sessions have no more than half of the time that they both want.
 */

/** Milliseconds of a session's turn that cost the owner nothing worth mentioning. */
const SHORT_TURN_MS = 50;

/** How many times as long as a turn that had to be ended no session gets another one. */
const ENDED_REST_FACTOR = 4;

export interface Turns {
  /** Waits for the end of a session's turn, if there is one. */
  takeOwnerTurn(): Promise<void>;
  endOwnerTurn(): void;
  /**
   * Waits in the line of the sessions.
   *
   * @returns what ends the turn; null if the signal was aborted before it began
   */
  takeSessionTurn(signal: AbortSignal): Promise<EndTurn | null>;
}

/** @param wasForced whether the turn ended because a limit was passed */
export type EndTurn = (wasForced: boolean) => void;

export function createTurns(): Turns {
  let holder: 'owner' | 'session' | null = null;
  const owners: (() => void)[] = [];
  const sessions: (() => void)[] = [];
  /** Milliseconds since some start; until then no session gets a turn. */
  let restUntil = 0;
  let rest: NodeJS.Timeout | null = null;

  const grant = () => {
    if (holder !== null) return;
    if (owners.length > 0) {
      holder = 'owner';
      for (const begin of owners.splice(0)) begin();
      return;
    }
    const waitMs = restUntil - performance.now();
    if (sessions.length === 0 || rest !== null) return;
    if (waitMs > 0) {
      rest = setTimeout(() => {
        rest = null;
        grant();
      }, waitMs);
      return;
    }
    holder = 'session';
    sessions.shift()?.();
  };

  return {
    async takeOwnerTurn() {
      if (holder === 'owner') return;
      await new Promise<void>((resolve) => {
        owners.push(resolve);
        grant();
      });
    },
    endOwnerTurn() {
      holder = null;
      grant();
    },
    takeSessionTurn: (signal) =>
      new Promise((resolve) => {
        const giveUp = () => {
          sessions.splice(sessions.indexOf(begin), 1);
          resolve(null);
        };
        const begin = () => {
          signal.removeEventListener('abort', giveUp);
          const startedAt = performance.now();
          resolve((wasForced) => {
            const now = performance.now();
            const tookMs = now - startedAt;
            if (wasForced) restUntil = now + ENDED_REST_FACTOR * tookMs;
            else if (tookMs > SHORT_TURN_MS) restUntil = now + tookMs;
            holder = null;
            grant();
          });
        };
        if (signal.aborted) return resolve(null);
        signal.addEventListener('abort', giveUp, { once: true });
        sessions.push(begin);
        grant();
      }),
  };
}
