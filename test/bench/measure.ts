// Measures what a contender takes: time by the wall clock, and the memory of its processes at their highest.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';

/** What one run took. */
export interface Measurement {
  readonly seconds: number;
  /** The highest resident memory, in bytes; null where there is no process of its own, or no /proc to tell. */
  readonly peakBytes: number | null;
}

/** A run that has ended well. */
export interface Ran {
  readonly measurement: Measurement;
  /** What it wrote to standard output. */
  readonly output: string;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Variables beside the inherited ones; PG* is not inherited. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Writes the program's standard input and ends it; without one there is none. */
  readonly feed?: (stdin: NonNullable<ChildProcess['stdin']>) => Promise<void>;
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
export async function measureCommand(command: Command): Promise<Ran> {
  const { program, args, environment, feed } = command;
  const startedAt = performance.now();
  const child = spawn(program, args, {
    env: { ...withoutPostgresVariables(process.env), ...environment },
    stdio: [feed === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const talk = Promise.all(
    [child.stdout, child.stderr].map((stream) => (stream === null ? '' : text(stream))),
  );
  const peak = watchPeak(child.pid);
  const ended = once(child, 'exit').finally(peak.stop);
  // a program that ends before its input does is told by its exit code
  const fed = child.stdin === null ? null : feed?.(child.stdin).catch(() => undefined);
  const exit: unknown[] = await ended;
  const seconds = (performance.now() - startedAt) / 1000;
  await fed;
  const [output = '', complaint] = await talk;
  const [code, signal] = exit;
  if (code !== 0)
    throw new Error(`"${program} ${args.join(' ')}" ended with ${code ?? signal}: ${complaint}`);
  return { measurement: { seconds, peakBytes: peak.read() }, output };
}

/** Measures work that has no process of its own. */
export async function measureTask(task: () => Promise<void>): Promise<Ran> {
  const startedAt = performance.now();
  await task();
  const seconds = (performance.now() - startedAt) / 1000;
  return { measurement: { seconds, peakBytes: null }, output: '' };
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
 * Reads the high-water marks of a process and its children while they live, and adds them up. A mark never falls, so
 * that only what is taken in the last 20 ms is missed. The kernel's ru_maxrss will not do: a child inherits that of
 * the process that started it.
 */
function watchPeak(pid: number | undefined) {
  const marks = new Map<number, number>();
  const poll = () => {
    if (pid !== undefined) readHighWaterMarks(pid, marks);
  };
  poll();
  const timer = setInterval(poll, POLL_MS);
  return {
    stop: () => clearInterval(timer),
    read: () => (marks.size === 0 ? null : [...marks.values()].reduce((sum, bytes) => sum + bytes, 0)),
  };
}

/** Notes VmHWM, in bytes (proc_pid_status(5)); nothing for a process that is gone, and on systems without /proc. */
function readHighWaterMarks(pid: number, marks: Map<number, number>): void {
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    if (kibibytes !== undefined) marks.set(pid, Number(kibibytes) * 1024);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    for (const child of children === '' ? [] : children.split(' ')) readHighWaterMarks(Number(child), marks);
  } catch {
    // it has ended
  }
}

function withoutPostgresVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('PG')));
}
