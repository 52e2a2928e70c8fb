/** Goes on making pieces of rows while the database still takes those before: its processor and the program's work at once. */

/**
 * Hands on pieces in their order.
 *
 * @param maxBytes no further piece is asked for while so many bytes wait to be taken
 */
export async function* readAhead<Piece extends { readonly text: Buffer }>(
  pieces: AsyncIterable<Piece>,
  maxBytes: number,
): AsyncGenerator<Piece> {
  const waiting: Piece[] = [];
  let waitingBytes = 0;
  let hasEnded = false;
  let isStopped = false;
  let failure: { readonly error: unknown } | null = null;
  // the reader waits only while there are pieces, the taker only while there are none: never both
  let wake: () => void = () => undefined;
  const waitForOther = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  const read = async () => {
    try {
      for await (const piece of pieces) {
        waiting.push(piece);
        waitingBytes += piece.text.length;
        wake();
        while (waitingBytes > maxBytes && !isStopped) await waitForOther();
        if (isStopped) return;
      }
    } catch (error) {
      failure = { error };
    } finally {
      hasEnded = true;
      wake();
    }
  };
  const reading = read();
  try {
    for (;;) {
      const piece = waiting.shift();
      if (piece !== undefined) {
        waitingBytes -= piece.text.length;
        wake();
        yield piece;
      } else if (hasEnded) break;
      else await waitForOther();
    }
    throwIfFailed(failure);
  } finally {
    isStopped = true;
    wake();
    await reading;
  }
}

function throwIfFailed(failure: { readonly error: unknown } | null): void {
  if (failure !== null) throw failure.error;
}
