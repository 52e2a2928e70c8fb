/** Cuts what arrives into whole lines, and holds back the line that has begun. */

const LINE_END = 0x0a;
const NOTHING = Buffer.alloc(0);

/** Bytes of the memory for a line that has begun, until it needs more. */
const USUAL_BYTES = 65_536;

export interface LineHolder {
  /**
   * Takes what has arrived.
   *
   * @returns all whole lines that are there, which may be none; or, if the line that has begun is longer than the bound, what there
   * is of it: the only bytes that do not end with a line's end
   */
  take(chunk: Buffer): Buffer;
  /** What has come of a line without its end; it is held no longer. */
  takeRest(): Buffer;
}

/** @param maxBytes of a line that are held back */
export function createLineHolder(maxBytes: number): LineHolder {
  let held = Buffer.alloc(USUAL_BYTES);
  let heldBytes = 0;
  const hold = (bytes: Buffer) => {
    const needed = heldBytes + bytes.length;
    // what arrives byte by byte is not copied as a whole each time
    if (needed > held.length)
      held = Buffer.concat([held.subarray(0, heldBytes)], Math.max(needed, 2 * held.length));
    bytes.copy(held, heldBytes);
    heldBytes = needed;
  };
  const takeRest = () => {
    const rest = heldBytes === 0 ? NOTHING : Buffer.from(held.subarray(0, heldBytes));
    heldBytes = 0;
    if (held.length > USUAL_BYTES) held = Buffer.alloc(USUAL_BYTES);
    return rest;
  };
  return {
    take(chunk) {
      const end = chunk.lastIndexOf(LINE_END) + 1;
      const lines = chunk.subarray(0, end);
      const whole = end === 0 || heldBytes === 0 ? lines : Buffer.concat([takeRest(), lines]);
      hold(chunk.subarray(end));
      return heldBytes > maxBytes && whole.length === 0 ? takeRest() : whole;
    },
    takeRest,
  };
}
