/** `logtally check`: tries a format on the beginning of logs, and lists the formats that the server's configuration has. */
import { Command } from 'commander';
import { type CheckOptions, checkInput, type InputCheck } from '../check/check.js';
import { readConfig } from '../config/config-file.js';
import { EXIT } from '../errors.js';
import { formatCheckJson, formatCheckText } from '../output/check.js';
import { AUTO_FORMAT_NAME, findServerFormats, listCandidates, toUsableFormat } from '../parse/parse.js';
import { STANDARD_INPUT } from '../source/source.js';
import { type CommandContext, writeOut } from './context.js';
import { addFormatOptions, type FormatFlags, resolveFormatSettings } from './format-options.js';
import { addConfigOption } from './options.js';

interface CheckFlags extends FormatFlags {
  readonly serverConfig?: string;
}

const EXAMPLES = `
Examples:
  logtally check access.log
  logtally check access.log --format combined
  logtally check --server-config /etc/nginx
  zcat access.log.2.gz | logtally check --json

Without --format the format is found out from the lines. Formats of the server's configuration are tried as well.

Exit status: 0 the format fits (nine tenths of the lines do, and at least one), 1 failure, 2 usage,
3 it does not fit, 130 interrupted.`;

export function createCommand(context: CommandContext): Command {
  const command = new Command('check')
    .summary('try a log format on the first lines of logs')
    .description(
      'Tries a log format on the first 1,000 lines of each log, and says what fits; needs no database.',
    )
    .argument('[file...]', 'logs; - for standard input, as is none without --server-config')
    .option(
      '--server-config <path>',
      'file or folder of Apache or nginx configuration (default: the usual places)',
    )
    .option('--json', 'print one JSON object');
  return addFormatOptions(addConfigOption(command, 'settings'), AUTO_FORMAT_NAME)
    .addHelpText('after', EXAMPLES)
    .action((files: string[], flags: CheckFlags) => runCheck(context, files, flags));
}

async function runCheck(context: CommandContext, files: readonly string[], flags: CheckFlags): Promise<void> {
  const config = await readConfig(flags.config, context);
  const format = flags.format ?? config.format ?? AUTO_FORMAT_NAME;
  const settings = resolveFormatSettings({ ...flags, format }, config, context);
  const places = flags.serverConfig === undefined ? null : [flags.serverConfig];
  const serverFormats = (await findServerFormats(places)).map((found) =>
    toUsableFormat(found, settings.options),
  );
  const options: CheckOptions = {
    format:
      settings.choice.sampleLines > 0
        ? null
        : settings.choice.choose([], { path: STANDARD_INPUT, linesBefore: 0 }),
    candidates: [
      ...listCandidates(settings.options),
      ...serverFormats.flatMap((each) => (each.format === null ? [] : [each.format])),
    ],
    maxLineBytes: settings.maxLineBytes,
    signal: context.signal,
  };
  const paths = files.length === 0 && places === null ? [STANDARD_INPUT] : files;
  const inputs: InputCheck[] = [];
  for (const path of paths) inputs.push(await checkInput(path, options));
  const result = { inputs, serverFormats };
  await writeOut(context, flags.json ? formatCheckJson(result) : formatCheckText(result));
  if (inputs.some((input) => !input.fits)) context.setExitCode(EXIT.rejected);
}
