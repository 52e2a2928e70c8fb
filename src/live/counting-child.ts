/**
 * The process that counts what this one writes: apart, so that neither a busy processor nor the database ever keeps the web server
 * waiting. If it ends it is started again; if this process dies, it sees the end of its standard input, and ends.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds before a process that has failed is started again at first, and at most; each pause is twice the one before. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/** Milliseconds after which a process that has run so long has not failed at its start. */
const STEADY_MS = 60_000;

/** Milliseconds that the last lines may take to be counted. */
const END_MS = 30_000;

/** Milliseconds between two looks whether it is this process's turn, at the end. */
const TURN_MS = 100;

/** The writing of lines goes before their counting. */
const LATER = 10;

export interface CountingChild {
  /** Lets it count what is there, and end. */
  end(): Promise<void>;
}

export interface CountingOptions {
  /** Starts the process; its standard input is a pipe. */
  readonly start: () => ChildProcess;
  /** Whether this process is the one that counts; asked before each start, and once a second until it is. */
  readonly isOurs: () => boolean;
  /** Told how a process has ended that nobody asked to. */
  readonly onEnd: (end: string, pauseMs: number) => void;
}

/** Starts counting, as soon as it is this process's turn. */
export function startCounting({ start, isOurs, onEnd }: CountingOptions): CountingChild {
  const ending = new AbortController();
  const { signal } = ending;
  let child: ChildProcess | null = null;

  const wait = (milliseconds: number) =>
    sleep(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);

  const run = async () => {
    const started = start();
    child = started;
    // it may end before its input does
    started.stdin?.on('error', () => undefined);
    lowerPriority(started.pid);
    if (signal.aborted) started.stdin?.end();
    const end = await Promise.race([
      once(started, 'exit').then(([code, name]) => `${name ?? `exit status ${code}`}`),
      once(started, 'error').then(([error]) => String(error)),
    ]);
    child = null;
    return end;
  };

  const keep = async () => {
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; ) {
      if (!isOurs()) {
        await wait(FIRST_PAUSE_MS);
        continue;
      }
      const startedAt = performance.now();
      const end = await run();
      if (signal.aborted) return;
      if (performance.now() - startedAt > STEADY_MS) pauseMs = FIRST_PAUSE_MS;
      onEnd(end, pauseMs);
      await wait(pauseMs);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  };
  const kept = keep();

  /** Counts what came while none of its processes ran, as soon as another writer's process does not count any more. */
  const countRest = async (over: AbortSignal) => {
    while (!isOurs()) {
      await sleep(TURN_MS, undefined, { signal: over }).catch(() => undefined);
      if (over.aborted) return;
    }
    await run();
  };

  return {
    async end() {
      const wasRunning = child !== null;
      ending.abort();
      child?.stdin?.end();
      const over = AbortSignal.timeout(END_MS);
      const last = wasRunning ? kept : kept.then(() => countRest(over));
      await Promise.race([last, once(over, 'abort')]);
      child?.kill('SIGKILL');
    },
  };
}

function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, LATER);
  } catch {
    // it has ended already, or may not: then both have the same
  }
}
