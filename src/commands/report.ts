/** `logtally report`: what was counted, as one page in one file. */
import { Command } from 'commander';
import { InterruptedError } from '../errors.js';
import { listFoldedNotes } from '../output/names.js';
import { formatPage, readPageAssets } from '../output/page.js';
import { formatBytes, toVisibleText } from '../output/text.js';
import { writeWholeFile } from '../output/whole-file.js';
import { nameReport } from '../report/labels.js';
import { createEmptyReport, type ReportQuestion, selectReport } from '../report/report-data.js';
import { nameSummaries } from '../report/summaries/named-objects.js';
import { type CommandContext, writeOut } from './context.js';
import { resolveAsked, resolvePeriod, withNames } from './names.js';
import {
  addDatabaseOptions,
  addLimitOption,
  addNameOptions,
  addPeriodOptions,
  type NameFlags,
} from './options.js';

interface ReportFlags extends NameFlags {
  readonly output: string;
  readonly limit: number;
  readonly title?: string;
}

const DEFAULT_LIMIT = 200;
const STANDARD_OUTPUT = '-';

const EXAMPLES = `
Examples:
  logtally report --output hits.html
  logtally report --since 'last month' --until 'last month' --output /var/www/stats/hits.html
  logtally report --since 30d --site www.example.com --output - | gzip > hits.html.gz`;

export function createCommand(context: CommandContext): Command {
  const command = new Command('report')
    .summary('write what was counted as one page')
    .description(
      'Writes one HTML file that needs nothing beside itself: hits a day, the objects of each content type, risers, newcomers, the summaries that ingest --summary kept, and what the runs read.',
    )
    .requiredOption(
      '--output <file>',
      'the file to write, replaced when the new one is whole; - for standard output',
    );
  addPeriodOptions(command).option('--site <label>', 'only this site');
  addLimitOption(
    command,
    'objects of each content type, and rows of each list of a summary',
    DEFAULT_LIMIT,
  ).option('--title <text>', 'the title of the page');
  return addDatabaseOptions(addNameOptions(command))
    .addHelpText('after', EXAMPLES)
    .action((flags: ReportFlags) => runReport(context, flags));
}

async function runReport(context: CommandContext, flags: ReportFlags): Promise<void> {
  const site = flags.site ?? null;
  const question: ReportQuestion = {
    title: flags.title ?? (site === null ? 'Hits' : `Hits of ${toVisibleText(site)}`),
    version: context.version,
    createdAt: new Date().toISOString(),
    site,
    period: resolvePeriod(flags),
    limit: flags.limit,
  };
  const assets = await readPageAssets();
  const data = await withNames(context, flags, createEmptyReport(question), async (database, names) => {
    await resolveAsked(database, names, { site, contentType: null });
    const report = await nameReport(database, names, await selectReport(database, question));
    return { ...report, summaries: await nameSummaries(database, names, report.summaries) };
  });
  for (const note of listFoldedNotes(data.foldedMonths)) context.stderr.write(`logtally: ${note}\n`);
  const page = formatPage(data, assets);
  if (context.signal.aborted) throw new InterruptedError('interrupted; no report was written');
  if (flags.output === STANDARD_OUTPUT) return writeOut(context, page);
  await writeWholeFile(flags.output, page);
  if (context.stderr.isTTY) {
    const size = formatBytes(Buffer.byteLength(page));
    context.stderr.write(`logtally: wrote '${toVisibleText(flags.output)}', ${size}\n`);
  }
}
