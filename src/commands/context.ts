/** What every command is given: the world around it, and the few things that all commands do with it. */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasDatabase, openDatabase } from '../database/connect.js';
import type { Database } from '../database/database.js';
import { toInterruptedError } from '../database/interruptible.js';
import { readSchemaVersion } from '../database/migrate.js';
import { getSchemaVersion } from '../database/migrations.js';
import { DatabaseError } from '../errors.js';
import type { MessageStream } from '../output/messages.js';
import type { ProgressBar } from '../output/progress.js';
import { hasSeenEnough, toOutputError } from '../output/standard-output.js';
import { toVisibleText } from '../output/text.js';
import { type DatabaseFlags, type Environment, holdsPassword, resolveDatabase } from '../settings.js';

export interface CommandContext {
  readonly environment: Environment;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: MessageStream;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** Calls a function at each SIGHUP, which ends the program if nobody asks for it. */
  readonly onHangup: (listener: () => void) => void;
  /** Starts this program once more, beside this process; its standard input is a pipe, and its messages are those of this process. @param environment is added to that of this process */
  readonly startAnother: (args: readonly string[], environment: Environment) => ChildProcess;
  /** Lets no signal end the process: SIGINT and SIGTERM only abort `signal`, SIGHUP and SIGUSR1 only call the function. */
  outliveSignals(onHangUp: () => void): void;
  /** The absolute path by which this program was started. */
  readonly programPath: string;
  /** The absolute path of Node.js, which runs it. */
  readonly nodePath: string;
  /** The program's own version. */
  readonly version: string;
  /** The name of the command. */
  readonly command: string;
  /** What the process will exit with, unless an error says otherwise. */
  setExitCode(code: number): void;
}

interface AccessFlags extends DatabaseFlags {
  /** Whether nothing is written: then the process that has the embedded database open can be asked. */
  readonly onlyReads?: true;
}

/** Opens the database for `work`, and closes it whatever happens. Work is given up when the program is asked to stop. */
export async function withDatabase<Result>(
  context: CommandContext,
  flags: AccessFlags,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  return withPatientDatabase(context, flags, (database) =>
    database.interruptible(context.signal, () => work(database)),
  );
}

/** Warns of a password on the command line. */
export function warnOfPassword(
  { stderr }: Pick<CommandContext, 'stderr'>,
  { quiet, databaseUrl }: DatabaseFlags,
): void {
  if (quiet || databaseUrl === undefined || !holdsPassword(databaseUrl)) return;
  stderr.write(
    'logtally: warning: other users of this machine can see the password on the command line; use ~/.pgpass or PGPASSWORD\n',
  );
}

/** The same for work that has something to finish when the program is asked to stop. */
export async function withPatientDatabase<Result>(
  context: CommandContext,
  flags: AccessFlags,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  warnOfPassword(context, flags);
  const settings = await resolveDatabase(flags, context.environment);
  let hasToldWait = flags.quiet === true;
  const database = await openDatabase(settings, {
    environment: context.environment,
    signal: context.signal,
    command: context.command,
    onlyReads: flags.onlyReads === true,
    onWait: (text) => {
      if (hasToldWait) return;
      hasToldWait = true;
      context.stderr.write(`logtally: ${toVisibleText(text)}\n`);
    },
    onCreate: (folder, namedBy) => {
      if (namedBy !== null && flags.quiet) return;
      const why = namedBy === null ? 'no database is configured: ' : '';
      context.stderr.write(`logtally: ${why}creating an embedded database in '${toVisibleText(folder)}'\n`);
    },
  }).catch((error: unknown) => {
    throw context.signal.aborted ? toInterruptedError(error) : error;
  });
  try {
    return await work(database);
  } finally {
    await close(database, context.signal);
  }
}

/** Milliseconds that a program that was asked to stop waits until the database is closed. */
const CLOSE_MS = 1000;

async function close(database: Database, signal: AbortSignal): Promise<void> {
  const closed = database.close();
  if (!signal.aborted) return closed;
  const isClosed = closed.then(() => true);
  if (await Promise.race([isClosed, sleep(CLOSE_MS, false, { ref: false })])) return;
  database.breakConnection();
}

/**
 * Like `withDatabase`, for commands that need what was counted: nothing is created.
 *
 * @param empty what is returned if nothing has been counted yet
 * @throws DatabaseError if the schema is older than the program
 */
export async function withCountedDatabase<Result>(
  context: CommandContext,
  flags: AccessFlags,
  empty: Result,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const settings = await resolveDatabase(flags, context.environment);
  if (!(await hasDatabase(settings))) {
    // a server is always there
    if (settings.kind === 'embedded')
      tellWhatIsEmpty(context, flags, `there is no database in '${settings.folder}'`);
    return empty;
  }
  return withDatabase(context, flags, async (database) => {
    const version = await readSchemaVersion(database);
    if (version === 0) {
      tellWhatIsEmpty(context, flags, `${database.name} has no tables of logtally`);
      return empty;
    }
    const needed = getSchemaVersion();
    if (version >= needed) return work(database);
    throw new DatabaseError(`${database.name} has schema version ${version}, this program needs ${needed}`, {
      hint: 'run logtally init to upgrade it',
    });
  });
}

/** Tells a person which database was asked: another user, or a service, may count into another one. */
function tellWhatIsEmpty({ stderr }: CommandContext, { quiet }: DatabaseFlags, what: string): void {
  if (!stderr.isTTY || quiet) return;
  stderr.write(`logtally: ${toVisibleText(what)}; --data-dir or --database-url names another one
`);
}

/**
 * The same for commands that only read. While another process has the embedded database open they ask it through that process.
 *
 * @throws DatabaseError if the schema is older than the program
 */
export async function withAskedDatabase<Result>(
  context: CommandContext,
  flags: DatabaseFlags,
  empty: Result,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  return withCountedDatabase(context, { ...flags, onlyReads: true }, empty, work);
}

/** Starts a bar that shows how far the work has come; null if there is no terminal to show it on, or --quiet. */
export async function startProgress(
  { stderr }: CommandContext,
  { quiet }: DatabaseFlags,
  start: (bars: typeof import('../output/progress.js')) => Promise<ProgressBar> | ProgressBar,
): Promise<ProgressBar | null> {
  // the library is loaded only if it is needed
  return stderr.isTTY && !quiet ? start(await import('../output/progress.js')) : null;
}

/**
 * Writes data to standard output and waits while a slow reader catches up. A reader that has gone has seen enough.
 *
 * @param done what the command has done, whatever becomes of the data; null for nothing
 * @throws InputError if it cannot be written
 */
export async function writeOut(
  context: CommandContext,
  text: string,
  done: string | null = null,
): Promise<void> {
  await writeWhileRead(context, text, done);
}

/** The same. @returns false if the reader has gone */
export async function writeWhileRead(
  { stdout }: CommandContext,
  text: string,
  done: string | null = null,
): Promise<boolean> {
  const error = await new Promise<unknown>((resolve) => stdout.write(text, resolve));
  if (!error) return true;
  if (!hasSeenEnough(error)) throw toOutputError(error, done);
  return false;
}
