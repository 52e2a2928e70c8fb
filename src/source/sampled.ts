/** A consumer of lines that is made only when the first lines are known, because the format is chosen from them. */
import type { LineHandler, LinePosition } from './lines.js';

/** Turns lines into text, some of which it may hold back until the input has ended. */
export interface LineConsumer {
  readonly handle: LineHandler;
  /** Returns the text that was held back. Call it once, after the last line. */
  finish(): string;
}

/** A line that is kept for later. */
export interface HeldLine {
  readonly line: string;
  readonly position: LinePosition;
  readonly isTooLong: boolean;
}

/**
 * Holds the first lines back, makes the consumer from them, and hands them to it before all others.
 *
 * @param sampleLines how many lines are held back; 0 makes the consumer at once
 */
export function createSampledConsumer(
  sampleLines: number,
  create: (sample: readonly string[]) => LineConsumer,
): LineConsumer {
  if (sampleLines === 0) return create([]);
  let consumer: LineConsumer | null = null;
  const held: HeldLine[] = [];
  const release = () => {
    const made = create(held.map(({ line }) => line));
    consumer = made;
    return held.map(({ line, position, isTooLong }) => made.handle(line, position, isTooLong) ?? '').join('');
  };
  return {
    handle(line, position, isTooLong) {
      if (consumer !== null) return consumer.handle(line, position, isTooLong);
      held.push({ line, position: { ...position }, isTooLong });
      return held.length < sampleLines ? undefined : release() || undefined;
    },
    finish() {
      const first = consumer === null ? release() : '';
      return first + (consumer?.finish() ?? '');
    },
  };
}
