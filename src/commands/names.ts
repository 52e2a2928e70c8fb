/** The options about names, periods and sites, of every command that shows objects. */
import type { Command } from 'commander';
import { readConfig } from '../config/config-file.js';
import type { Database } from '../database/database.js';
import { loadNames, type Names } from '../report/names.js';
import { type Period, parsePeriod, toIsoDay } from '../report/period.js';
import type { DatabaseFlags } from '../settings.js';
import { addConfigOption, type CommandContext, withCountedDatabase } from './context.js';

/** The flags of commands that show objects. */
export interface NameFlags extends DatabaseFlags {
  readonly config?: string;
  readonly django?: true;
  readonly site?: string;
  readonly since?: string;
  readonly until?: string;
}

/** Declares where names come from. */
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

/** Like `withCountedDatabase`, for commands that call content types and objects by their names. */
export async function withNames<Result>(
  context: CommandContext,
  flags: NameFlags,
  empty: Result,
  work: (database: Database, names: Names) => Promise<Result>,
): Promise<Result> {
  const { content_type: contentTypes = [] } = await readConfig(
    flags.config,
    context.environment,
    context.signal,
  );
  const settings = { contentTypes, django: flags.django === true };
  return withCountedDatabase(context, flags, empty, async (database) =>
    work(database, await loadNames(database, settings)),
  );
}

/** @throws UsageError if they are no days */
export function resolvePeriod({ since, until }: NameFlags): Period {
  return parsePeriod({ since, until }, toIsoDay(new Date()));
}
