/** `logtally status`: how far each log was counted, for people, programs and checks. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { EXIT, LogtallyError, UsageError } from '../errors.js';
import { formatCheckFailure, type Health, judgeHealth } from '../output/health.js';
import { formatStreams } from '../output/streams.js';
import { formatJson } from '../output/text.js';
import { NO_STREAMS, selectStreams } from '../report/streams.js';
import { parseDuration } from '../settings.js';
import { type CommandContext, withAskedDatabase, writeOut } from './context.js';
import { addDatabaseOptions, type CommandFlags } from './options.js';

interface StatusFlags extends CommandFlags {
  readonly all?: true;
  readonly check?: true;
  /** Seconds. */
  readonly maxLag?: number;
}

const DEFAULT_MAX_LAG_SECONDS = 3600;

const EXAMPLES = `
Examples:
  logtally status
  logtally status --all --json
  logtally status --check --max-lag 30m --lock-wait 5       (for Nagios, or a timer)

With --check the exit status is 1 if a log is further behind, or may not be read.`;

export function createCommand(context: CommandContext): Command {
  const command = new Command('status')
    .summary('list how far each log was counted')
    .description(
      'Lists the logs that are not finished, are damaged, or have bytes that were not counted: where each was last seen, under whatever name, how far it was counted, and how much of it waits, if its file is on this host.',
    )
    .option('--all', 'list the finished ones too')
    .option('--json', 'print one JSON object')
    .addOption(new Option('--check', 'print one line as plug-ins of Nagios do').conflicts(['all', 'json']))
    .option(
      '--max-lag <duration>',
      'how long whole lines may wait until --check finds it too long: 90s, 15m, 1h, 2d (default: 1h)',
      parseDuration('--max-lag', 0),
    );
  return addDatabaseOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((flags: StatusFlags) => runStatus(context, flags));
}

async function runStatus(context: CommandContext, flags: StatusFlags): Promise<void> {
  if (flags.check) return runCheck(context, flags);
  if (flags.maxLag !== undefined) {
    throw new UsageError('--max-lag needs --check', {
      hint: 'logtally status tells how far each log is behind',
    });
  }
  const list = await withAskedDatabase(context, flags, NO_STREAMS, (database) =>
    selectStreams(database, flags.all === true),
  );
  await writeOut(context, flags.json ? formatJson(list) : formatStreams(list));
}

async function runCheck(context: CommandContext, flags: StatusFlags): Promise<void> {
  const health = await check(context, flags).catch(async (error: unknown) => {
    const exitCode = error instanceof LogtallyError ? error.exitCode : EXIT.failure;
    await writeOut(context, formatCheckFailure(error, exitCode));
    throw error;
  });
  await writeOut(context, health.line);
  if (!health.isWell) context.setExitCode(EXIT.failure);
}

/** Milliseconds until a second look: a log that was quiet for long is behind until its first new line is counted. */
const SECOND_LOOK_MS = 3000;

async function check(context: CommandContext, flags: StatusFlags): Promise<Health> {
  const look = () =>
    withAskedDatabase(context, flags, NO_STREAMS, (database) => selectStreams(database, false));
  const judge = async () =>
    judgeHealth(await look(), flags.maxLag === undefined ? DEFAULT_MAX_LAG_SECONDS : flags.maxLag / 1000);
  const health = await judge();
  if (!health.isLate) return health;
  await sleep(SECOND_LOOK_MS, undefined, { signal: context.signal }).catch(() => undefined);
  return judge();
}
