// The parts of the benchmark that came first, as text. A later part formats itself.

import { type Column, formatTable } from '../../src/output/table.js';
import { formatBytes, formatCount } from '../../src/output/text.js';
import type { Answers } from './answers.js';
import type { Breakdown } from './breakdown.js';
import type { Comparison } from './compare.js';
import type { Growth } from './growth.js';
import type { Spread } from './measure.js';
import type { Memory } from './memory.js';
import type { Result } from './results.js';

export function formatComparison({ data, totals, runs, results, missing, breakdowns }: Comparison): string[] {
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
export function formatBreakdowns(breakdowns: readonly Breakdown[]): string {
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

export function formatGrowth({ lines, batches, results }: Growth): string[] {
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
        ...['lock ms', 'WAL', 'full pages', 'top 10 ms', 'max', 'of ties', 'show ms', 'max', 'report s'],
      ),
      results.map((result) => [
        formatCount(result.objects),
        formatCount(result.distinctHitCounts),
        formatCount(result.changedObjects),
        times(result.seconds, smallest?.seconds),
        times(result.rankSeconds, smallest?.rankSeconds),
        times(result.hitCountSeconds, smallest?.hitCountSeconds),
        times(result.lockSeconds, smallest?.lockSeconds),
        formatBytes(result.walBytes),
        formatCount(result.fullPageImages),
        formatDigits(result.topMilliseconds.median),
        formatDigits(result.topMilliseconds.max),
        formatDigits(result.topOfTiesMilliseconds.median),
        formatDigits(result.showMilliseconds.median),
        formatDigits(result.showMilliseconds.max),
        formatDigits(result.reportSeconds.median),
      ]),
    ).trimEnd(),
    '',
    ...formatCoefficients(results),
  ];
}

/** What scale.ts computes with: of one row and of one object that a batch changes. */
function formatCoefficients(results: Growth['results']): readonly string[] {
  return [
    formatTable(
      toColumns(
        ...[
          'a row, bytes',
          'object',
          'its index',
          'day',
          'its index',
          'delta',
          'WAL a changed object',
          'warm',
        ],
        ...['lock us a changed object', 'warm', 'memory'],
      ),
      results.map(
        ({ objects, sizes, deltaBytes, warm, walBytes, changedObjects, lockSeconds, peakBytes }) => [
          `${formatCount(objects)} objects`,
          ...[sizes.object_hits, sizes.object_hits_daily].flatMap(({ rows, bytes, indexBytes }) => [
            formatDigits(bytes / rows),
            formatDigits(indexBytes / rows),
          ]),
          deltaBytes === null ? '-' : formatDigits(deltaBytes),
          formatDigits(walBytes / changedObjects),
          formatDigits(warm.walBytes / warm.changedObjects),
          formatDigits((lockSeconds.median / changedObjects) * 1e6),
          formatDigits((warm.lockSeconds / warm.changedObjects) * 1e6),
          peakBytes === null ? '-' : formatBytes(peakBytes),
        ],
      ),
    ).trimEnd(),
    'warm: one more batch of a day that is known, without a checkpoint before it',
  ];
}

export function formatMemory({ idleEmbeddedBytes, createEmbeddedBytes, results }: Memory): string[] {
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

export function formatAnswers({ hits, objects, contentTypes, runs, results }: Answers): string[] {
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

/** The first column stands left, the others, numbers mostly, right. */
export function toColumns(first: string, ...others: readonly string[]): Column[] {
  return [first, ...others].map((title, at) => ({ title, align: at === 0 ? 'left' : 'right' }));
}

/** Three digits that count: `0.0123`, `3.08`, `99.4`, `101`. */
export function formatDigits(number: number): string {
  return number >= 100 ? number.toFixed(0) : number.toPrecision(3);
}
