/** `logtally parse`: the records of logs as NDJSON, without a database. */
import { Command } from 'commander';
import { writeRecords } from '../check/check.js';
import { readConfig } from '../config/config-file.js';
import { EXIT, InputError, InterruptedError } from '../errors.js';
import { describeNulBytes } from '../output/ingest-warnings.js';
import { formatRejectJson, formatRejectText } from '../output/reject.js';
import { hintFormat, type RejectedLine } from '../parse/parse.js';
import { STANDARD_INPUT, toInputName } from '../source/source.js';
import type { CommandContext } from './context.js';
import { addFormatOptions, type FormatFlags, resolveFormatSettings } from './format-options.js';
import { addConfigOption } from './options.js';

interface ParseFlags extends FormatFlags {
  readonly rejectsInline?: true;
}

/** The first rejected lines of a log, from which a hint is found. */
const SAMPLED_REJECTS = 20;

const EXAMPLES = `
Examples:
  logtally parse access.log | head -1
  zcat access.log.2.gz | logtally parse --format combined --rejects-inline

Exit status: 0 done, 1 failure, 2 usage, 3 a damaged input or one in another format, 130 interrupted.`;

export function createCommand(context: CommandContext): Command {
  const command = new Command('parse')
    .summary('print the records of logs as NDJSON')
    .description(
      'Prints one JSON object for each line that is a record; needs no database. Records are printed as the lines are, secrets included.',
    )
    .argument('[file...]', 'logs; - or none for standard input')
    .option('--rejects-inline', 'print rejected lines among the records instead of on standard error');
  return addFormatOptions(addConfigOption(command, 'settings'))
    .addHelpText('after', EXAMPLES)
    .action((files: string[], flags: ParseFlags) => runParse(context, files, flags));
}

async function runParse(context: CommandContext, files: readonly string[], flags: ParseFlags): Promise<void> {
  const config = await readConfig(flags.config, context);
  const { choice, maxLineBytes } = resolveFormatSettings(flags, config, context);
  for (const path of files.length === 0 ? [STANDARD_INPUT] : files) {
    const samples: RejectedLine[] = [];
    const { records, rejected, nulBytes } = await writeRecords(path, {
      choice,
      maxLineBytes,
      output: context.stdout,
      signal: context.signal,
      onReject: (reject, position, line) => {
        if (samples.length < SAMPLED_REJECTS) samples.push({ reject, position, line });
        if (flags.rejectsInline) return formatRejectJson(reject, position);
        context.stderr.write(`logtally: ${formatRejectText(path, { reject, position, line })}\n`);
        return '';
      },
    });
    if (context.signal.aborted) throw new InterruptedError('interrupted');
    for (const told of describeNulBytes(path, nulBytes)) context.stderr.write(`logtally: ${told}\n`);
    if (records === 0 && rejected > 0) {
      throw new InputError(`no line of ${toInputName(path)} is in the format ${choice.name}`, {
        hint: hintFormat(samples),
        exitCode: EXIT.rejected,
      });
    }
  }
}
