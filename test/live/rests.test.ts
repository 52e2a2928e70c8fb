import { describe, expect, it } from 'vitest';
import { REST_MS, Rests } from '../../src/live/writing/rests.js';

const LINE_BYTES = 200;

/** How a server's pipe behaves beside a reader that rests when it may. */
interface Played {
  /** Share of the time in which the pipe was full, so that the server waits. */
  readonly full: number;
  /** Rests in each second. */
  readonly rests: number;
  /** Readings in each second. */
  readonly readings: number;
}

/**
 * Plays some seconds of a server that writes a line at a time.
 *
 * @param pipe bytes that it holds, and how many of them one reading takes
 */
function play(
  linesPerSecond: number,
  pipe: { readonly bytes: number; readonly readBytes: number },
  rests = new Rests(),
): Played {
  const seconds = 20;
  const lineMs = 1000 / linesPerSecond;
  const readMs = 0.02;
  let now = 0;
  let nextLineAt = 0;
  let waiting = 0;
  let full = 0;
  let rested = 0;
  let readings = 0;
  const pass = (ms: number) => {
    const end = now + ms;
    while (nextLineAt < end) {
      if (waiting + LINE_BYTES > pipe.bytes) {
        full += end - Math.max(now, nextLineAt);
        // the line that waits is written when there is room
        nextLineAt = end;
        break;
      }
      waiting += LINE_BYTES;
      nextLineAt += lineMs;
    }
    now = end;
  };
  while (now < seconds * 1000) {
    if (waiting === 0) pass(Math.max(nextLineAt - now, 0) + readMs);
    const bytes = Math.min(waiting, pipe.readBytes);
    waiting -= bytes;
    readings += 1;
    const isRestDue = rests.isDue(bytes, now);
    if (isRestDue) {
      rested += 1;
      pass(REST_MS);
    }
    rests.ready(now);
    pass(readMs);
  }
  return { full: full / now, rests: rested / seconds, readings: readings / seconds };
}

const USUAL = { bytes: 65_536, readBytes: 65_536 };

describe('a reader of a pipe', () => {
  it.each([100, 1000])(
    'rests behind a server of %d lines a second, and reads less often than it writes',
    (rate) => {
      const { full, rests, readings } = play(rate, USUAL);
      expect(full).toBe(0);
      expect(rests).toBeGreaterThan(rate === 100 ? 90 : 140);
      expect(readings).toBeLessThan(rate === 100 ? 110 : 400);
    },
  );

  it.each([3000, 5000, 50_000])('hardly ever rests behind one of %d lines a second', (rate) => {
    const { full, rests } = play(rate, USUAL);
    expect(full).toBe(0);
    expect(rests).toBeLessThan(5);
  });

  it('rests behind a fast server as well, when one reading has shown that the pipe holds enough', () => {
    const rests = new Rests();
    rests.isDue(USUAL.bytes, Number.NEGATIVE_INFINITY);
    const played = play(10_000, USUAL, rests);
    expect(played.full).toBe(0);
    expect(played.readings).toBeLessThan(500);
  });

  it.each([4096, 8192, 16_384, 32_768])('lets no server wait for a pipe of %d bytes', (bytes) => {
    for (const rate of [1000, 2500, 5000, 10_000, 20_000])
      expect(play(rate, { bytes, readBytes: 65_536 }).full).toBeLessThan(0.005);
  });

  it('lets no server wait whose pipe gives one line a reading', () => {
    expect(play(2000, { bytes: 16 * LINE_BYTES, readBytes: LINE_BYTES }).full).toBeLessThan(0.005);
  });

  it('soon rests again when a server is calm again, however long it was busy', () => {
    const rests = new Rests();
    let now = 0;
    expect(rests.isDue(100, now)).toBe(true);
    /** Finds so many bytes after a rest. @returns milliseconds until the next rest */
    const findPause = (bytes: number) => {
      rests.ready(now);
      expect(rests.isDue(bytes, now)).toBe(false);
      const from = now;
      do now += 1;
      while (!rests.isDue(100, now));
      return now - from;
    };
    expect([4096, 4096, 4096, 100, 4096].map(findPause)).toEqual([20, 40, 80, 1, 20]);
  });
});
