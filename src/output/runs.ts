/** Formats runs as a table. */
import type { Run, Runs } from '../report/runs.js';
import { NOTHING_COUNTED } from './names.js';
import { type CellColumn, formatItems } from './table.js';
import { formatBytes, formatCount } from './text.js';
import { formatTime } from './times.js';

const COLUMNS: readonly CellColumn<Run>[] = [
  { title: 'run', align: 'right', toCell: ({ run }) => String(run) },
  { title: 'started', align: 'left', toCell: ({ startedAt }) => formatTime(startedAt) },
  { title: 'finished', align: 'left', toCell: formatFinished },
  { title: 'exit', align: 'left', toCell: formatExit },
  { title: 'host', align: 'left', toCell: ({ host }) => host },
  { title: 'inputs', align: 'right', toCell: ({ batches }) => formatCount(batches) },
  { title: 'bytes', align: 'right', toCell: ({ bytes }) => formatBytes(bytes) },
  { title: 'lines', align: 'right', toCell: ({ lines }) => formatCount(lines) },
  { title: 'counted', align: 'right', toCell: ({ counted }) => formatCount(counted) },
  { title: 'without object', align: 'right', toCell: ({ unattributed }) => formatCount(unattributed) },
  { title: 'filtered', align: 'right', toCell: ({ filtered }) => formatCount(filtered) },
  { title: 'rejected', align: 'right', toCell: ({ rejected }) => formatCount(rejected) },
  {
    title: 'undone',
    align: 'left',
    toCell: ({ undoneAt }) => (undoneAt === null ? '' : formatTime(undoneAt)),
  },
];

/** A table of runs, and how many were left out; times in the machine's time zone. */
export function formatRunsText(found: Runs): string {
  const { runs } = found;
  const table = runs.length === 0 ? `${NOTHING_COUNTED}\n` : formatItems(COLUMNS, runs);
  return table + formatLeftOut(found);
}

function formatLeftOut({ runs, leftOut, leftOutNotDone }: Runs): string {
  if (leftOut === 0) return '';
  const more = runs.length === 0 ? '' : ' more';
  const notDone =
    leftOutNotDone === 0 ? '' : `, ${formatCount(leftOutNotDone)} of which did not end with exit code 0`;
  return `${formatCount(leftOut)}${more} ${leftOut === 1 ? 'run' : 'runs'} counted nothing${notDone} (--all lists ${leftOut === 1 ? 'it' : 'them'})\n`;
}

/** `130 interrupted` */
function formatExit({ exitCode, state }: Run): string {
  if (exitCode === null) return '';
  return state === 'interrupted' || state === 'failed' ? `${exitCode} ${state}` : String(exitCode);
}

function formatFinished({ finishedAt, state }: Run): string {
  return finishedAt === null ? state : formatTime(finishedAt);
}
