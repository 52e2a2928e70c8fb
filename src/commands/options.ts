/** The options that several commands have. */
import { type Command, Option } from 'commander';
import { UsageError } from '../errors.js';
import { type DatabaseFlags, DEFAULT_LOCK_WAIT, parseCount } from '../settings.js';

/** The flags that several commands have, as commander delivers them. */
export interface CommandFlags extends DatabaseFlags {
  readonly config?: string;
  readonly json?: true;
  readonly csv?: true;
}

/** Declares the options that choose a database, and how long to wait for it. */
export function addDatabaseOptions(command: Command): Command {
  return addDatabaseChoice(command).option(
    '--lock-wait <seconds>',
    `how long to wait for another run that is merging into the server, or has the embedded database open (default: ${DEFAULT_LOCK_WAIT.postgres} for a server, ${DEFAULT_LOCK_WAIT.embedded} for the embedded database)`,
    parseCount('--lock-wait', 0),
  );
}

/** Declares the options that choose a database. */
export function addDatabaseChoice(command: Command): Command {
  return command
    .optionsGroup('Database:')
    .option(
      '--database-url <url>',
      'PostgreSQL server, postgres://user@host:5432/database (env: DATABASE_URL, or PG* variables)',
    )
    .option(
      '--data-dir <folder>',
      "folder of the embedded database, used if no server is configured (env: LOGTALLY_DATA_DIR; default: the platform's data folder)",
    );
}

/** Declares the config file, and what the command takes from it. */
export function addConfigOption(command: Command, what: string): Command {
  return command.option(
    '--config <file>',
    `${what} (env: LOGTALLY_CONFIG; default: ./logtally.toml, else the one in the platform's config folder)`,
  );
}

/** Declares how a list is printed: one of the two at most. */
export function addListFormatOptions(command: Command): Command {
  return command
    .addOption(new Option('--json', 'print a JSON array').conflicts('csv'))
    .option('--csv', 'print comma-separated values');
}

/** Declares how many are listed. */
export function addLimitOption(command: Command, what: string, initial: number): Command {
  return command.option('--limit <count>', `${what} at most`, parseCount('--limit', 1), initial);
}

/** The flags of commands that show objects. */
export interface NameFlags extends CommandFlags {
  readonly django?: true;
  readonly site?: string;
  readonly since?: string;
  readonly until?: string;
}

/** Declares the sources of names. */
export function addNameOptions(command: Command): Command {
  return addConfigOption(command.optionsGroup('Names:'), 'names of content types, and label queries').option(
    '--django',
    'names of content types from the table django_content_type of the same database',
  );
}

/** Declares the first and the last day. */
export function addPeriodOptions(command: Command): Command {
  return command
    .option(
      '--since <day>',
      'first day: 2026-04-14, 2026-04, 2026, 7d, 4w, 3m, 1y, today, yesterday, "last month"',
    )
    .option('--until <day>', 'last day, in the same forms; of a month or a year its last');
}

/** Reads each text that a flag is given; all of them come together. */
export function collect(
  flag: string,
  parse: (text: string) => readonly string[],
): (text: string, before?: readonly string[]) => readonly string[] {
  const read = readWith(flag, parse);
  return (text, before = []) => [...before, ...read(text)];
}

/** Reads the text that a flag is given; complaints begin with the flag, `--status <list>` without its value. */
export function readWith<Value>(flag: string, parse: (text: string) => Value): (text: string) => Value {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw new UsageError(`${flag.replace(/ .*/, '')}: ${error.message}`, { hint: error.hint });
    }
  };
}
