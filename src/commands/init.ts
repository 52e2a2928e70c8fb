/** `logtally init`: creates or upgrades the schema, or prints its SQL. */
import { Command, Option } from 'commander';
import { DEFAULT_ROLES, printGrants } from '../database/grants.js';
import { migrate, printSchema } from '../database/migrate.js';
import { getSchemaVersion } from '../database/migrations.js';
import { checkNodes, spreadTables } from '../database/spread.js';
import { UsageError } from '../errors.js';
import { formatNumberOf, toVisibleText } from '../output/text.js';
import { type DatabaseFlags, parseRole, resolveDatabase } from '../settings.js';
import { listSpreadTables, listSummaryTables } from '../summaries/summaries.js';
import { type CommandContext, withDatabase, writeOut } from './context.js';
import { addDatabaseOptions } from './options.js';

interface InitFlags extends DatabaseFlags {
  readonly print?: true;
  readonly printGrants?: true;
  readonly writer?: string;
  readonly reader?: string;
  readonly distribute?: true;
}

const EXAMPLES = `
Examples:
  logtally init --database-url postgres://owner@db.example.com/stats
  logtally init --print | psql stats
  logtally init --print-grants --writer cron --reader web | psql stats
  logtally init --distribute --database-url postgres://owner@coordinator.example.com/stats`;

export function createCommand(context: CommandContext): Command {
  const command = new Command('init')
    .summary('create or upgrade the schema')
    .description('Creates the schema logtally, or upgrades it. ingest does so by itself if its role may.')
    .option('--print', 'print the SQL for an empty database instead of running it')
    .option(
      '--print-grants',
      `print the SQL by which the owner lets other roles ingest and read; without --writer and --reader for ${DEFAULT_ROLES.writer} and ${DEFAULT_ROLES.reader}`,
    )
    .option('--writer <role>', 'the role that ingests', parseRole('--writer'))
    .option('--reader <role>', 'the role that only reads', parseRole('--reader'))
    .addOption(
      new Option(
        '--distribute',
        'also spread the tables over the workers of Citus, of which the server is the coordinator; may be repeated',
      ).conflicts(['print', 'printGrants']),
    );
  return addDatabaseOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((flags: InitFlags) => runInit(context, flags));
}

async function runInit(context: CommandContext, flags: InitFlags): Promise<void> {
  const hasRole = flags.writer !== undefined || flags.reader !== undefined;
  if (!flags.printGrants && hasRole) {
    throw new UsageError('--writer and --reader need --print-grants', {
      hint: 'they say whose rights it prints',
    });
  }
  if (flags.print) await writeOut(context, printSchema());
  if (flags.printGrants) {
    await writeOut(context, printGrants(hasRole ? flags : DEFAULT_ROLES, listSummaryTables()));
  }
  if (flags.print || flags.printGrants) return;
  if (flags.distribute) await refuseEmbedded(context, flags);
  await withDatabase(context, flags, async (database) => {
    if (flags.distribute) await checkNodes(database);
    const applied = await migrate(database, listSpreadTables());
    const what = applied === 0 ? 'is up to date' : 'was created or upgraded';
    context.stderr.write(
      `logtally: the schema in ${toVisibleText(database.name)} ${what}, version ${getSchemaVersion()}\n`,
    );
    if (!flags.distribute) return;
    const { nodes, changed } = await spreadTables(database, listSpreadTables());
    const now = changed === 0 ? 'they were before' : `${formatNumberOf(changed, 'table')} now`;
    context.stderr.write(`logtally: its tables are spread over ${formatNumberOf(nodes, 'worker')}, ${now}\n`);
  });
}

/** @throws UsageError if no server is configured, before an embedded database is created */
async function refuseEmbedded(context: CommandContext, flags: InitFlags): Promise<void> {
  const { kind } = await resolveDatabase(flags, context.environment);
  if (kind === 'postgres') return;
  throw new UsageError('--distribute needs a server, the coordinator of Citus', {
    hint: 'name it with --database-url or DATABASE_URL',
  });
}
