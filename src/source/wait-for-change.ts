/** How an input is waited for, without reading from it. */
import type { Readable } from 'node:stream';

const CHANGES = ['readable', 'end', 'error', 'close'] as const;

/**
 * Waits until a stream has something to say, or the program is asked to stop.
 *
 * @param patienceMs milliseconds to wait at most
 * @returns whether there was one of the two
 */
export function waitForChange(reader: Readable, patienceMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (hasChanged: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onChange);
      for (const change of CHANGES) reader.off(change, onChange);
      resolve(hasChanged);
    };
    const onChange = () => finish(true);
    // on a busy machine time is up before the pipe was looked at, which is done before an immediate
    const onTimeout = () => void setImmediate(() => finish(false));
    const timer = patienceMs === Number.POSITIVE_INFINITY ? undefined : setTimeout(onTimeout, patienceMs);
    for (const change of CHANGES) reader.on(change, onChange);
    signal.addEventListener('abort', onChange);
  });
}
