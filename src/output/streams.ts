/** Formats how far each log was counted as a table. */
import type { LogStream, NewLog, StreamList } from '../report/streams.js';
import { NOTHING_COUNTED } from './names.js';
import { type CellColumn, formatItems } from './table.js';
import {
  formatBytes,
  formatCount,
  formatNumberOf,
  formatSeconds,
  formatTime,
  toVisibleText,
} from './text.js';

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
  { title: 'behind', align: 'left', toCell: formatLag },
  { title: 'not counted', align: 'left', toCell: formatGaps },
  { title: 'last path', align: 'left', toCell: ({ path }) => path },
];

/** A table of streams, those that want attention marked, and how many are not in it. */
export function formatStreams({ streams, newLogs, others, workers }: StreamList): string {
  const spread =
    workers === null
      ? ''
      : `the tables of hits are spread over ${formatNumberOf(workers, 'worker')} of Citus\n`;
  if (streams.length + others === 0) return `${NOTHING_COUNTED}\n${spread}`;
  return [
    ...(streams.length > 0 ? [formatItems(COLUMNS, streams)] : []),
    ...(streams.some(isDamaged) ? ['! damaged: a repaired or longer file goes on from there\n'] : []),
    ...(streams.some(hasGaps) ? ['! bytes not counted: the next ingest of the log counts them\n'] : []),
    ...newLogs.map(
      (log) => `! ${toPathName(log)} holds another log now, not counted yet: ${formatWaiting(log)}\n`,
    ),
    formatOthers(others, streams.length + newLogs.length > 0),
    spread,
  ].join('');
}

/** How many logs are not listed, beside those that are. */
function formatOthers(others: number, isListed: boolean): string {
  if (others === 0) return '';
  const more = isListed ? 'more ' : '';
  return others === 1
    ? `1 ${more}log was counted to the end (--all lists it)\n`
    : `${formatCount(others)} ${more}logs were counted to the end (--all lists them)\n`;
}

/** `5.1 kB, 12 s`; in brackets why it is not known. */
function formatLag({ lagBytes, lagSeconds, lagUnknown }: LogStream): string {
  if (lagBytes === null || lagSeconds === null) return lagUnknown === null ? '' : `(${lagUnknown})`;
  return lagBytes === 0 ? '-' : formatWaiting({ lagBytes, lagSeconds });
}

function formatWaiting({ lagBytes, lagSeconds }: Pick<NewLog, 'lagBytes' | 'lagSeconds'>): string {
  return `${formatBytes(lagBytes)}, ${formatSeconds(lagSeconds)}`;
}

function toPathName({ path }: NewLog): string {
  return `'${toVisibleText(path)}'`;
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
