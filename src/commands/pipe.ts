/** `logtally pipe`: writes what a web server logs into files by date. */
import { Command } from 'commander';
import { UsageError } from '../errors.js';
import {
  checkTimeZone,
  createLogWriter,
  type LogWriterOptions,
  parseDatePattern,
  writeInput,
} from '../live/live.js';
import { formatWriterEvent } from '../output/pipe.js';
import { parseSize } from '../settings.js';
import type { CommandContext } from './context.js';

interface PipeFlags {
  readonly symlink?: string;
  readonly mode?: number;
  readonly spool?: string;
  readonly spoolLimit?: number;
  /** False with --no-files. */
  readonly files: boolean;
  /** False with --no-count. */
  readonly count: boolean;
}

const DEFAULT_MODE = 0o640;
const DEFAULT_SPOOL_LIMIT = 1_000_000_000;
const MIN_SPOOL_LIMIT = 1_000_000;

const EXAMPLES = `
Examples, in the configuration of Apache:
  CustomLog "|/usr/local/bin/logtally pipe --no-count --symlink /var/log/site/access.log /var/log/site/%Y/%m/%d/access.log" combined_ids
  CustomLog "|/usr/local/bin/logtally pipe --no-count /var/log/site/access.log" combined_ids

Dates are those of the time zone TZ, else of the machine's. Known are the directives %Y %y %m %b %B %d %e %j %H %I %p %M %S %U %W
%V %G %u %w %a %A %z %F %T %R %h of strftime; %% is a percent sign.

Exit status: 0 done, 1 failure, 2 usage.`;

export function createCommand(context: CommandContext): Command {
  return new Command('pipe')
    .summary('write what a web server logs into files by date')
    .description(
      "Writes standard input into the log file of its time, as cronolog and rotatelogs do: whole lines, each by one call. Stands behind the pipe of a web server's log, and never lets it wait.",
    )
    .argument('[pattern]', 'path of the log, with the date as in strftime: /var/log/site/%Y/%m/%d/access.log')
    .option('--no-count', 'only write')
    .optionsGroup('Files:')
    .option('--symlink <path>', 'a link that leads to the file of the time')
    .option(
      '--mode <octal>',
      'permissions of new files; those of folders follow from them; the umask takes from both (default: 640)',
      parseMode,
    )
    .optionsGroup('No files:')
    .option('--no-files', 'keep no log: lines wait in --spool until they are counted')
    .option('--spool <folder>', 'where they wait; only its owner can enter it')
    .option(
      '--spool-limit <size>',
      'size of all that waits; what is beyond is dropped (default: 1GB)',
      parseSize('--spool-limit', MIN_SPOOL_LIMIT),
    )
    .addHelpText('after', EXAMPLES)
    .action((pattern: string | undefined, flags: PipeFlags) => runPipe(context, pattern, flags));
}

async function runPipe(
  context: CommandContext,
  pattern: string | undefined,
  flags: PipeFlags,
): Promise<void> {
  if (flags.count)
    throw new UsageError('this version does not count what it writes', { hint: 'name --no-count' });
  checkTimeZone(context.environment['TZ']);
  const writer = createLogWriter({
    to: resolvePlace(pattern, flags),
    onEvent: (event) => context.stderr.write(`logtally: ${formatWriterEvent(event)}\n`),
  });
  context.outliveSignals(() => writer.reopen());
  await writeInput(process.stdin, writer, context.signal);
}

/** @throws UsageError if a part is missing, or one is given that has no meaning */
function resolvePlace(
  pattern: string | undefined,
  { files, mode, symlink, spool, spoolLimit }: PipeFlags,
): LogWriterOptions['to'] {
  if (files) {
    if (spool !== undefined) throw new UsageError('--spool is for --no-files: log files need no spool');
    if (pattern === undefined) {
      throw new UsageError('no path is given', {
        hint: 'such as /var/log/site/%Y/%m/%d/access.log, or --no-files',
      });
    }
    return { pattern: parseDatePattern(pattern), mode: mode ?? DEFAULT_MODE, symlink: symlink ?? null };
  }
  if (spool === undefined) throw new UsageError('--no-files needs a --spool');
  if (pattern !== undefined || symlink !== undefined) {
    throw new UsageError(`--no-files writes no log: '${pattern ?? symlink}' has no meaning`);
  }
  return { spool, limitBytes: spoolLimit ?? DEFAULT_SPOOL_LIMIT };
}

/** What permissions can be: the owner can read and write, and nobody execute. */
const MODE = /^0?6[0246]{2}$/;

function parseMode(text: string): number {
  if (MODE.test(text)) return Number.parseInt(text, 8);
  throw new UsageError(`--mode: '${text}' is no mode of a log`, { hint: 'such as 640, 644 or 600' });
}
