// Runs the command so that one of its system calls fails once. strace lets the n-th call of a name that concerns one of
// certain paths return an error without being made. It counts for each thread by itself, so that the threads that Node
// keeps for files are made one.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CliResult, finishCli, PROJECT_FOLDER } from '../support/cli.js';

/** A call of the system, and what it fails with. */
export interface Fault {
  readonly call: string;
  readonly error: string;
}

export interface TracedRun {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The paths that count; those that do not exist yet as well. */
  readonly paths: readonly string[];
  /** An empty folder for what strace writes. */
  readonly scratch: string;
}

export interface TracedResult extends CliResult {
  /** Calls that could have failed, in the thread that made most of them. */
  readonly calls: number;
  /** The call that failed, as strace writes it; null where there were fewer. */
  readonly failed: string | null;
  readonly isHung: boolean;
}

/** Milliseconds; a run takes one to three seconds, and this machine may have other work. */
export const LIMIT_MS = 60_000;

/** What the traced command takes for its process number. */
export const KNOWN_PID = '4242';

/** Gives temporary files names that are known beforehand: no random bytes and no process number in them. */
const KNOWN_NAMES = `data:text/javascript,${encodeURIComponent(`
  import crypto from 'node:crypto';
  import { syncBuiltinESMExports } from 'node:module';
  crypto.randomBytes = (bytes) => Buffer.alloc(bytes);
  syncBuiltinESMExports();
  Object.defineProperty(process, 'pid', { value: ${KNOWN_PID} });
`)}`;

/**
 * Whether calls can be failed here: strace is there, and may trace a process of the same user.
 *
 * @throws Error in CI where they cannot
 */
export function hasStrace(): boolean {
  const { status } = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']);
  if (status === 0) return true;
  const message =
    'failing system calls need strace (Debian, Ubuntu: apt-get install strace) and the right to trace a process';
  if (process.env['CI'] !== undefined) throw new Error(message);
  console.warn(`\n*** NOT TESTED: ${message} ***\n`);
  return false;
}

/** @param at which call fails, from 1; null lets all of them succeed */
export async function runTraced(run: TracedRun, fault: Fault, at: number | null): Promise<TracedResult> {
  const trace = join(run.scratch, 'trace');
  const inject = at === null ? [] : ['-e', `inject=${fault.call}:error=${fault.error}:when=${at}`];
  const child = spawn(
    'strace',
    [
      ...[
        '-f',
        '-y',
        '--seccomp-bpf',
        '-o',
        trace,
        '-e',
        `trace=${fault.call}`,
        '-e',
        'signal=none',
        ...inject,
      ],
      ...run.paths.flatMap((path) => ['-P', path]),
      ...[process.execPath, '--import', KNOWN_NAMES, `${PROJECT_FOLDER}bin/logtally.js`, ...run.args],
    ],
    {
      cwd: PROJECT_FOLDER,
      env: { PATH: process.env['PATH'] ?? '', UV_THREADPOOL_SIZE: '1', ...run.environment },
      detached: true,
    },
  );
  child.stdin.end();
  let isHung = false;
  const timer = setTimeout(() => {
    isHung = true;
    // the command as well, which would go on without its tracer
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, LIMIT_MS);
  const closed = once(child, 'close');
  const result = await finishCli(child);
  clearTimeout(timer);
  await closed.catch(() => undefined);
  const calls = (await readFile(trace, 'utf8')).split('\n').filter((text) => text.includes(`${fault.call}(`));
  const failed = calls.find((text) => text.includes('(INJECTED)')) ?? null;
  return { ...result, calls: countMost(calls), failed, isHung };
}

function countMost(calls: readonly string[]): number {
  const callsOf = new Map<string, number>();
  for (const call of calls) {
    const thread = call.split(' ')[0] ?? '';
    callsOf.set(thread, (callsOf.get(thread) ?? 0) + 1);
  }
  return Math.max(0, ...callsOf.values());
}
