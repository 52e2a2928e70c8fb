/** How long a transaction stays open for a pipe that delivers slowly, or nothing. */
/** How long a batch of a pipe may wait for more. */
export interface Patience {
  /** Milliseconds without a byte after which the batch ends. */
  readonly silenceMs: number;
  /** Milliseconds after which the batch ends as soon as there is nothing at hand. */
  readonly batchMs: number;
}

export const PIPE_PATIENCE: Patience = { silenceMs: 60_000, batchMs: 600_000 };
