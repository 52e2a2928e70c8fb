/** The options about names, periods and sites, of every command that shows objects. */
import type { Command } from 'commander';
import { readConfig } from '../config/config-file.js';
import type { Database } from '../database/database.js';
import { loadNames, type Names } from '../report/names.js';
import { type Period, parsePeriod, toIsoDay } from '../report/period.js';
import type { DatabaseFlags } from '../settings.js';
import { type CommandContext, withCountedDatabase } from './context.js';

export interface NameFlags {
  readonly config?: string;
  readonly django?: true;
}

export interface PeriodFlags {
  readonly since?: string;
  readonly until?: string;
}

/** Declares where names come from. */
export function addNameOptions(command: Command): Command {
  return command
    .optionsGroup('Names:')
    .option(
      '--config <file>',
      "names of content types, and label queries (env: LOGTALLY_CONFIG; default: ./logtally.toml, else the one in the platform's config folder)",
    )
    .option('--django', 'names of content types from the table django_content_type of the same database');
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
  flags: DatabaseFlags & NameFlags,
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

/** @throws UsageError where they are no days */
export function resolvePeriod({ since, until }: PeriodFlags): Period {
  return parsePeriod({ since, until }, toIsoDay(new Date()));
}
