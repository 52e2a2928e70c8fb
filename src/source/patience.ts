/** How long the program waits for a pipe that delivers slowly or nothing, and how it waits without reading from it. */
import type { Readable } from 'node:stream';

/** How long a batch of a pipe may wait for more. */
export interface Patience {
  /** Milliseconds without a byte after which the batch ends. */
  readonly silenceMs: number;
  /** Milliseconds after which the batch ends as soon as there is nothing at hand. */
  readonly batchMs: number;
}

/** How long the batches of a pipe wait for more. */
export const PIPE_PATIENCE: Patience = { silenceMs: 60_000, batchMs: 600_000 };

/** How long a pipe is read on after the program was asked to stop: nobody can deliver again what it holds. */
export const DRAIN_PATIENCE: Patience = { silenceMs: 250, batchMs: 1000 };

/** Milliseconds that a batch which began at `startedAt` (of `performance.now`) may still wait; no patience waits for ever. */
export function getRestMs(patience: Patience | null, startedAt: number): number {
  if (patience === null) return Number.POSITIVE_INFINITY;
  const { silenceMs, batchMs } = patience;
  return Math.max(0, Math.min(silenceMs, startedAt + batchMs - performance.now()));
}

const CHANGES = ['readable', 'end', 'error', 'close'] as const;

/**
 * Waits until a stream has bytes, an end or an error, or the program is asked to stop.
 *
 * @param patienceMs milliseconds to wait at most
 * @returns whether one of these happened
 */
export function waitForChange(
  reader: Readable,
  patienceMs: number,
  signal: AbortSignal | null,
): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (hasChanged: boolean) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onChange);
      for (const change of CHANGES) reader.off(change, onChange);
      resolve(hasChanged);
    };
    const onChange = () => finish(true);
    // on a busy machine the time may be up before Node.js has looked at the pipe; it does so before an immediate
    const onTimeout = () => void setImmediate(() => finish(false));
    const timer = patienceMs === Number.POSITIVE_INFINITY ? undefined : setTimeout(onTimeout, patienceMs);
    for (const change of CHANGES) reader.on(change, onChange);
    signal?.addEventListener('abort', onChange);
  });
}
