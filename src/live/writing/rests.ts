/**
 * Says when whoever reads a server's pipe may rest a moment. A web server writes each line by itself: whoever reads each at once is
 * woken a thousand times a second, and takes the processor from the server each time. What comes meanwhile stays in the system's
 * pipe, where it outlives the reader. But no rest may fill the pipe, since the server waits then; and nobody tells how much it holds.
 */

/** Milliseconds of a rest. */
export const REST_MS = 5;

/** Bytes that the smallest pipes of Linux hold, or 16 writes if these are kept apart. The usual ones hold 65,536 bytes. */
const SMALLEST_PIPE_BYTES = 4096;

/** Bytes of a rest that are too many for the smallest pipes. */
const BUSY_BYTES = SMALLEST_PIPE_BYTES / 2;

/** What was read at once was in the pipe: so much of it may come in a rest. */
const BUSY_PART = 1 / 4;

/** Milliseconds without rests after the first rest in which too much came. Each further one in a row doubles them. */
const SHORTEST_BUSY_MS = 20;
const LONGEST_BUSY_MS = 1280;

/** Milliseconds within which a reading follows a rest, or another reading, if it was in the pipe already. */
const AT_ONCE_MS = 0.3;

/** When there may be a rest. All times are milliseconds of one clock. */
export class Rests {
  #readyAt = Number.NEGATIVE_INFINITY;
  #mostBytes = 0;
  /** Bytes that were read since the last rest, without waiting for them. */
  #gathered = 0;
  #busyUntil = Number.NEGATIVE_INFINITY;
  #busyMs = SHORTEST_BUSY_MS;

  /**
   * Whether there may be a rest after a reading: the pipe is empty then, and little comes in a rest.
   *
   * @param bytes how many were read
   * @param now when they came
   */
  isDue(bytes: number, now: number): boolean {
    this.#mostBytes = Math.max(this.#mostBytes, bytes);
    const busyBytes = Math.max(BUSY_BYTES, this.#mostBytes * BUSY_PART);
    const wasThere = now - this.#readyAt <= AT_ONCE_MS;
    if (wasThere) {
      const before = this.#gathered;
      this.#gathered += bytes;
      if (before < busyBytes && this.#gathered >= busyBytes) this.#beBusy(now);
    }
    // a pipe that keeps writes apart gives one at a time: it is empty only if the next one has to be waited for
    const mayHoldMore = wasThere && this.#mostBytes <= SMALLEST_PIPE_BYTES;
    if (mayHoldMore || now < this.#busyUntil || bytes >= busyBytes) return false;
    if (this.#gathered < busyBytes) this.#busyMs = SHORTEST_BUSY_MS;
    this.#gathered = 0;
    return true;
  }

  /** Takes note that the reader is ready for the next bytes: it has written the last ones, and rested if it was to. */
  ready(now: number): void {
    this.#readyAt = now;
  }

  #beBusy(now: number): void {
    this.#busyUntil = now + this.#busyMs;
    this.#busyMs = Math.min(this.#busyMs * 2, LONGEST_BUSY_MS);
  }
}
