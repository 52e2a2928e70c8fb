// The benchmark as text: the machine, the data, the tables, the commands, the promises.

import { formatBytes } from '../../src/output/text.js';
import type { Machine } from './machine.js';
import type { Found } from './parts.js';
import type { Promised } from './promises.js';

/** What one run of the benchmark has measured. */
export interface Report {
  /** The command that makes this report again. */
  readonly command: string;
  readonly machine: Machine;
  /** Only the parts that were wanted, each with its text. */
  readonly parts: Found;
}

/** The promises of all parts. */
export function listPromises({ parts }: Report): readonly Promised[] {
  return Object.values(parts).flatMap(({ promises }) => promises);
}

/** Formats the report for a terminal. */
export function formatReport(report: Report): string {
  const { command, machine, parts } = report;
  const settings = Object.entries(machine.postgresSettings).map(([name, value]) => `${name}=${value}`);
  return [
    `command   ${command}`,
    `machine   ${machine.cpu}, ${machine.cores} cores, ${formatBytes(machine.memoryBytes)}, ${machine.system}`,
    `          server and contenders share it; load ${machine.load.toFixed(1)} before; ratios hold better than times`,
    `software  Node ${machine.node}, PostgreSQL ${machine.postgres}: ${settings.join(', ')}`,
    ...Object.values(parts).flatMap(({ text }) => text),
    '',
    ...listPromises(report).map(formatPromise),
    '',
  ].join('\n');
}

function formatPromise({ promise, found, holds }: Promised): string {
  const verdict = holds === null ? 'not judged' : holds ? 'pass' : 'FAIL';
  return `${verdict.padEnd(10)}  ${promise}: ${found}`;
}
