/** `logtally follow`: counts logs while they grow. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { format } from 'date-fns';
import { findUnknownFields, listNamedFields } from '../ingest/ingest.js';
import { createServiceManager, type FollowEvents, type FollowSettings, follow } from '../live/live.js';
import { createFollowNews } from '../output/follow-news.js';
import { formatUnknownFields } from '../output/ingest-warnings.js';
import { formatNumberOf } from '../output/text.js';
import { parseDuration } from '../settings.js';
import { type CommandContext, writeOut } from './context.js';
import { addDecisionOptions, addMetricsOption, addRejectOptions } from './decision-options.js';
import { addCountingOptions, type IngestFlags, resolveIngestSettings } from './ingest-settings.js';
import { createMetricsWriter } from './metrics.js';
import { addDatabaseOptions } from './options.js';
import { withWaitedDatabase } from './waited-database.js';

interface FollowFlags extends IngestFlags {
  /** Milliseconds. */
  readonly every: number;
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
  addCountingOptions(command);
  command
    .optionsGroup('Decisions:')
    .option(
      '--every <duration>',
      'commit no more often than that: 1s, 500ms, 1m',
      parseDuration('--every', 1),
      1000,
    );
  addDecisionOptions(command);
  command
    .optionsGroup('Output:')
    .option('--json', 'print a JSON object for each commit')
    .option('--quiet', 'print nothing unless something is wrong');
  addRejectOptions(command, 'hold a log back if more of its lines are rejected');
  addMetricsOption(command, 'after commits, once in 10 seconds at most');
  return addDatabaseOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((paths: string[], flags: FollowFlags) => runFollow(context, paths, flags));
}

async function runFollow(
  context: CommandContext,
  paths: readonly string[],
  flags: FollowFlags,
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
  if (context.signal.aborted) stop();
  else context.signal.addEventListener('abort', stop);
  await withWaitedDatabase(context, flags, news, (database) => {
    const writeNumbers = createMetricsWriter(context, database, flags.metrics ?? null);
    const events: FollowEvents = {
      ...news,
      begun(run, files) {
        news.begun(run, files);
        void manager.ready(`${formatNumberOf(files, 'file')} followed`);
      },
      async counted(run, results) {
        await news.counted(run, results);
        await writeNumbers();
      },
    };
    return follow(database, settings, {
      events,
      progress: { packedBytes: 0, lines: 0 },
      version: context.version,
      stop: context.signal,
      end: end.signal,
      readSettings: async () => {
        void manager.reloading();
        return readSettings();
      },
      onReload: context.onHangup,
      today: () => format(new Date(), 'yyyy-MM-dd'),
    });
  }).finally(() => clearInterval(alive));
  news.ended();
}

async function readFollowSettings(
  context: CommandContext,
  paths: readonly string[],
  flags: FollowFlags,
): Promise<FollowSettings> {
  const ingest = await resolveIngestSettings(context, paths, { ...flags, verify: 'heads' });
  return { ingest: { ...ingest, commitsOften: true }, everyMs: flags.every };
}
