/** `logtally export`: copies what was counted into a server. */
import { Command } from 'commander';
import { InputError } from '../errors.js';
import type { ExportProgress } from '../export/copy-table.js';
import { type ExportResult, exportDatabase } from '../export/export.js';
import { countRows, getHits } from '../export/tables.js';
import { formatTable } from '../output/table.js';
import { formatCount, formatJson, toVisibleText } from '../output/text.js';
import { parseServerUrl } from '../settings.js';
import {
  type CommandContext,
  startProgress,
  withCountedDatabase,
  withDatabase,
  writeOut,
} from './context.js';
import { addDatabaseOptions, type CommandFlags } from './options.js';

interface ExportFlags extends CommandFlags {
  readonly to: string;
}

const EXAMPLES = `
Examples:
  logtally export --to postgres://stats@db.example.com/stats
  logtally export --data-dir /var/lib/logtally --to postgres://stats@db.example.com/stats --quiet

Exit status: 0 the server has everything, 1 failure, 2 usage, 4 the server holds what the database does not have,
130 interrupted.`;

export function createCommand(context: CommandContext): Command {
  const command = new Command('export')
    .summary('copy what was counted into a PostgreSQL server')
    .description(
      'Copies everything, the record of what was counted included, into the schema logtally of a PostgreSQL server, so that ingest goes on there and counts no line twice. All of it is one transaction. Repeated, it brings the server up to date; a server that has counted something itself is left as it is.',
    )
    .requiredOption(
      '--to <url>',
      'the server, postgres://user@host:5432/database; its role must own the schema, or be able to create it',
      parseServerUrl('--to'),
    )
    .option('--json', 'print one JSON object')
    .option('--quiet', 'print nothing unless something is wrong');
  return addDatabaseOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((flags: ExportFlags) => runExport(context, flags));
}

async function runExport(context: CommandContext, flags: ExportFlags): Promise<void> {
  const { to, dataDir, ...others } = flags;
  const progress: ExportProgress = { rows: 0, totalRows: null };
  const target: CommandFlags = { ...others, databaseUrl: to };
  const bar = await startProgress(context, flags, ({ startRowsBar }) =>
    startRowsBar(progress, context.stderr),
  );
  const result = await withCountedDatabase(context, flags, null, (source) =>
    withDatabase(context, target, (server) =>
      exportDatabase(source, server, { progress, signal: context.signal }),
    ),
  ).finally(() => bar?.stop());
  if (result === null) {
    throw new InputError('nothing has been counted yet', {
      hint: 'logtally ingest counts a log; --data-dir or --database-url names the database to export',
    });
  }
  if (flags.json || !flags.quiet)
    await writeOut(context, flags.json ? formatExportJson(result) : formatExportText(result));
}

/** One JSON object: `state, source, target, rows, hits, seconds`, and `tables` with the rows of each. */
function formatExportJson(result: ExportResult): string {
  const { state, source, target, tables } = result;
  return formatJson({
    ...{ state, source, target },
    rows: countRows(tables),
    hits: getHits(tables, 'object_hits'),
    seconds: Math.round(result.seconds * 1000) / 1000,
    tables: Object.fromEntries(tables.map(({ table, rows }) => [table, rows])),
  });
}

/** The rows of each table, and a line that says what was done. */
function formatExportText(result: ExportResult): string {
  const { state, tables } = result;
  const target = toVisibleText(result.target);
  const all = `${formatCount(countRows(tables))} rows, ${formatCount(getHits(tables, 'object_hits'))} hits`;
  if (state === 'unchanged') return `nothing to do: ${target} has all ${all}\n`;
  const counts = formatTable(
    [
      { title: 'table', align: 'left' },
      { title: 'rows', align: 'right' },
    ],
    tables.map(({ table, rows }) => [table, formatCount(rows)]),
  );
  const what = state === 'copied' ? 'copied to' : 'brought up to date in';
  return `${counts}${all}, ${what} ${target} in ${result.seconds.toFixed(1)} s\n`;
}
