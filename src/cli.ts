/**
 * The program: its commands, its signals, its only catch. Nothing else sets the exit code of the process;
 * nothing calls process.exit but a second Ctrl-C.
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import type { CommandContext } from './commands/context.js';
import { EXIT, InterruptedError, LogtallyError } from './errors.js';
import { createMessageStream } from './output/messages.js';
import { hasSeenEnough, toOutputError } from './output/standard-output.js';
import { toVisibleText } from './visible-text.js';

const HELP = `
Examples:
  logtally ingest /var/log/apache2/access.log.1    count a log
  logtally top                                     see what is popular
  logtally show 7 1234                             one object, day by day

Without --database-url, DATABASE_URL, PGHOST or PGDATABASE an embedded database is used.

Exit status: 0 done, 1 failure, 2 usage, 3 done but input rejected or damaged, 4 held back for a decision,
130 interrupted.`;

type CreateCommand = (context: CommandContext) => Command;

/** In the order of the help. */
const COMMANDS: Readonly<Record<string, () => Promise<CreateCommand>>> = {
  ingest: async () => (await import('./commands/ingest.js')).createIngestCommand,
  top: async () => (await import('./commands/top.js')).createTopCommand,
  show: async () => (await import('./commands/show.js')).createShowCommand,
  report: async () => (await import('./commands/report.js')).createReportCommand,
  query: async () => (await import('./commands/query.js')).createQueryCommand,
  runs: async () => (await import('./commands/runs.js')).createRunsCommand,
  status: async () => (await import('./commands/status.js')).createStatusCommand,
  verify: async () => (await import('./commands/verify.js')).createVerifyCommand,
  undo: async () => (await import('./commands/undo.js')).createUndoCommand,
  export: async () => (await import('./commands/export.js')).createExportCommand,
  check: async () => (await import('./commands/check.js')).createCheckCommand,
  match: async () => (await import('./commands/match.js')).createMatchCommand,
  parse: async () => (await import('./commands/parse.js')).createParseCommand,
  init: async () => (await import('./commands/init.js')).createInitCommand,
};

/** Flags that are answered without any command. */
const VERSION_FLAGS = ['-V', '--version'];

/** Loading all of them takes longer than counting a small log: only the one that is asked for is, if it is known. */
function loadCommands(name = ''): Promise<readonly CreateCommand[]> {
  if (VERSION_FLAGS.includes(name)) return Promise.resolve([]);
  const asked = Object.entries(COMMANDS).filter(([each]) => each === name || !Object.hasOwn(COMMANDS, name));
  return Promise.all(asked.map(([, load]) => load()));
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}

/** Its errors are told as all others are, when they are caught. */
const NO_ERRORS = { outputError: () => undefined };

async function createProgram(context: CommandContext): Promise<Command> {
  const program = new Command('logtally')
    .description('Counts how often each object of a web site was requested, from access logs, in PostgreSQL.')
    .version(context.version, VERSION_FLAGS.join(', '))
    .configureOutput(NO_ERRORS)
    .addHelpText('after', HELP);
  for (const create of await loadCommands(process.argv[2])) {
    program.addCommand(create(context).exitOverride().configureOutput(NO_ERRORS));
  }
  return program.exitOverride();
}

/** Milliseconds after which a program that was asked to stop says that it has something to finish. */
const FINISHING_MS = 700;

const FINISHING = 'logtally: interrupted: finishing what has begun; a second Ctrl-C ends it at once\n';

let finishing: NodeJS.Timeout | undefined;

const messages = createMessageStream(process.stderr);

/** The first SIGINT or SIGTERM asks the work to stop, a second one ends the process at once. */
function createSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) {
      messages.stopBar();
      process.exit(EXIT.interrupted);
    }
    controller.abort();
    finishing = setTimeout(() => messages.write(FINISHING), FINISHING_MS).unref();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

/** Standard output forgets it. */
let outputError: Error | null = null;

function reportError(error: unknown, signal: AbortSignal): void {
  if (signal.aborted && !(error instanceof InterruptedError)) {
    process.exitCode = EXIT.interrupted;
    const why = error instanceof LogtallyError ? `: ${error.message}` : '';
    printError(`interrupted${why}`, null);
  } else if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error.message.startsWith(COMMANDER_PREFIX)) printCommanderError(error.message);
    // the help, which the library wrote
    else if (process.stdout.errored !== null) reportUnwritten(process.stdout.errored);
  } else if (error instanceof LogtallyError) {
    process.exitCode = error.exitCode;
    printError(error.message, error.hint);
  } else if (error === outputError) {
    reportUnwritten(error);
  } else {
    process.exitCode = EXIT.failure;
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    messages.write(
      `logtally: this is a bug, please report it:\n${stack.split('\n').map(toVisibleText).join('\n')}\n`,
    );
  }
}

function reportUnwritten(error: unknown): void {
  process.exitCode = hasSeenEnough(error) ? EXIT.done : EXIT.failure;
  if (!hasSeenEnough(error)) printError(toOutputError(error).message, null);
}

function printError(message: string, hint: string | null): void {
  messages.write(`logtally: error: ${message}\n${hint === null ? '' : `logtally: hint: ${hint}\n`}`);
}

const COMMANDER_PREFIX = 'error: ';

/** @param text `error: unknown option '--forma'`, and in another line `(Did you mean --format?)` if something is like it */
function printCommanderError(text: string): void {
  const [, message = '', suggestion] = /^error: (.*?)\.?(?:\n\(Did you mean (.*)\))?$/s.exec(text) ?? [];
  const name = process.argv[2] ?? '';
  const help = `logtally ${Object.hasOwn(COMMANDS, name) ? `${name} ` : ''}--help tells more`;
  const hint = suggestion === undefined ? help : `did you mean ${suggestion} ${help}`;
  printError(toVisibleText(message), toVisibleText(hint));
}

process.stdout.on('error', (error) => {
  outputError = error;
});

// nobody can be told that nobody can be told
process.stderr.on('error', () => undefined);

const context: CommandContext = {
  environment: process.env,
  stdout: process.stdout,
  stderr: messages,
  signal: createSignal(),
  version: readVersion(),
  setExitCode(code) {
    process.exitCode = code;
  },
};

try {
  await (await createProgram(context)).parseAsync();
} catch (error) {
  reportError(error, context.signal);
} finally {
  clearTimeout(finishing);
}
