// How long a process waited for a core: on a machine with too much to do, that is where time goes, and no program can help it.

import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Watches a process, all threads together, until it is to stop.
 *
 * @returns milliseconds that it waited for a core in the worst second; null where the system does not tell
 */
export async function watchCoreWait(pid: number, stop: AbortSignal): Promise<number | null> {
  let before = readWaitedMs(pid);
  let worst: number | null = null;
  while (!stop.aborted) {
    await sleep(1000);
    const now = readWaitedMs(pid);
    if (now !== null && before !== null) worst = Math.max(worst ?? 0, now - before);
    before = now;
  }
  return worst;
}

/** See `schedstat` in proc(5): nanoseconds on a core, nanoseconds in the queue, turns. */
function readWaitedMs(pid: number): number | null {
  try {
    const folder = `/proc/${pid}/task`;
    const waits = readdirSync(folder).map((thread) =>
      Number(readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ')[1]),
    );
    return waits.reduce((sum, wait) => sum + wait, 0) / 1e6;
  } catch {
    // another system, or a thread that has just ended
    return null;
  }
}
