/** The program: its help and its only catch. It uses only what its caller gives it, never the process itself. */
import { Command, CommanderError } from 'commander';
import { isCommand, loadCommands } from './commands/commands.js';
import type { CommandContext } from './commands/context.js';
import {
  EXIT,
  findErrorCode,
  InterruptedError,
  LogtallyError,
  TOO_MANY_FILES,
  TOO_MANY_FILES_HINT,
  toMessage,
} from './errors.js';
import { hasSeenEnough, toOutputError } from './output/standard-output.js';
import { readVersion } from './version.js';
import { toVisibleText } from './visible-text.js';

const HELP = `
Examples:
  logtally ingest /var/log/apache2/access.log.1    count a log
  logtally top                                     see what is popular
  logtally show 7 1234                             one object, day by day

Without --database-url, DATABASE_URL, PGHOST or PGDATABASE an embedded database is used.

Exit status: 0 done, 1 failure, 2 usage, 3 done but input rejected or damaged, 4 held back for a decision,
130 interrupted.`;

/** Flags that are answered without any command. */
const VERSION_FLAGS = ['-V', '--version'];

/** The command that the scripts of shells run at each TAB; no help lists it. */
const COMPLETE = 'complete';

/** What the caller gives: environment, streams and signal. */
export type World = Omit<CommandContext, 'version' | 'command' | 'setExitCode'>;

/**
 * Runs one command and tells each error on standard error.
 *
 * @param args the command line behind the program's name: `['ingest', 'access.log']`
 * @returns the exit code
 */
export async function runProgram(args: readonly string[], world: World): Promise<number> {
  let exitCode: number = EXIT.done;
  let outputError: Error | null = null;
  // standard output itself forgets its error
  world.stdout.on('error', (error) => {
    outputError = error;
  });
  const context: CommandContext = {
    ...world,
    version: readVersion(),
    command: args[0] ?? '',
    setExitCode(code) {
      exitCode = code;
    },
  };
  try {
    if (args[0] === COMPLETE) {
      const { complete } = await import('./completion/complete.js');
      await complete(context, args.slice(1));
      return exitCode;
    }
    const program = await createProgram(args, context);
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error === outputError && !world.signal.aborted) return reportUnwritten(world, error);
    return reportError(args, world, error);
  }
}

/** Declares the program with the commands that a command line needs: the one that it names, or all. */
export async function createProgram(args: readonly string[], context: CommandContext): Promise<Command> {
  const output = {
    writeOut: (text: string) => void context.stdout.write(text),
    writeErr: (text: string) => context.stderr.write(text),
    // runProgram prints the errors of the library, as it does all others
    outputError: () => undefined,
  };
  const program = new Command('logtally')
    .description('Counts how often each object of a web site was requested, from access logs, in PostgreSQL.')
    .version(context.version, VERSION_FLAGS.join(', '))
    .configureOutput(output)
    .addHelpText('after', HELP);
  const [name = ''] = args;
  for (const { createCommand } of VERSION_FLAGS.includes(name) ? [] : await loadCommands(name)) {
    program.addCommand(createCommand(context).exitOverride().configureOutput(output));
  }
  return program.exitOverride();
}

/** @returns the exit code */
function reportError(args: readonly string[], world: World, error: unknown): number {
  if (world.signal.aborted && !(error instanceof InterruptedError)) {
    const why = error instanceof LogtallyError ? `: ${error.message}` : '';
    printError(world, `interrupted${why}`, null);
    return EXIT.interrupted;
  }
  if (error instanceof CommanderError) {
    if (error.message.startsWith('error: ')) printCommanderError(args, world, error.message);
    // the help, which the library wrote
    else if (world.stdout.errored !== null) return reportUnwritten(world, world.stdout.errored);
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
  if (error instanceof LogtallyError) {
    printError(world, error.message, error.hint);
    return error.exitCode;
  }
  // Node.js opens the program's own files, many of them at once
  if (TOO_MANY_FILES.includes(findErrorCode(error))) {
    printError(world, toVisibleText(toMessage(error)), TOO_MANY_FILES_HINT);
    return EXIT.failure;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const lines = stack.split('\n').map(toVisibleText);
  world.stderr.write(`logtally: this is a bug, please report it:\n${lines.join('\n')}\n`);
  return EXIT.failure;
}

/** @returns the exit code */
function reportUnwritten(world: World, error: unknown): number {
  if (hasSeenEnough(error)) return EXIT.done;
  printError(world, toOutputError(error).message, null);
  return EXIT.failure;
}

function printError({ stderr }: World, message: string, hint: string | null): void {
  stderr.write(`logtally: error: ${message}\n${hint === null ? '' : `logtally: hint: ${hint}\n`}`);
}

/** @param text `error: unknown option '--forma'`, and in a second line `(Did you mean --format?)` if there is a similar one */
function printCommanderError([name = '']: readonly string[], world: World, text: string): void {
  const [, message = '', suggestion] = /^error: (.*?)\.?(?:\n\(Did you mean (.*)\))?$/s.exec(text) ?? [];
  const help = `logtally ${isCommand(name) ? `${name} ` : ''}--help tells more`;
  const hint = suggestion === undefined ? help : `did you mean ${suggestion} ${help}`;
  printError(world, toVisibleText(message), toVisibleText(hint));
}
