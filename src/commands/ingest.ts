/** `logtally ingest`: counts the lines of logs into the database. */
import { Command, Option } from 'commander';
import {
  CONTENT_CHECKS,
  createStartSignal,
  type DryRunResult,
  findUnknownFields,
  type IngestResult,
  ingest,
  ingestDry,
  listNamedFields,
} from '../ingest/ingest.js';
import { formatIngestJson, formatIngestText } from '../output/ingest-result.js';
import { formatInputWarnings, formatUnknownFields } from '../output/ingest-warnings.js';
import { checkInputs, findTotalPackedBytes } from '../source/source.js';
import { type CommandContext, startProgress, withPatientDatabase, writeOut } from './context.js';
import { addDecisionOptions, addMetricsOption, addRejectOptions } from './decision-options.js';
import { addCountingOptions, type IngestFlags, resolveIngestSettings } from './ingest-settings.js';
import { withMetrics } from './metrics.js';
import { addDatabaseOptions } from './options.js';

const EXAMPLES = `
Examples:
  logtally ingest /var/log/apache2/access.log.1
  zcat access.log.*.gz | logtally ingest --site www.example.com
  logtally ingest --format auto --by-path --skip-bots access.log
  logtally ingest --format '%h %l %u %t "%r" %>s %b %{X-Content-Type-ID}o %{X-Object-ID}o' access.log
  logtally ingest --dry-run access.log                      (what would change)
  logtally ingest --recount --by-path access.log            (after a first try with other settings)
  logtally ingest --quiet /var/log/apache2/access.log.1     (from cron)

Exit status: 0 done, 1 failure, 2 usage, 3 a damaged input, one in another format, or too many rejects,
4 held back for a decision, 130 interrupted.`;

export function createCommand(context: CommandContext): Command {
  const command = new Command('ingest')
    .summary('count the lines of logs')
    .description('Counts how often each object was requested, from access logs, plain or gzipped.')
    .argument('[file...]', 'logs; - or none for standard input');
  addCountingOptions(command);
  command
    .optionsGroup('Decisions:')
    .option(
      '--dry-run',
      'count, tell what would be counted and which objects would gain most, and store nothing; other runs wait until it ends',
    )
    .option(
      '--recount',
      'take back what any runs counted of these logs, and count them again under the present settings, each in one transaction; if they lack summaries and nothing else differs, only these are added; for the owner of the tables',
    )
    .option('--final', 'count a last line without its end, which otherwise waits for the rest of it');
  addDecisionOptions(command);
  command
    .addOption(
      new Option(
        '--verify <how>',
        'how a log that was counted before is recognised: by its two ends (an archive also by its size and time), or by all of its content, unpacked',
      )
        .choices(CONTENT_CHECKS)
        .default('heads'),
    )
    .optionsGroup('Output:')
    .option('--json', 'print the account as one JSON object')
    .option('--quiet', 'print nothing unless something is wrong');
  addRejectOptions(command, 'exit with 3 if more lines are rejected');
  addMetricsOption(command, 'at the end of the run');
  return addDatabaseOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((files: string[], flags: IngestFlags) => runIngest(context, files, flags));
}

async function runIngest(
  context: CommandContext,
  files: readonly string[],
  flags: IngestFlags,
): Promise<void> {
  const settings = await resolveIngestSettings(context, files, flags);
  await checkInputs(settings.paths);
  const { choice, keys } = settings;
  const unknown = findUnknownFields(choice, listNamedFields(keys));
  if (!flags.quiet) context.stderr.write(formatUnknownFields(unknown, choice.furtherFields ?? []));
  const progress = { packedBytes: 0, lines: 0 };
  const bar = await startProgress(context, flags, async ({ startProgressBar }) =>
    startProgressBar(progress, await findTotalPackedBytes(settings.paths), context.stderr),
  );
  const watch = { progress, signal: context.signal, version: context.version };
  const patient = { ...context, signal: createStartSignal(settings.paths, context.signal) };
  const { result, exitCode } = await withPatientDatabase(patient, flags, (database) => {
    const work = (): Promise<IngestResult | DryRunResult> =>
      flags.dryRun
        ? ingestDry(database, { ...settings, rejectsPath: null }, watch)
        : ingest(database, settings, watch);
    return withMetrics(context, database, { path: flags.metrics ?? null, work });
  }).finally(() => bar?.stop());
  context.stderr.write(
    formatInputWarnings(result, { quiet: flags.quiet === true, secretNames: settings.keys.secretNames }),
  );
  const done = flags.dryRun ? null : 'what was counted is stored: logtally runs tells of it';
  if (flags.json) await writeOut(context, formatIngestJson(result), done);
  else if (!flags.quiet) await writeOut(context, formatIngestText(result), done);
  context.setExitCode(exitCode);
}
