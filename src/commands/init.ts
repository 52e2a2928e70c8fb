/** `logtally init`: creates or upgrades the schema, or prints its SQL. */
import { Command } from 'commander';
import { migrate, printSchema, SCHEMA_VERSION } from '../database/migrate.js';
import type { DatabaseFlags } from '../settings.js';
import { addDatabaseOptions, type CommandContext, withDatabase, writeOut } from './context.js';

interface InitFlags extends DatabaseFlags {
  readonly print?: true;
}

const EXAMPLES = `
Examples:
  logtally init --database-url postgres://owner@db.example.com/stats
  logtally init --print | psql stats`;

export function createInitCommand(context: CommandContext): Command {
  const command = new Command('init')
    .summary('create or upgrade the schema')
    .description('Creates the schema logtally, or upgrades it. ingest does so by itself where its role may.')
    .option('--print', 'print the SQL for an empty database instead of running it');
  return addDatabaseOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((flags: InitFlags) => runInit(context, flags));
}

async function runInit(context: CommandContext, flags: InitFlags): Promise<void> {
  if (flags.print) {
    await writeOut(context, printSchema());
    return;
  }
  await withDatabase(context, flags, async (database) => {
    const applied = await migrate(database);
    const what = applied === 0 ? 'is up to date' : 'was created or upgraded';
    context.stderr.write(`logtally: the schema in ${database.name} ${what}, version ${SCHEMA_VERSION}\n`);
  });
}
