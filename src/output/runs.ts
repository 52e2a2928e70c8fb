/** How runs are told. */
import type { Run } from '../report/runs.js';
import { NOTHING_COUNTED } from './names.js';
import { type Column, formatTable } from './table.js';
import { formatBytes, formatCount } from './text.js';
import { formatTime } from './times.js';

const COLUMNS: readonly Column[] = [
  { title: 'run', align: 'right' },
  { title: 'started', align: 'left' },
  { title: 'finished', align: 'left' },
  { title: 'exit', align: 'right' },
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
export function formatRunsJson(runs: readonly Run[]): string {
  return `${JSON.stringify(runs)}\n`;
}

/** A table of runs; times in the machine's time zone. */
export function formatRunsText(runs: readonly Run[]): string {
  return runs.length === 0 ? `${NOTHING_COUNTED}\n` : formatTable(COLUMNS, runs.map(toCells));
}

function toCells(run: Run): readonly string[] {
  return [
    String(run.run),
    formatTime(run.startedAt),
    run.finishedAt === null ? run.state : formatTime(run.finishedAt),
    run.exitCode === null ? '' : String(run.exitCode),
    run.host,
    formatCount(run.batches),
    formatBytes(run.bytes),
    ...[run.lines, run.counted, run.unattributed, run.filtered, run.rejected].map(formatCount),
    run.undoneAt === null ? '' : formatTime(run.undoneAt),
  ];
}
