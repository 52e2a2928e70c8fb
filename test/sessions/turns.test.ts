// Whose turn it is at the embedded database.

import { describe, expect, it } from 'vitest';
import { createTurns } from '../../src/database/sessions/turns.js';

const NEVER = new AbortController().signal;

describe('a turn at the embedded database', () => {
  it("is the owner's before that of sessions that have waited for longer", async () => {
    const turns = createTurns();
    const order: string[] = [];
    const end = await turns.takeSessionTurn(NEVER);
    const session = turns.takeSessionTurn(NEVER).then((next) => {
      order.push('session');
      next?.(false);
    });
    const owner = turns.takeOwnerTurn().then(() => order.push('owner'));
    end?.(false);
    await owner;
    turns.endOwnerTurn();
    await session;
    expect(order).toEqual(['owner', 'session']);
  });

  it('is given up by a session that does not wait any longer, and goes to the next one', async () => {
    const turns = createTurns();
    const leaving = new AbortController();
    const end = await turns.takeSessionTurn(NEVER);
    const left = turns.takeSessionTurn(leaving.signal);
    const next = turns.takeSessionTurn(NEVER);
    leaving.abort();
    expect(await left).toBeNull();
    end?.(false);
    expect(await next).not.toBeNull();
  });

  it('leaves the owner alone for as long as a long one has taken, and for four times as long if it was ended', async () => {
    for (const [wasForced, factor] of [
      [false, 1],
      [true, 4],
    ] as const) {
      const turns = createTurns();
      const end = await turns.takeSessionTurn(NEVER);
      const began = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 100));
      const took = performance.now() - began;
      end?.(wasForced);
      const waited = performance.now();
      await turns.takeSessionTurn(NEVER);
      // timers may end a millisecond early
      expect(performance.now() - waited).toBeGreaterThanOrEqual(took * factor - 10);
    }
  });
});
