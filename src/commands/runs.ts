/** `logtally runs`: what each run counted. */
import { Command } from 'commander';
import type { Database } from '../database/database.js';
import { formatRunsText } from '../output/runs.js';
import { formatJson } from '../output/text.js';
import { NO_RUNS, selectRuns } from '../report/runs.js';
import { type DatabaseFlags, parseCount } from '../settings.js';
import { addDatabaseOptions, type CommandContext, withCountedDatabase, writeOut } from './context.js';

interface RunsFlags extends DatabaseFlags {
  readonly limit: number;
  readonly all?: true;
  readonly json?: true;
}

const DEFAULT_LIMIT = 20;

const EXAMPLES = `
Examples:
  logtally runs
  logtally runs --limit 1 --json`;

export function createCommand(context: CommandContext): Command {
  const command = new Command('runs')
    .summary('list what each run counted')
    .description(
      'Lists the last runs of ingest that counted something, newest first, with what each read and counted.',
    )
    .option('--limit <count>', 'runs at most', parseCount('--limit', 1), DEFAULT_LIMIT)
    .option('--all', 'list those as well that counted nothing')
    .option('--json', 'print a JSON array');
  return addDatabaseOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((flags: RunsFlags) => runRuns(context, flags));
}

async function runRuns(context: CommandContext, flags: RunsFlags): Promise<void> {
  const select = (database: Database) => selectRuns(database, flags.limit, flags.all === true);
  const found = await withCountedDatabase(context, flags, NO_RUNS, select);
  await writeOut(context, flags.json ? formatJson(found.runs) : formatRunsText(found));
}
