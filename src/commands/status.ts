/** `logtally status`: how far each log was counted. */
import { Command } from 'commander';
import { NOTHING_COUNTED } from '../output/names.js';
import { type CellColumn, formatItems } from '../output/table.js';
import { formatCount, formatJson, formatNumberOf, formatTime } from '../output/text.js';
import { type LogStream, type StreamList, selectStreams } from '../report/streams.js';
import { type CommandContext, withAskedDatabase, writeOut } from './context.js';
import { addDatabaseOptions, type CommandFlags } from './options.js';

interface StatusFlags extends CommandFlags {
  readonly all?: true;
}

const EXAMPLES = `
Examples:
  logtally status
  logtally status --all --json`;

const NOTHING: StreamList = { streams: [], others: 0, workers: null };

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
  const list = await withAskedDatabase(context, flags, NOTHING, (database) =>
    selectStreams(database, flags.all === true),
  );
  await writeOut(context, flags.json ? formatJson(list) : formatStreams(list));
}

/** More gaps of a stream than these are not listed in a table. */
const MAX_GAPS = 3;

const COLUMNS: readonly CellColumn<LogStream>[] = [
  { title: '', align: 'left', toCell: (stream) => (isDamaged(stream) || hasGaps(stream) ? '!' : '') },
  { title: 'stream', align: 'right', toCell: ({ stream }) => String(stream) },
  { title: 'site', align: 'left', toCell: ({ site }) => site },
  { title: 'state', align: 'left', toCell: ({ state }) => state },
  { title: 'last seen', align: 'left', toCell: ({ lastSeenAt }) => formatTime(lastSeenAt) },
  { title: 'counted to', align: 'right', toCell: ({ countedTo }) => formatCount(countedTo) },
  { title: 'lines', align: 'right', toCell: ({ lines }) => formatCount(lines) },
  { title: 'not counted', align: 'left', toCell: formatGaps },
  { title: 'last path', align: 'left', toCell: ({ path }) => path },
];

/** A table of streams, those that want attention marked, and how many are not in it. */
function formatStreams({ streams, others, workers }: StreamList): string {
  const spread =
    workers === null
      ? ''
      : `the tables of hits are spread over ${formatNumberOf(workers, 'worker')} of Citus\n`;
  if (streams.length + others === 0) return `${NOTHING_COUNTED}\n${spread}`;
  const which = others === 1 ? 'log was' : 'logs were';
  return [
    ...(streams.length > 0 ? [formatItems(COLUMNS, streams)] : []),
    ...(streams.some(isDamaged) ? ['! damaged: a repaired or longer file goes on from there\n'] : []),
    ...(streams.some(hasGaps) ? ['! bytes not counted: the next ingest of the log counts them\n'] : []),
    ...(others > 0 ? [`${formatCount(others)} more ${which} counted to the end (--all lists them)\n`] : []),
    spread,
  ].join('');
}

/** `0 to 5,120, 8,192 to 9,000`: positions of bytes. */
function formatGaps({ gaps }: LogStream): string {
  const shown = gaps
    .slice(0, MAX_GAPS)
    .map((gap) => `${formatCount(gap.startByte)} to ${formatCount(gap.endByte)}`);
  return [...shown, ...(gaps.length > MAX_GAPS ? [`${gaps.length - MAX_GAPS} more`] : [])].join(', ');
}

function isDamaged(stream: LogStream): boolean {
  return stream.state === 'damaged';
}

function hasGaps(stream: LogStream): boolean {
  return stream.gaps.length > 0;
}
