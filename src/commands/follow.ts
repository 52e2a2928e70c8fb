/** `logtally follow`: counts logs while they grow. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { format } from 'date-fns';
import { findUnknownFields, listNamedFields } from '../ingest/ingest.js';
import { type FollowSettings, follow } from '../live/live.js';
import { createFollowNews } from '../output/follow-news.js';
import { formatUnknownFields } from '../output/ingest-warnings.js';
import { parseDuration } from '../settings.js';
import { type CommandContext, writeOut } from './context.js';
import { addDecisionOptions, addRejectOptions } from './decision-options.js';
import { addCountingOptions, type IngestFlags, resolveIngestSettings } from './ingest-settings.js';
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
      parseDuration('--every'),
      1000,
    );
  addDecisionOptions(command);
  command
    .optionsGroup('Output:')
    .option('--json', 'print a JSON object for each commit')
    .option('--quiet', 'print nothing unless something is wrong');
  addRejectOptions(command, 'hold a log back if more of its lines are rejected');
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
  const end = new AbortController();
  const give = () => void sleep(STOP_MS, undefined, { ref: false }).then(() => end.abort());
  if (context.signal.aborted) give();
  else context.signal.addEventListener('abort', give);
  await withWaitedDatabase(context, flags, news, (database) =>
    follow(database, settings, {
      events: news,
      progress: { packedBytes: 0, lines: 0 },
      version: context.version,
      stop: context.signal,
      end: end.signal,
      readSettings,
      onReload: context.onHangup,
      today: () => format(new Date(), 'yyyy-MM-dd'),
    }),
  );
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
