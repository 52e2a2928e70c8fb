/**
 * `logtally pipe`: writes what a web server logs into files by date, and counts it. This process only writes; another one counts.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Command } from 'commander';
import { maskRequestTarget } from '../audience/audience.js';
import { toMessage, UsageError } from '../errors.js';
import {
  type CountingChild,
  checkTimeZone,
  createLogWriter,
  createTurnLock,
  FINISHED_SEGMENT,
  type LogWriterOptions,
  OPEN_SEGMENT,
  parseDatePattern,
  startCounting,
  writeInput,
} from '../live/live.js';
import { formatWriterEvent } from '../output/pipe.js';
import { parseSize } from '../settings.js';
import { toVisibleText } from '../visible-text.js';
import { type CommandContext, warnOfPassword } from './context.js';
import { addFollowOptions, collectGiven, type FollowFlags } from './follow-options.js';

interface PipeFlags extends FollowFlags {
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
  CustomLog "|/usr/local/bin/logtally pipe --symlink /var/log/site/access.log /var/log/site/%Y/%m/%d/access.log" combined_ids
  CustomLog "|/usr/local/bin/logtally pipe --site www.example.com /var/log/site/access.log" combined_ids

Dates are those of the time zone TZ, else of the machine's. Known are the directives %Y %y %m %b %B %d %e %j %H %I %p %M %S %U %W
%V %G %u %w %a %A %z %F %T %R %h of strftime; %% is a percent sign.

Exit status: 0 done, 1 failure, 2 usage.`;

export function createCommand(context: CommandContext): Command {
  const command = new Command('pipe').summary(
    'write what a web server logs into files by date, and count it',
  );
  command
    .description(
      "Writes standard input into the log file of its time, as cronolog and rotatelogs do, and counts these files while they grow. Stands behind the pipe of a web server's log, and never lets it wait: neither for the database nor for the counting.",
    )
    .argument('[pattern]', 'path of the log, with the date as in strftime: /var/log/site/%Y/%m/%d/access.log')
    .optionsGroup('Files:')
    .option('--no-count', 'only write')
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
    );
  const own = new Set(command.options.map(({ long }) => long));
  addFollowOptions(command);
  const others = command.options.flatMap(({ long }) =>
    long && !own.has(long) && long !== '--database-url' ? [long] : [],
  );
  const given = collectGiven(command, new Set(others));
  return command
    .addHelpText('after', EXAMPLES)
    .action((pattern: string | undefined, flags: PipeFlags) => runPipe(context, pattern, { flags, given }));
}

async function runPipe(
  context: CommandContext,
  pattern: string | undefined,
  { flags, given }: { readonly flags: PipeFlags; readonly given: readonly string[] },
): Promise<void> {
  checkTimeZone(context.environment['TZ']);
  const to = resolvePlace(pattern, flags);
  const writer = createLogWriter({
    to,
    onEvent: (event) => context.stderr.write(`logtally: ${formatWriterEvent(event)}\n`),
  });
  context.outliveSignals(() => writer.reopen());
  warnOfPassword(context, flags);
  const own = { given, url: flags.databaseUrl };
  const counting = flags.count ? count(context, to, own) : null;
  await writeInput(process.stdin, writer, context.signal).finally(() => counting?.end());
}

/** Has what is written counted by another process; of several processes that write the same, one has it counted. */
function count(
  context: CommandContext,
  to: LogWriterOptions['to'],
  { given, url }: { readonly given: readonly string[]; readonly url: string | undefined },
): CountingChild {
  const paths =
    'spool' in to
      ? [`--spool=${to.spool}`, '--', join(to.spool, `*{${OPEN_SEGMENT},${FINISHED_SEGMENT}}`)]
      : ['--', to.pattern.text];
  const args = ['follow', '--quiet', '--behind-pipe', ...given, ...paths];
  const lock = findLockPath(to, [...args, url ?? '', ...listDatabase(context.environment)]);
  const tell = (text: string) => context.stderr.write(`logtally: ${toVisibleText(text)}\n`);
  return startCounting({
    // what is on a command line everybody sees
    start: () => context.startAnother(args, url === undefined ? {} : { DATABASE_URL: url }),
    isOurs: createTurnLock(lock, (error) => tell(`'${lock}' cannot be locked: ${toMessage(error)}`)),
    onEnd: (end, pauseMs) =>
      tell(
        `the process that counts has ended (${end}); it is started again in ${pauseMs / 1000} s. Lines are written all the same, and counted later`,
      ),
  });
}

/** Variables that say which database is meant. */
const OF_DATABASE = /^(?:DATABASE_URL|LOGTALLY_DATA_DIR|PGHOST|PGPORT|PGDATABASE|PGUSER)$/;

function listDatabase(environment: CommandContext['environment']): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    OF_DATABASE.test(name) ? [`${name}=${value}`] : [],
  );
}

/** The file that processes lock which write the same and count it in the same way: in the folder of the logs that has no date. */
function findLockPath(to: LogWriterOptions['to'], how: readonly string[]): string {
  // whoever sees the name must not be able to try passwords on it
  const digest = createHash('sha256').update(how.map(maskRequestTarget).join('\0')).digest('hex');
  const name = `.logtally-${digest.slice(0, 12)}.lock`;
  return join('spool' in to ? to.spool : to.pattern.folder, name);
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
