// Runs the built command: in the test's own process, or as a child process, as a person or cron would.

import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { PROJECT_FOLDER } from './project-folder.js';

export { PROJECT_FOLDER };

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

const running = new Set<ChildProcess>();

/** Kills the commands that still run: a test that fails or times out leaves them behind. */
export function endStartedCommands(): void {
  for (const child of running) child.kill('SIGKILL');
}

process.on('exit', endStartedCommands);

/** Starts the command and leaves it to the test, at whose end it is killed if it still runs. */
export function startCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  const child = spawn(process.execPath, [`${PROJECT_FOLDER}bin/logtally.js`, ...args], {
    cwd: PROJECT_FOLDER,
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Variables that the command takes from what it is given, never from the process. */
const GIVEN: ReadonlySet<string> = new Set([
  'DATABASE_URL',
  'LOGTALLY_DATA_DIR',
  'PGHOST',
  'PGPORT',
  'PGSERVICE',
]);

/** Faults that end or stop a process: a signal, a pause, and `kill`, which is meant if nothing is named. */
const ENDS_PROCESS = /^\w+(?::\d+)?(?::(?:kill|SIG\w+|\d+ms))?$/;

/**
 * Runs the command to its end: in this process, which takes a tenth of the time, if nothing that it is given belongs to a
 * process. What a test promises about the process itself (its memory, its signals, its end) needs `startCli` or `spawnCli`.
 */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { LOGTALLY_FAULT: fault = '', ...given } = options.environment ?? {};
  const isHere = Object.keys(given).every((name) => GIVEN.has(name)) && !ENDS_PROCESS.test(fault);
  return isHere && !isInputTaken ? runHere(args, options) : spawnCli(args, options);
}

/** Runs the command to its end, in a process of its own. */
export async function spawnCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = startCli(args, options.environment);
  // the command may stop reading before the end of what is piped in
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.input ?? '');
  return finishCli(child);
}

/** One command at a time has this process's standard input. */
let isInputTaken = false;

/** Bytes that a pipe delivers at once. */
const PIPE_BYTES = 64 * 1024;

async function runHere(
  args: readonly string[],
  { environment = {}, input = '' }: CliOptions,
): Promise<CliResult> {
  isInputTaken = true;
  const { createMessageStream, runProgram, setFault } = await loadProgram();
  if (environment['LOGTALLY_DATA_DIR'] !== undefined || args.includes('--data-dir'))
    await keepPostgresCompiled();
  const stdout = new CollectedOutput();
  const stderr = new CollectedOutput();
  const stdin = Object.getOwnPropertyDescriptor(process, 'stdin') ?? {};
  const bytes = Buffer.from(input);
  const chunks = Array.from({ length: Math.ceil(bytes.length / PIPE_BYTES) }, (_, at) =>
    bytes.subarray(at * PIPE_BYTES, (at + 1) * PIPE_BYTES),
  );
  setFault(environment['LOGTALLY_FAULT'] ?? '');
  const piped = Readable.from(chunks, { objectMode: false });
  Object.defineProperty(process, 'stdin', { value: piped, configurable: true });
  try {
    const code = await runProgram(args, {
      environment,
      stdout: stdout as unknown as NodeJS.WriteStream,
      stderr: createMessageStream(stderr as unknown as NodeJS.WriteStream),
      signal: new AbortController().signal,
      onHangup: () => undefined,
      outliveSignals: () => undefined,
      programPath: `${PROJECT_FOLDER}bin/logtally.js`,
      nodePath: process.execPath,
      startAnother: () => {
        throw new Error('a command within a test starts no other process');
      },
    });
    return { code, stdout: stdout.toString(), stderr: stderr.toString() };
  } finally {
    Object.defineProperty(process, 'stdin', stdin);
    setFault('');
    isInputTaken = false;
  }
}

/** What a command writes, as a pipe takes it. */
class CollectedOutput extends Writable {
  private readonly chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }

  override toString(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

/** The program as it was built. */
async function loadProgram() {
  // a name that the compiler does not follow: the build may not have been made yet when types are checked
  const dist = `${PROJECT_FOLDER}dist/`;
  const { runProgram }: typeof import('../../src/program.js') = await import(`${dist}program.js`);
  const { createMessageStream }: typeof import('../../src/output/messages.js') = await import(
    `${dist}output/messages.js`
  );
  const { setFault }: typeof import('../../src/faults.js') = await import(`${dist}faults.js`);
  return { runProgram, createMessageStream, setFault };
}

/** As much of it as is used; the types are a browser's. */
interface Engine {
  readonly WebAssembly: { compile(bytes: Buffer): Promise<object> };
}

let postgres: Promise<object> | null = null;

/**
 * Makes the embedded database open in a third of the time: the engine compiles the same WebAssembly once for all threads of a
 * process, as long as one of them holds it.
 */
export function keepPostgresCompiled(): Promise<object> {
  const { WebAssembly } = globalThis as unknown as Engine;
  const path = join(PROJECT_FOLDER, 'node_modules/@electric-sql/pglite/dist/pglite.wasm');
  postgres ??= readFile(path).then((bytes) => WebAssembly.compile(bytes));
  return postgres;
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
