/** `logtally report`: what was counted, as one page in one file. */
import { Command } from 'commander';
import { InterruptedError, UsageError } from '../errors.js';
import { formatPage, type PageAssets, readPageAssets } from '../output/page.js';
import { formatBytes, toVisibleText } from '../output/text.js';
import { writeWholeFile } from '../output/whole-file.js';
import { parseCount } from '../settings.js';
import { type CommandContext, writeOut } from './context.js';
import { addDatabaseOptions, addLimitOption, addNameOptions, addPeriodOptions, collect } from './options.js';
import { LEFT_OUT_PARTS, type ReportDataFlags, readReport } from './report-data.js';
import { describeFailure, redirectMessages, watch } from './watch.js';

interface ReportFlags extends ReportDataFlags {
  readonly output: string;
}

const DEFAULT_LIMIT = 200;
const STANDARD_OUTPUT = '-';

/** A page of years takes about a second of a server. */
const LEAST_SECONDS = 5;

const EXAMPLES = `
Examples:
  logtally report --output hits.html
  logtally report --since 'last month' --until 'last month' --output /var/www/stats/hits.html
  logtally report --without account,clients --output /var/www/stats/hits.html
  logtally report --since 7d --watch 60 --output /var/www/stats/hits.html
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
  addLimitOption(command, 'objects of each content type, and rows of each list of a summary', DEFAULT_LIMIT)
    .option('--title <text>', 'the title of the page (default: Hits of the site, or of the sites)')
    .option(
      '--without <parts>',
      `leave these out, so that the file has nothing of them: ${LEFT_OUT_PARTS.join(', ')}; account is what the runs read`,
      collect('--without', parseLeftOut),
    )
    .option(
      '--watch <seconds>',
      `look again so often (at least every ${LEAST_SECONDS} s), and write the page anew when anything on it has changed, until Ctrl-C or SIGTERM; it says how old it is, and a web server's visitors see it change`,
      parseCount('--watch', LEAST_SECONDS),
    );
  return addDatabaseOptions(addNameOptions(command))
    .addHelpText('after', EXAMPLES)
    .action((flags: ReportFlags) => runReport(context, flags));
}

/** @throws UsageError if the page has no such part */
function parseLeftOut(text: string): readonly string[] {
  const parts = text.split(',').map((part) => part.trim());
  const unknown = parts.find((part) => !LEFT_OUT_PARTS.some((known) => known === part));
  if (unknown === undefined) return parts;
  throw new UsageError(`'${unknown}' is no part of the page that can be left out`, {
    hint: `choose from ${LEFT_OUT_PARTS.join(', ')}`,
  });
}

async function runReport(context: CommandContext, flags: ReportFlags): Promise<void> {
  const assets = await readPageAssets();
  if (flags.watch !== undefined) return watchReport(context, flags, { assets, seconds: flags.watch });
  const data = await readReport(context, flags);
  const page = formatPage(data, assets);
  if (context.signal.aborted) throw new InterruptedError('interrupted; no report was written');
  if (flags.output === STANDARD_OUTPUT) return writeOut(context, page);
  await writeWholeFile(flags.output, page);
  tellWritten(context, flags.output, page);
}

/** Writes the page when it is asked for, and anew when anything on it has changed. Only the first look has messages, but for errors. */
async function watchReport(
  context: CommandContext,
  flags: ReportFlags,
  { assets, seconds }: { readonly assets: PageAssets; readonly seconds: number },
): Promise<void> {
  if (flags.output === STANDARD_OUTPUT) {
    throw new UsageError('--watch writes a file anew, so --output has to name one', {
      hint: 'without --watch the page is written once, also to standard output',
    });
  }
  const silent = redirectMessages(context, () => undefined);
  let ofLook = context;
  let written: string | null = null;
  await watch(context, {
    seconds,
    async look() {
      const { createdAt, ...content } = await readReport(ofLook, flags);
      const state = JSON.stringify(content);
      if (state === written || context.signal.aborted) return;
      const page = formatPage({ createdAt, ...content }, assets);
      await writeWholeFile(flags.output, page);
      written = state;
      tellWritten(ofLook, flags.output, page);
    },
    async show() {
      ofLook = silent;
      return true;
    },
    onFailed: (error) => context.stderr.write(`logtally: ${describeFailure(error)}\n`),
  });
}

function tellWritten({ stderr }: CommandContext, path: string, page: string): void {
  if (!stderr.isTTY) return;
  const size = formatBytes(Buffer.byteLength(page));
  stderr.write(`logtally: wrote '${toVisibleText(path)}', ${size}\n`);
}
