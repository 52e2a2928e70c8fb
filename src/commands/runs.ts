/** `logtally runs`: what each run counted. */
import { Command } from 'commander';
import { formatRunsJson, formatRunsText } from '../output/runs.js';
import { selectRuns } from '../report/runs.js';
import { type DatabaseFlags, parseCount } from '../settings.js';
import { addDatabaseOptions, type CommandContext, withCountedDatabase, writeOut } from './context.js';

interface RunsFlags extends DatabaseFlags {
  readonly limit: number;
  readonly json?: true;
}

const DEFAULT_LIMIT = 20;

const EXAMPLES = `
Examples:
  logtally runs
  logtally runs --limit 1 --json`;

export function createRunsCommand(context: CommandContext): Command {
  const command = new Command('runs')
    .summary('list what each run counted')
    .description('Lists the last runs of ingest, newest first, with what each read and counted.')
    .option('--limit <count>', 'runs at most', parseCount('--limit', 1), DEFAULT_LIMIT)
    .option('--json', 'print a JSON array');
  return addDatabaseOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((flags: RunsFlags) => runRuns(context, flags));
}

async function runRuns(context: CommandContext, flags: RunsFlags): Promise<void> {
  const runs = await withCountedDatabase(context, flags, [], (database) => selectRuns(database, flags.limit));
  await writeOut(context, flags.json ? formatRunsJson(runs) : formatRunsText(runs));
}
