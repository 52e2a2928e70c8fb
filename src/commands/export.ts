/** `logtally export`: copies what was counted into a server. */
import { Command } from 'commander';
import { InputError } from '../errors.js';
import type { ExportProgress } from '../export/copy-table.js';
import { exportDatabase } from '../export/export.js';
import { formatExportJson, formatExportText } from '../output/export.js';
import { type DatabaseFlags, parseServerUrl } from '../settings.js';
import {
  addDatabaseOptions,
  type CommandContext,
  withCountedDatabase,
  withDatabase,
  writeOut,
} from './context.js';

interface ExportFlags extends DatabaseFlags {
  readonly to: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  logtally export --to postgres://stats@db.example.com/stats
  logtally export --data-dir /var/lib/logtally --to postgres://stats@db.example.com/stats --quiet

Exit status: 0 the server has everything, 1 failure, 2 usage, 4 the server holds what the database does not have,
130 interrupted.`;

export function createExportCommand(context: CommandContext): Command {
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
  const target: DatabaseFlags = { ...others, databaseUrl: to };
  const showsProgress = context.stderr.isTTY && !flags.quiet;
  const bar = showsProgress
    ? (await import('../output/progress.js')).startRowsBar(progress, context.stderr)
    : null;
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
