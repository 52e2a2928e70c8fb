// The benchmark as text: the machine, the data, the table, the commands, the promises.

import { type Column, formatTable } from '../../src/output/table.js';
import { formatBytes, formatCount } from '../../src/output/text.js';
import type { Machine } from './machine.js';
import type { Promised, Result } from './results.js';
import type { Totals } from './totals.js';
import type { LogFile } from './workloads.js';

export interface Report {
  /** The command that makes this report again. */
  readonly command: string;
  readonly machine: Machine;
  readonly data: Omit<LogFile, 'path'> & { readonly workload: string; readonly description: string };
  readonly runs: number;
  /** What every contender that counts objects has counted. */
  readonly totals: Totals | null;
  readonly results: readonly Result[];
  readonly promises: readonly Promised[];
}

const COLUMNS: readonly Column[] = [
  { title: 'contender', align: 'left' },
  { title: 'median', align: 'right' },
  { title: 'min-max', align: 'right' },
  { title: 'lines/s', align: 'right' },
  { title: 'peak memory', align: 'right' },
  { title: 'time / logtally', align: 'right' },
];

export function formatReport(report: Report): string {
  const { command, machine, results, runs } = report;
  const settings = Object.entries(machine.postgresSettings).map(([name, value]) => `${name}=${value}`);
  return [
    `command   ${command}`,
    `machine   ${machine.cpu}, ${machine.cores} cores, ${formatBytes(machine.memoryBytes)}, ${machine.system}`,
    `          server and contenders share it; load ${machine.load.toFixed(1)} before; ratios hold better than times`,
    `software  Node ${machine.node}, PostgreSQL ${machine.postgres}: ${settings.join(', ')}`,
    ...formatData(report),
    `runs      ${runs} of each in alternation, each in a database of its own`,
    '',
    formatTable(COLUMNS, results.map(toRow)),
    ...results.map(({ name, command: run }) => `${name}: ${run}`),
    '',
    ...report.promises.map(formatPromise),
    '',
  ].join('\n');
}

function formatData({ data, totals }: Report): string[] {
  const counted =
    totals === null ? '' : `; ${formatCount(totals.hits)} hits of ${formatCount(totals.objects)} objects`;
  return [
    `data      ${data.workload}: ${data.description}`,
    `          ${formatCount(data.lines)} lines, ${formatBytes(data.bytes)}${counted}; sha256 ${data.fingerprint}...`,
  ];
}

function toRow({ name, seconds, linesPerSecond, peakBytes, timesLogtally }: Result): string[] {
  return [
    name,
    `${formatDigits(seconds.median)} s`,
    `${formatDigits(seconds.min)}-${formatDigits(seconds.max)} s`,
    formatCount(linesPerSecond),
    peakBytes === null ? '-' : formatBytes(peakBytes),
    formatDigits(timesLogtally),
  ];
}

/** Three digits that count: `0.0123`, `3.08`, `99.4`, `101`. */
function formatDigits(number: number): string {
  return number >= 100 ? number.toFixed(0) : number.toPrecision(3);
}

function formatPromise({ promise, found, holds }: Promised): string {
  const verdict = holds === null ? 'not judged' : holds ? 'pass' : 'FAIL';
  return `${verdict.padEnd(10)}  ${promise}: ${found}`;
}
