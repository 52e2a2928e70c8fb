/** What every command is given: the world outside, and the few things they all do with it. */
import type { Command } from 'commander';
import { hasDatabase, openDatabase } from '../database/connect.js';
import type { Database } from '../database/database.js';
import { readSchemaVersion, SCHEMA_VERSION } from '../database/migrate.js';
import { DatabaseError } from '../errors.js';
import { toVisibleText } from '../output/text.js';
import {
  type DatabaseFlags,
  DEFAULT_LOCK_WAIT,
  type Environment,
  holdsPassword,
  parseCount,
  resolveDatabase,
} from '../settings.js';

export interface CommandContext {
  readonly environment: Environment;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** The program's own version. */
  readonly version: string;
  /** What the process will exit with, unless an error says otherwise. */
  setExitCode(code: number): void;
}

/** Declares the options that choose a database. */
export function addDatabaseOptions(command: Command): Command {
  return command
    .optionsGroup('Database:')
    .option(
      '--database-url <url>',
      'PostgreSQL server, postgres://user@host:5432/database (env: DATABASE_URL, or PG* variables)',
    )
    .option(
      '--data-dir <folder>',
      "folder of the embedded database, used where no server is configured (env: LOGTALLY_DATA_DIR; default: the platform's data folder)",
    )
    .option(
      '--lock-wait <seconds>',
      `how long to wait for another run that is merging into the server, or has the embedded database open (default: ${DEFAULT_LOCK_WAIT.postgres} for a server, ${DEFAULT_LOCK_WAIT.embedded} for the embedded database)`,
      parseCount('--lock-wait', 0),
    );
}

/** Opens the database, hands it to `work`, and closes it whatever happens. */
export async function withDatabase<Result>(
  context: CommandContext,
  flags: DatabaseFlags,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  if (flags.databaseUrl !== undefined && holdsPassword(flags.databaseUrl)) {
    context.stderr.write(
      'logtally: warning: other users of this machine can see the password on the command line; use ~/.pgpass or PGPASSWORD\n',
    );
  }
  const settings = await resolveDatabase(flags, context.environment);
  const database = await openDatabase(settings, (folder) => {
    context.stderr.write(
      `logtally: no database is configured: creating an embedded one in '${toVisibleText(folder)}'\n`,
    );
  });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/**
 * Like `withDatabase`, for commands that only read: nothing is created.
 *
 * @param empty what is returned where nothing has been counted yet
 * @throws DatabaseError where the schema is older than the program
 */
export async function withCountedDatabase<Result>(
  context: CommandContext,
  flags: DatabaseFlags,
  empty: Result,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  if (!hasDatabase(await resolveDatabase(flags, context.environment))) return empty;
  return withDatabase(context, flags, async (database) => {
    const version = await readSchemaVersion(database);
    if (version === 0) return empty;
    if (version < SCHEMA_VERSION) {
      throw new DatabaseError(
        `${database.name} has schema version ${version}, this program needs ${SCHEMA_VERSION}`,
        {
          hint: 'run logtally init to upgrade it',
        },
      );
    }
    return work(database);
  });
}

/** Writes data to standard output and waits while a slow reader catches up. */
export async function writeOut(context: CommandContext, text: string): Promise<void> {
  if (context.stdout.write(text)) return;
  await new Promise((resolve) => context.stdout.once('drain', resolve));
}
