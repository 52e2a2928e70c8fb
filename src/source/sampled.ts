/** A consumer of lines that is made only when the first lines are known, because the format is chosen from them. */
import type { LineHandler, LinePosition } from './lines.js';

/** A line that is kept for later. */
export interface HeldLine {
  readonly line: string;
  readonly position: LinePosition;
  readonly isTooLong: boolean;
}

/** Takes all lines of an input. */
export interface LineConsumer {
  readonly handle: LineHandler;
  /** Reads the lines that are still held back. Call it after the last line. */
  finish(): void;
}

/**
 * Holds the first lines back, makes the handler from them, and hands them to it before all others.
 *
 * @param sampleLines how many lines are held back; 0 makes the handler at once
 */
export function createSampledConsumer(
  sampleLines: number,
  create: (sample: readonly string[]) => LineHandler,
): LineConsumer {
  if (sampleLines === 0) return { handle: create([]), finish: () => undefined };
  let made: LineHandler | null = null;
  const held: HeldLine[] = [];
  const release = () => {
    made = create(held.map(({ line }) => line));
    for (const { line, position, isTooLong } of held) made(line, position, isTooLong);
  };
  return {
    handle(line, position, isTooLong) {
      if (made !== null) return made(line, position, isTooLong);
      held.push({ line, position, isTooLong });
      if (held.length === sampleLines) release();
    },
    finish() {
      if (made === null) release();
    },
  };
}
