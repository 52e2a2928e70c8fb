// Measures what a contender takes: time by the wall clock, and the memory of a child process at its highest.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';

/** What one run took. */
export interface Measurement {
  readonly seconds: number;
  /** The highest resident memory, in bytes; null where there is no process of its own, or no /proc to tell. */
  readonly peakBytes: number | null;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Variables beside the inherited ones; PG* is not inherited. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

const POLL_MS = 20;

/**
 * Runs a program to its end.
 *
 * @throws Error with what it wrote to stderr if it does not exit with 0
 */
export async function measureCommand({ program, args, environment }: Command): Promise<Measurement> {
  const startedAt = performance.now();
  const child = spawn(program, args, {
    env: { ...withoutPostgresVariables(process.env), ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const talk = text(child.stderr);
  const peak = watchPeak(child.pid);
  const exit: unknown[] = await once(child, 'exit').finally(peak.stop);
  const seconds = (performance.now() - startedAt) / 1000;
  const said = await talk;
  const [code, signal] = exit;
  if (code !== 0) throw new Error(`"${program} ${args.join(' ')}" ended with ${code ?? signal}: ${said}`);
  return { seconds, peakBytes: peak.read() };
}

/** Measures work that has no process of its own. */
export async function measureTask(task: () => Promise<void>): Promise<Measurement> {
  const startedAt = performance.now();
  await task();
  return { seconds: (performance.now() - startedAt) / 1000, peakBytes: null };
}

/** @throws RangeError where there are no numbers */
export function toSpread(numbers: readonly number[]): Spread {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  if (min === undefined || max === undefined) throw new RangeError('no numbers to spread');
  return { median: middle.reduce((sum, number) => sum + number, 0) / middle.length, min, max };
}

/**
 * Reads the high-water mark of a process while it lives. It never falls, so that only what is taken in the last
 * 20 ms is missed. The kernel's ru_maxrss will not do: a child inherits that of the process that started it.
 */
function watchPeak(pid: number | undefined) {
  let peakBytes: number | null = null;
  const poll = () => {
    peakBytes = readHighWaterMark(pid) ?? peakBytes;
  };
  poll();
  const timer = setInterval(poll, POLL_MS);
  return { stop: () => clearInterval(timer), read: () => peakBytes };
}

/** VmHWM of a process, in bytes (proc_pid_status(5)); null once it is gone, and on systems without /proc. */
function readHighWaterMark(pid: number | undefined): number | null {
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  } catch {
    return null;
  }
}

function withoutPostgresVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('PG')));
}
