/** `logtally follow`: counts logs while they grow. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { getToday } from '../days.js';
import { findUnknownFields, listNamedFields } from '../ingest/ingest.js';
import {
  createServiceManager,
  FINISHED_SEGMENT,
  type FollowEvents,
  type FollowSettings,
  follow,
} from '../live/live.js';
import { createFollowNews } from '../output/follow-news.js';
import { formatUnknownFields } from '../output/ingest-warnings.js';
import { formatNumberOf } from '../output/text.js';
import { type CommandContext, writeOut } from './context.js';
import { addFollowOptions, type FollowFlags } from './follow-options.js';
import { resolveIngestSettings } from './ingest-settings.js';
import { createMetricsWriter } from './metrics.js';
import { withWaitedDatabase } from './waited-database.js';

interface PipedFlags extends FollowFlags {
  readonly behindPipe?: true;
  /** Whose segments are deleted when they are counted. */
  readonly spool?: string;
}

const EXAMPLES = `
Examples:
  logtally follow /var/log/apache2/access.log
  logtally follow '/var/log/nginx/*.access.log'             (quoted: logs that come later are followed too)
  logtally follow /var/log/site/%Y/%m/%d/access.log         (a file for each day)
  logtally follow --every 10s --quiet /var/log/site/access.log

A log's rotated and compressed files in the same folder belong to it. What was written while nobody followed is counted first.
SIGTERM and Ctrl-C count what is there and end it; SIGHUP reads the config file anew.

Exit status: 0 ended, 1 failure, 2 usage.`;

/** Milliseconds between two signs of life; few of them become a message. */
const ALIVE_MS = 1000;

/** Milliseconds that it may take to count what is there, once the program is asked to stop. */
const STOP_MS = 10_000;

export function createCommand(context: CommandContext): Command {
  const command = new Command('follow')
    .summary('count logs while they grow')
    .description('Counts what is in logs, and then what comes, a second after it was written.')
    .argument('<path...>', 'logs, globs, or paths with a date in them: /var/log/site/%Y/%m/%d/access.log');
  addFollowOptions(command);
  return command
    .option('--json', 'print a JSON object for each commit')
    .option('--quiet', 'print nothing unless something is wrong')
    .addOption(new Option('--behind-pipe', 'end with standard input: for logtally pipe').hideHelp())
    .addOption(
      new Option('--spool <folder>', 'its segments go when they are counted: for logtally pipe').hideHelp(),
    )
    .addHelpText('after', EXAMPLES)
    .action((paths: string[], flags: PipedFlags) => runFollow(context, paths, flags));
}

async function runFollow(
  context: CommandContext,
  paths: readonly string[],
  flags: PipedFlags,
): Promise<void> {
  const readSettings = () => readFollowSettings(context, paths, flags);
  const settings = await readSettings();
  const { choice, keys } = settings.ingest;
  const unknown = findUnknownFields(choice, listNamedFields(keys));
  if (!flags.quiet) context.stderr.write(formatUnknownFields(unknown, choice.furtherFields ?? []));
  const news = createFollowNews({
    quiet: flags.quiet === true,
    secretNames: keys.secretNames,
    tell: (text) => context.stderr.write(text),
    print: flags.json ? (text) => writeOut(context, text) : null,
  });
  const manager = createServiceManager(context.environment, (reason) =>
    context.stderr.write(`logtally: systemd is not told how this goes: ${reason}\n`),
  );
  const alive = setInterval(() => manager.alive(), ALIVE_MS).unref();
  const end = new AbortController();
  const stop = () => {
    void manager.stopping();
    void sleep(STOP_MS, undefined, { ref: false }).then(() => end.abort());
  };
  const stopSignal = flags.behindPipe ? AbortSignal.any([context.signal, createInputEnd()]) : context.signal;
  if (stopSignal.aborted) stop();
  else stopSignal.addEventListener('abort', stop);
  // who is asked to stop before the database is open still counts what is there
  const waiting = { ...context, signal: end.signal };
  await withWaitedDatabase(waiting, flags, { events: news, stop: stopSignal }, async (database) => {
    const sessions = await database.serveSessions((text) => context.stderr.write(`logtally: ${text}\n`));
    const metrics = createMetricsWriter(context, database, flags.metrics ?? null);
    const events: FollowEvents = {
      ...news,
      begun(run, files) {
        news.begun(run, files);
        void manager.ready(`${formatNumberOf(files, 'file')} followed`);
      },
      async counted(run, results) {
        await news.counted(run, results);
        metrics.note();
      },
      notReloaded(error) {
        news.notReloaded(error);
        void manager.ready('the settings stay as they were');
      },
      looked: () => metrics.writeInTime(),
    };
    await follow(database, settings, {
      events,
      progress: { packedBytes: 0, lines: 0 },
      version: context.version,
      stop: stopSignal,
      end: end.signal,
      readSettings: async () => {
        void manager.reloading();
        return readSettings();
      },
      onReload: context.onHangup,
      today: getToday,
    }).finally(() => sessions.close());
    await metrics.write();
  }).finally(() => clearInterval(alive));
  news.ended();
}

async function readFollowSettings(
  context: CommandContext,
  paths: readonly string[],
  flags: PipedFlags,
): Promise<FollowSettings> {
  const ingest = await resolveIngestSettings(context, paths, { ...flags, verify: 'heads' });
  const { every: everyMs, spool } = flags;
  const isSpooled = (path: string) => spool !== undefined && path.endsWith(FINISHED_SEGMENT);
  return { ingest, everyMs, isSpooled };
}

/** Aborted when standard input ends: the process that writes the logs has ended, or lets this one end. */
function createInputEnd(): AbortSignal {
  const end = new AbortController();
  for (const event of ['end', 'error', 'close']) process.stdin.once(event, () => end.abort());
  process.stdin.resume();
  return end.signal;
}
