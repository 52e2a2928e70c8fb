/** How long a pipe is waited for that delivers slowly, or nothing. */

/** How long a batch of a pipe may wait for more. */
export interface Patience {
  /** Milliseconds without a byte after which the batch ends. */
  readonly silenceMs: number;
  /** Milliseconds after which the batch ends as soon as there is nothing at hand. */
  readonly batchMs: number;
}

export const PIPE_PATIENCE: Patience = { silenceMs: 60_000, batchMs: 600_000 };

/** How long a pipe is read on when the program was asked to stop: nobody can deliver again what it holds. */
export const DRAIN_PATIENCE: Patience = { silenceMs: 250, batchMs: 1000 };
