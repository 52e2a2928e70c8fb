/** How runs are told. */
import type { Run, Runs } from '../report/runs.js';
import { NOTHING_COUNTED } from './names.js';
import { type Column, formatTable } from './table.js';
import { formatBytes, formatCount } from './text.js';
import { formatTime } from './times.js';

const COLUMNS: readonly Column[] = [
  { title: 'run', align: 'right' },
  { title: 'started', align: 'left' },
  { title: 'finished', align: 'left' },
  { title: 'exit', align: 'left' },
  { title: 'host', align: 'left' },
  { title: 'inputs', align: 'right' },
  { title: 'bytes', align: 'right' },
  { title: 'lines', align: 'right' },
  { title: 'counted', align: 'right' },
  { title: 'without object', align: 'right' },
  { title: 'filtered', align: 'right' },
  { title: 'rejected', align: 'right' },
  { title: 'undone', align: 'left' },
];

/** A JSON array of runs, newest first. */
export function formatRunsJson({ runs }: Runs): string {
  return `${JSON.stringify(runs)}\n`;
}

/** A table of runs, and how many were left out; times in the machine's time zone. */
export function formatRunsText(found: Runs): string {
  const { runs } = found;
  const table = runs.length === 0 ? `${NOTHING_COUNTED}\n` : formatTable(COLUMNS, runs.map(toCells));
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

function toCells(run: Run): readonly string[] {
  return [
    String(run.run),
    formatTime(run.startedAt),
    run.finishedAt === null ? run.state : formatTime(run.finishedAt),
    formatExit(run),
    run.host,
    formatCount(run.batches),
    formatBytes(run.bytes),
    ...[run.lines, run.counted, run.unattributed, run.filtered, run.rejected].map(formatCount),
    run.undoneAt === null ? '' : formatTime(run.undoneAt),
  ];
}
