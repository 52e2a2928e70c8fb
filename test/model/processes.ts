// Processes of the command that live on while a program of the model goes on.

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT_FOLDER } from '../support/cli.js';

/** A machine under load takes its time; a program fails after it. */
export const PATIENCE_MS = 60_000;

/** What it says in the course of things; all else tells of something that is wrong. */
const USUAL_NEWS = /^logtally: (?:following|ended)/;

export interface Living {
  /** The code that it ended with; null for a signal. The processes that it has started have ended by then as well. */
  readonly ended: Promise<number | null>;
  isAlive(): boolean;
  /** What it has told so far. */
  getNews(): string;
  /** Whether it has told of something that is wrong. */
  hasComplained(): boolean;
  signal(name: NodeJS.Signals): void;
  /** Kills the processes that it has started. @returns how many there were */
  killChildren(): number;
}

/** @param input what is its standard input: a file's number, or nothing */
export function startLiving(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  input: number | null,
): Living {
  const options: SpawnOptions = {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: [input ?? 'ignore', 'ignore', 'pipe'],
  };
  const child = spawn(process.execPath, [`${PROJECT_FOLDER}bin/logtally.js`, ...args], options);
  let news = '';
  child.stderr?.on('data', (text: Buffer) => {
    news += text.toString();
  });
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  return {
    ended: once(child, 'close').then(([code]) => {
      process.off('exit', kill);
      return code;
    }),
    isAlive: () => child.exitCode === null && child.signalCode === null,
    getNews: () => news,
    hasComplained: () => news.split('\n').some((line) => line !== '' && !USUAL_NEWS.test(line)),
    signal: (name) => void child.kill(name),
    killChildren: () => killChildren(child),
  };
}

/** Waits until something is so. @throws Error if it never is */
export async function waitUntil(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const until = Date.now() + PATIENCE_MS; !(await isSo()); await sleep(20)) {
    if (Date.now() > until) throw new Error(`${what}: not within ${PATIENCE_MS / 1000} s`);
  }
}

function killChildren({ pid }: ChildProcess): number {
  const pids = listChildren(pid);
  for (const each of pids) {
    try {
      process.kill(each, 'SIGKILL');
    } catch {
      // it has ended
    }
  }
  return pids.length;
}

function listChildren(pid: number | undefined): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    // it has ended, or the system has no such file
    return [];
  }
}
