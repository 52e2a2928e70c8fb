/** `logtally status`: how far each log was counted. */
import { Command } from 'commander';
import { formatStatusText } from '../output/status.js';
import { formatJson } from '../output/text.js';
import { type StreamList, selectStreams } from '../report/streams.js';
import type { DatabaseFlags } from '../settings.js';
import { addDatabaseOptions, type CommandContext, withCountedDatabase, writeOut } from './context.js';

interface StatusFlags extends DatabaseFlags {
  readonly all?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  logtally status
  logtally status --all --json`;

const NOTHING: StreamList = { streams: [], others: 0 };

export function createCommand(context: CommandContext): Command {
  const command = new Command('status')
    .summary('list how far each log was counted')
    .description(
      'Lists the logs that are not finished, are damaged, or have bytes that were not counted: where each was last seen, under whatever name, and how far it was counted.',
    )
    .option('--all', 'list the finished ones too')
    .option('--json', 'print one JSON object');
  return addDatabaseOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((flags: StatusFlags) => runStatus(context, flags));
}

async function runStatus(context: CommandContext, flags: StatusFlags): Promise<void> {
  const list = await withCountedDatabase(context, flags, NOTHING, (database) =>
    selectStreams(database, flags.all === true),
  );
  await writeOut(context, flags.json ? formatJson(list) : formatStatusText(list));
}
