// The benchmark as text: the machine, the data, the tables, the commands, the promises.

import { type Column, formatTable } from '../../src/output/table.js';
import { formatBytes, formatCount } from '../../src/output/text.js';
import type { Answers } from './answers.js';
import type { Breakdown } from './breakdown.js';
import type { Comparison } from './compare.js';
import type { Growth } from './growth.js';
import type { Machine } from './machine.js';
import type { Spread } from './measure.js';
import type { Memory } from './memory.js';
import { formatPeriods, type PeriodAnswers } from './period-answers.js';
import type { Promised } from './promises.js';
import type { Result } from './results.js';

/** What one run of the benchmark has measured; null for parts that were not wanted. */
export interface Report {
  /** The command that makes this report again. */
  readonly command: string;
  readonly machine: Machine;
  readonly comparison: Comparison | null;
  readonly growth: Growth | null;
  readonly memory: Memory | null;
  readonly answers: Answers | null;
  readonly periods: PeriodAnswers | null;
}

/** The promises of all parts. */
export function listPromises({ comparison, growth, memory, answers, periods }: Report): readonly Promised[] {
  return [comparison, growth, memory, answers, periods].flatMap((part) => part?.promises ?? []);
}

export function formatReport(report: Report): string {
  const { command, machine, comparison, growth, memory, answers, periods } = report;
  const settings = Object.entries(machine.postgresSettings).map(([name, value]) => `${name}=${value}`);
  return [
    `command   ${command}`,
    `machine   ${machine.cpu}, ${machine.cores} cores, ${formatBytes(machine.memoryBytes)}, ${machine.system}`,
    `          server and contenders share it; load ${machine.load.toFixed(1)} before; ratios hold better than times`,
    `software  Node ${machine.node}, PostgreSQL ${machine.postgres}: ${settings.join(', ')}`,
    ...(comparison === null ? [] : formatComparison(comparison)),
    ...(growth === null ? [] : formatGrowth(growth)),
    ...(memory === null ? [] : formatMemory(memory)),
    ...(answers === null ? [] : formatAnswers(answers)),
    ...(periods === null ? [] : formatPeriods(periods)),
    '',
    ...listPromises(report).map(formatPromise),
    '',
  ].join('\n');
}

function formatComparison({ data, totals, runs, results, missing, breakdowns }: Comparison): string[] {
  return [
    ...data.map(({ name, description, lines, bytes, fingerprint }) => {
      const counted = name === 'table_gzip' ? undefined : totals[name];
      const hits =
        counted === undefined
          ? ''
          : `; then ${formatCount(counted.hits)} hits of ${formatCount(counted.objects)} objects`;
      return `data      ${name}: ${formatCount(lines)} lines, ${formatBytes(bytes)}, ${description}${hits}; sha256 ${fingerprint}...`;
    }),
    `runs      ${runs} of each in alternation, each in a database of its own`,
    '',
    formatTable(toColumns('contender', 'lines', 'median', 'min-max', 'lines/s', 'peak memory', 'ratio'), [
      ...results.map(toRow),
    ]),
    ...results.map(({ name, command }) => `${name}: ${command}`),
    ...missing.map(({ name, install }) => `${name}: not installed, left out; to install: ${install}`),
    ...(breakdowns.length === 0 ? [] : ['', formatBreakdowns(breakdowns).trimEnd()]),
  ];
}

function toRow(result: Result): string[] {
  const { name, lines, seconds, linesPerSecond, peakBytes, ratio, comparedTo } = result;
  return [
    name,
    formatCount(lines),
    `${formatDigits(seconds.median)} s`,
    `${formatDigits(seconds.min)}-${formatDigits(seconds.max)} s`,
    formatCount(linesPerSecond),
    peakBytes === null ? '-' : formatBytes(peakBytes),
    ratio === null || comparedTo === name ? '-' : `${formatDigits(ratio)} x ${comparedTo}`,
  ];
}

/** One column for each run; the parts add up to its time. */
function formatBreakdowns(breakdowns: readonly Breakdown[]): string {
  const [first] = breakdowns;
  const toMilliseconds = (seconds: number) => formatCount(Math.round(seconds * 1000));
  return formatTable(toColumns('where the time goes, ms', 'whose', ...breakdowns.map(({ run }) => run)), [
    ...(first?.parts ?? []).map(({ step, who }, at) => [
      step,
      who,
      ...breakdowns.map(({ parts }) => toMilliseconds(parts[at]?.seconds ?? Number.NaN)),
    ]),
    ['together', '', ...breakdowns.map(({ seconds }) => toMilliseconds(seconds))],
  ]);
}

function formatGrowth({ lines, batches, results }: Growth): string[] {
  const [smallest] = results;
  const times = (found: Spread, least: Spread | undefined) =>
    `${formatDigits(found.median * 1000)} (${formatDigits(found.median / (least?.median ?? Number.NaN))})`;
  return [
    '',
    `growth    medians of ${batches} batches of ${formatCount(lines)} lines, each after a checkpoint; in brackets: times the first row`,
    '',
    formatTable(
      toColumns(
        ...['objects', 'distinct counts', 'changed', 'batch ms', 'ranks ms', 'hit counts ms'],
        ...['WAL', 'full pages', 'top 10 ms', 'max', 'of ties', 'show ms', 'max'],
      ),
      results.map((result) => [
        formatCount(result.objects),
        formatCount(result.distinctHitCounts),
        formatCount(result.changedObjects),
        times(result.seconds, smallest?.seconds),
        times(result.rankSeconds, smallest?.rankSeconds),
        times(result.hitCountSeconds, smallest?.hitCountSeconds),
        formatBytes(result.walBytes),
        formatCount(result.fullPageImages),
        formatDigits(result.topMilliseconds.median),
        formatDigits(result.topMilliseconds.max),
        formatDigits(result.topOfTiesMilliseconds.median),
        formatDigits(result.showMilliseconds.median),
        formatDigits(result.showMilliseconds.max),
      ]),
    ).trimEnd(),
  ];
}

function formatMemory({ idleEmbeddedBytes, createEmbeddedBytes, results }: Memory): string[] {
  const bytes = (found: number | null) => (found === null ? '-' : formatBytes(found));
  return [
    '',
    `memory    at the highest, lines from a pipe; the idle embedded database has ${bytes(idleEmbeddedBytes)}, its creation, done before, ${bytes(createEmbeddedBytes)}`,
    '',
    formatTable(
      toColumns('lines', 'PostgreSQL', 's', 'embedded', 'above idle', 's'),
      results.map(({ lines, postgresBytes, postgresSeconds, embeddedBytes, embeddedSeconds }) => [
        formatCount(lines),
        bytes(postgresBytes),
        formatDigits(postgresSeconds),
        bytes(embeddedBytes),
        embeddedBytes === null || idleEmbeddedBytes === null ? '-' : bytes(embeddedBytes - idleEmbeddedBytes),
        formatDigits(embeddedSeconds),
      ]),
    ).trimEnd(),
  ];
}

function formatAnswers({ hits, objects, contentTypes, runs, results }: Answers): string[] {
  return [
    '',
    `answers   medians of ${runs} runs over a month of ${formatCount(hits)} hits of ${formatCount(objects)} objects of ${contentTypes} content types`,
    '',
    formatTable(
      toColumns('logtally ...', 'median s', 'max s', 'printed'),
      results.map(({ command, seconds, bytes }) => [
        command,
        formatDigits(seconds.median),
        formatDigits(seconds.max),
        formatBytes(bytes),
      ]),
    ).trimEnd(),
  ];
}

function toColumns(first: string, ...others: readonly string[]): Column[] {
  return [first, ...others].map((title, at) => ({ title, align: at === 0 ? 'left' : 'right' }));
}

/** Three digits that count: `0.0123`, `3.08`, `99.4`, `101`. */
export function formatDigits(number: number): string {
  return number >= 100 ? number.toFixed(0) : number.toPrecision(3);
}

function formatPromise({ promise, found, holds }: Promised): string {
  const verdict = holds === null ? 'not judged' : holds ? 'pass' : 'FAIL';
  return `${verdict.padEnd(10)}  ${promise}: ${found}`;
}
