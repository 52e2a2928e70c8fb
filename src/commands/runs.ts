/** `logtally runs`: what each run counted. */
import { Command } from 'commander';
import type { Database } from '../database/database.js';
import { NOTHING_COUNTED } from '../output/names.js';
import { type CellColumn, formatItems } from '../output/table.js';
import { formatBytes, formatCount, formatJson, formatNumberOf, formatTime } from '../output/text.js';
import { NO_RUNS, type Run, type Runs, selectRuns } from '../report/runs.js';
import { type CommandContext, withAskedDatabase, writeOut } from './context.js';
import { addDatabaseOptions, addLimitOption, type CommandFlags } from './options.js';

interface RunsFlags extends CommandFlags {
  readonly limit: number;
  readonly all?: true;
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
    );
  addLimitOption(command, 'runs', DEFAULT_LIMIT)
    .option('--all', 'list those as well that counted nothing')
    .option('--json', 'print a JSON array');
  return addDatabaseOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((flags: RunsFlags) => runRuns(context, flags));
}

async function runRuns(context: CommandContext, flags: RunsFlags): Promise<void> {
  const select = (database: Database) => selectRuns(database, flags.limit, flags.all === true);
  const found = await withAskedDatabase(context, flags, NO_RUNS, select);
  await writeOut(context, flags.json ? formatJson(found.runs) : formatRuns(found));
}

const COLUMNS: readonly CellColumn<Run>[] = [
  { title: 'run', align: 'right', toCell: ({ run }) => String(run) },
  { title: 'started', align: 'left', toCell: ({ startedAt }) => formatTime(startedAt) },
  { title: 'finished', align: 'left', toCell: formatFinished },
  { title: 'exit', align: 'left', toCell: formatExit },
  { title: 'host', align: 'left', toCell: ({ host }) => host },
  { title: 'inputs', align: 'right', toCell: ({ batches }) => formatCount(batches) },
  { title: 'bytes', align: 'right', toCell: ({ bytes }) => formatBytes(bytes) },
  { title: 'lines', align: 'right', toCell: ({ lines }) => formatCount(lines) },
  { title: 'counted', align: 'right', toCell: ({ counted }) => formatCount(counted) },
  { title: 'without object', align: 'right', toCell: ({ unattributed }) => formatCount(unattributed) },
  { title: 'filtered', align: 'right', toCell: ({ filtered }) => formatCount(filtered) },
  { title: 'rejected', align: 'right', toCell: ({ rejected }) => formatCount(rejected) },
  {
    title: 'undone',
    align: 'left',
    toCell: ({ undoneAt }) => (undoneAt === null ? '' : formatTime(undoneAt)),
  },
];

/** A table of runs, and how many were left out; times in the machine's time zone. */
function formatRuns({ runs, leftOut, leftOutNotDone }: Runs): string {
  const table = runs.length === 0 ? `${NOTHING_COUNTED}\n` : formatItems(COLUMNS, runs);
  if (leftOut === 0) return table;
  const what = formatNumberOf(leftOut, runs.length === 0 ? 'run' : 'more run');
  const notDone =
    leftOutNotDone === 0
      ? ''
      : `, ${formatCount(leftOutNotDone)} of which did not end with exit code 0, or have not ended`;
  return `${table}${what} counted nothing${notDone} (--all lists ${leftOut === 1 ? 'it' : 'them'})\n`;
}

/** `130 interrupted` */
function formatExit({ exitCode, state }: Run): string {
  if (exitCode === null) return '';
  return state === 'interrupted' || state === 'failed' ? `${exitCode} ${state}` : String(exitCode);
}

function formatFinished({ finishedAt, state }: Run): string {
  return finishedAt === null ? state : formatTime(finishedAt);
}
