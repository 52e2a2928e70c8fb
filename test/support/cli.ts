// Runs the built command as a child process, as a person or cron would.

import { type ChildProcess, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const PROJECT_FOLDER = fileURLToPath(new URL('../../', import.meta.url));

export interface CliResult {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** Added to an environment that holds nothing but PATH. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What is piped in; without it standard input is at its end at once. */
  readonly input?: string | Buffer;
}

/** Starts the command and leaves it to the test. */
export function startCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn(process.execPath, [`${PROJECT_FOLDER}bin/logtally.js`, ...args], {
    cwd: PROJECT_FOLDER,
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Runs the command to its end. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = startCli(args, options.environment);
  // the command may stop reading before the end of what is piped in
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.input ?? '');
  return finishCli(child);
}

/** Waits for a started command. */
export async function finishCli(child: ChildProcess): Promise<CliResult> {
  if (child.stdout === null || child.stderr === null)
    throw new Error('the command was started without pipes');
  const [code, stdout, stderr] = await Promise.all([
    new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    }),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr };
}
