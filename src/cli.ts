/**
 * The process around the program: its arguments, streams and signals. Nothing else sets the exit code of the process;
 * nothing calls process.exit but a second Ctrl-C.
 */
import { spawn } from 'node:child_process';
import { EXIT } from './errors.js';
import { createMessageStream } from './output/messages.js';
import { runProgram } from './program.js';

/** Milliseconds after which a program that was asked to stop says that it has something to finish. */
const FINISHING_MS = 700;

const FINISHING = 'logtally: interrupted: finishing what has begun; a second Ctrl-C ends it at once\n';

/** Milliseconds within which two signals are one: timeout(1) sends it to the process and to its group. */
const SAME_SIGNAL_MS = 100;

let finishing: NodeJS.Timeout | undefined;

const messages = createMessageStream(process.stderr);

/** Whether the command goes on until a signal ends it: then it needs no word that it finishes something. */
let isService = false;

/** Whether the command decides when the process ends. */
let isPatient = false;

/** A web server sends some of them to what reads its pipe, and a service manager the same ones once more. */
function outliveSignals(onHangUp: () => void): void {
  isPatient = true;
  process.on('SIGHUP', onHangUp);
  // without a listener it would start the debugger
  process.on('SIGUSR1', onHangUp);
}

/** The first SIGINT or SIGTERM asks the work to stop, a second one ends the process at once, unless the command is to outlive them. */
function createSignal(): AbortSignal {
  const controller = new AbortController();
  let stoppedAt = Number.NEGATIVE_INFINITY;
  const stop = () => {
    if (isPatient) return controller.abort();
    const isSame = performance.now() - stoppedAt < SAME_SIGNAL_MS;
    if (isSame) return;
    stoppedAt = performance.now();
    if (controller.signal.aborted) {
      messages.stopBar();
      process.exit(EXIT.interrupted);
    }
    controller.abort();
    if (!isService) finishing = setTimeout(() => messages.write(FINISHING), FINISHING_MS).unref();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

// nobody can be told that nobody can be told
process.stderr.on('error', () => undefined);

const signal = createSignal();
process.exitCode = await runProgram(process.argv.slice(2), {
  environment: process.env,
  stdout: process.stdout,
  stderr: messages,
  signal,
  onHangup(listener) {
    isService = true;
    process.on('SIGHUP', listener);
  },
  outliveSignals,
  programPath: process.argv[1] ?? '',
  nodePath: process.execPath,
  startAnother: (args, environment) =>
    spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...args], {
      // signals of the terminal are for this process, which tells the other one when to end
      detached: true,
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'ignore', 'inherit'],
    }),
});
clearTimeout(finishing);
// who looks whether a pipe holds something keeps the process alive until its writer ends, which may be never
if (signal.aborted) process.stdin.destroy();
