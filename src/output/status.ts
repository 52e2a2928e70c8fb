/** Formats logs, through their whole lives, as a table. */
import type { LogStream, StreamList } from '../report/streams.js';
import { NOTHING_COUNTED } from './names.js';
import { type CellColumn, formatItems } from './table.js';
import { formatCount } from './text.js';
import { formatTime } from './times.js';

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
export function formatStatusText({ streams, others }: StreamList): string {
  if (streams.length + others === 0) return `${NOTHING_COUNTED}\n`;
  const table = streams.length === 0 ? '' : formatItems(COLUMNS, streams);
  return table + listNotes(streams, others).join('');
}

function listNotes(streams: readonly LogStream[], others: number): readonly string[] {
  const which = others === 1 ? 'log was' : 'logs were';
  return [
    ...(streams.some(isDamaged) ? ['! damaged: a repaired or longer file goes on from there\n'] : []),
    ...(streams.some(hasGaps) ? ['! bytes not counted: the next ingest of the log counts them\n'] : []),
    ...(others > 0 ? [`${formatCount(others)} more ${which} counted to the end (--all lists them)\n`] : []),
  ];
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
