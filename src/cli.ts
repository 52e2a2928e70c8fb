/**
 * The program: its commands, its signals, its only catch. Nothing else sets the exit code of the process;
 * nothing calls process.exit but a second Ctrl-C.
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { createCheckCommand } from './commands/check.js';
import type { CommandContext } from './commands/context.js';
import { createIngestCommand } from './commands/ingest.js';
import { createInitCommand } from './commands/init.js';
import { createMatchCommand } from './commands/match.js';
import { createParseCommand } from './commands/parse.js';
import { createRunsCommand } from './commands/runs.js';
import { createShowCommand } from './commands/show.js';
import { createStatusCommand } from './commands/status.js';
import { createTopCommand } from './commands/top.js';
import { createUndoCommand } from './commands/undo.js';
import { createVerifyCommand } from './commands/verify.js';
import { EXIT, findErrorCode, LogtallyError } from './errors.js';

const HELP = `
Examples:
  logtally ingest /var/log/apache2/access.log.1    count a log
  logtally top                                     see what is popular
  logtally show 7 1234                             one object, day by day

Without --database-url, DATABASE_URL, PGHOST or PGDATABASE an embedded database is used.

Exit status: 0 done, 1 failure, 2 usage, 3 done but input rejected or damaged, 4 held back for a decision,
130 interrupted.`;

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}

function createProgram(context: CommandContext): Command {
  const program = new Command('logtally')
    .description('Counts how often each object of a web site was requested, from access logs, in PostgreSQL.')
    .version(context.version)
    .showHelpAfterError('(logtally --help tells more)')
    .addHelpText('after', HELP);
  const commands = [
    createIngestCommand,
    createTopCommand,
    createShowCommand,
    createRunsCommand,
    createStatusCommand,
    createVerifyCommand,
    createUndoCommand,
    createCheckCommand,
    createMatchCommand,
    createParseCommand,
    createInitCommand,
  ];
  for (const create of commands) {
    program.addCommand(create(context).exitOverride().showHelpAfterError('(--help tells more)'));
  }
  return program.exitOverride();
}

/** The first SIGINT or SIGTERM asks the work to stop, a second one ends the process at once. */
function createSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

function reportError(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  } else if (error instanceof LogtallyError) {
    process.exitCode = error.exitCode;
    process.stderr.write(
      `logtally: error: ${error.message}\n${error.hint === null ? '' : `logtally: hint: ${error.hint}\n`}`,
    );
  } else if (findErrorCode(error) === 'EPIPE') {
    // whoever read our output has seen enough
    process.exitCode = EXIT.done;
  } else {
    process.exitCode = EXIT.failure;
    process.stderr.write(
      `logtally: this is a bug, please report it:\n${error instanceof Error ? error.stack : String(error)}\n`,
    );
  }
}

process.stdout.on('error', (error) => {
  if (findErrorCode(error) !== 'EPIPE') throw error;
});

const context: CommandContext = {
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: createSignal(),
  version: readVersion(),
  setExitCode(code) {
    process.exitCode = code;
  },
};

try {
  await createProgram(context).parseAsync();
} catch (error) {
  reportError(error);
}
