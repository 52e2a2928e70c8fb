/** `logtally ingest`: counts the lines of logs into the database. */
import { Command } from 'commander';
import { EXIT } from '../errors.js';
import { ingest, type Progress } from '../ingest/ingest.js';
import { formatIngestJson, formatIngestText, formatInputWarnings } from '../output/ingest-result.js';
import { startProgressBar } from '../output/progress.js';
import { DEFAULT_FORMAT_NAME, FORMATS, getFormat } from '../parse/formats.js';
import type { DatabaseFlags } from '../settings.js';
import { MAX_LINE_BYTES } from '../source/lines.js';
import { findTotalPackedBytes, STANDARD_INPUT } from '../source/open.js';
import { addDatabaseOptions, type CommandContext, withDatabase, writeOut } from './context.js';

interface IngestFlags extends DatabaseFlags {
  readonly format: string;
  readonly site: string;
  readonly json?: true;
  readonly quiet?: true;
}

const EXAMPLES = `
Examples:
  logtally ingest /var/log/apache2/access.log.1
  zcat access.log.*.gz | logtally ingest --site www.example.com
  logtally ingest --format vhost_combined --json other_vhosts_access.log
  logtally ingest --quiet /var/log/apache2/access.log.1     (from cron)

Exit status: 0 done, 1 failure, 2 usage, 3 a damaged input or one in another format, 130 interrupted.`;

export function createIngestCommand(context: CommandContext): Command {
  const command = new Command('ingest')
    .summary('count the lines of logs')
    .description('Counts how often each object was requested, from access logs, plain or gzipped.')
    .argument('[file...]', 'logs; - or none for standard input')
    .optionsGroup('Logs:')
    .option(
      '--format <name>',
      `log format: ${FORMATS.map((format) => format.name).join(', ')}`,
      DEFAULT_FORMAT_NAME,
    )
    .option('--site <label>', 'which site the logs are of', 'default')
    .optionsGroup('Output:')
    .option('--json', 'print the account as one JSON object')
    .option('--quiet', 'print nothing unless something is wrong');
  return addDatabaseOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((files: string[], flags: IngestFlags) => runIngest(context, files, flags));
}

async function runIngest(
  context: CommandContext,
  files: readonly string[],
  flags: IngestFlags,
): Promise<void> {
  const paths = files.length === 0 ? [STANDARD_INPUT] : files;
  const settings = { paths, site: flags.site, format: getFormat(flags.format), maxLineBytes: MAX_LINE_BYTES };
  const progress: Progress = { packedBytes: 0, lines: 0 };
  const showsProgress = context.stderr.isTTY && !flags.quiet;
  const bar = showsProgress
    ? startProgressBar(progress, await findTotalPackedBytes(paths), context.stderr)
    : null;
  const result = await withDatabase(context, flags, (database) =>
    ingest(database, settings, { progress, signal: context.signal, version: context.version }),
  ).finally(() => bar?.stop());
  context.stderr.write(formatInputWarnings(result, { quiet: flags.quiet === true }));
  if (flags.json) await writeOut(context, formatIngestJson(result));
  else if (!flags.quiet) await writeOut(context, formatIngestText(result));
  if (result.exitCode !== EXIT.done) context.setExitCode(result.exitCode);
}
