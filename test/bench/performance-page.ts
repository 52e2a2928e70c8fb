// The section of docs/performance.md between two marks, from a report: its figures are never written by hand.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatCount } from '../../src/output/text.js';
import { findSlowest } from './answers.js';
import type { Comparison } from './compare.js';
import type { GrowthResult } from './growth.js';
import type { Report } from './report.js';
import { formatDigits } from './sections.js';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'performance.md');
const MARKS = { begin: '<!-- begin: npm run bench -- --page -->', end: '<!-- end -->' };
/** As test/docs/pages.test.ts allows them. */
const MAX_PAGE_LINES = 120;
const TEXT_WIDTH = 140;
const MAX_COMMAND = 50;

/** The rows of the table in their order, and how much each is needed where not all fit: 1 most. */
const ROWS: readonly (readonly [key: string, text: string, need: number])[] = [
  ['first', '`ingest`, first run', 1],
  ['second', '`ingest`, second run: the next day', 2],
  ['skewed', '`ingest` of 20,000 objects', 3],
  ['gzip', '`ingest` of the gzipped log', 6],
  ['embedded', '`ingest` into the embedded database', 4],
  ['floor', 'the floor: COPY of finished rows, the same SQL', 7],
  ['wc', '`wc -l`', 10],
  ['zcat', '`zcat` piped to `wc -l`', 11],
  ['duckdb', 'DuckDB: the same in memory, stores nothing', 8],
  ['goaccess', 'GoAccess: its own report, no database', 9],
  ['sql', 'SQL-only script: COPY raw lines, `regexp_matches`, update, insert, rank', 5],
];

/**
 * Rewrites the section.
 *
 * @returns what there is to say about it
 * @throws Error where the report has no comparison, or the page no marks or no room
 */
export async function writePerformancePage(report: Report): Promise<readonly string[]> {
  const comparison = report.parts.contenders;
  if (comparison === undefined)
    throw new Error('the report has no contenders: docs/performance.md needs them');
  const text = await readFile(PAGE, 'utf8');
  const [begin, end] = [text.indexOf(MARKS.begin), text.indexOf(MARKS.end)];
  if (begin < 0 || end < begin)
    throw new Error(`docs/performance.md has no "${MARKS.begin}" before "${MARKS.end}"`);
  const before = text.slice(0, begin + MARKS.begin.length);
  const after = text.slice(end);
  const others = `${before}\n${after}`.split('\n').length;
  const { lines, leftOut } = formatSection(report, comparison, MAX_PAGE_LINES - others);
  await writeFile(PAGE, `${before}\n${lines.join('\n')}\n${after}`);
  const total = others + lines.length;
  return [
    `docs/performance.md has ${total} lines now, ${lines.length} of them between the marks`,
    ...(leftOut.length === 0 ? [] : [`no room in ${MAX_PAGE_LINES} lines for: ${leftOut.join(', ')}`]),
  ];
}

function formatSection(report: Report, comparison: Comparison, room: number) {
  const intro = wrap(describeRun(report, comparison));
  const notes = wrap(describeOtherParts(report));
  const head = [
    ...intro,
    '',
    '| contender | median | lines/s | ratio | peak memory |',
    '|---|---|---|---|---|',
  ];
  const tail = notes.length === 0 ? [] : ['', ...notes];
  const rowRoom = room - head.length - tail.length;
  const rows = ROWS.flatMap(([key, text, need]) => {
    const result = comparison.results.find((one) => one.key === key);
    if (result === undefined) return [];
    const { seconds, linesPerSecond, peakBytes, ratio, comparedTo, name } = result;
    const cells = [
      text,
      `${formatDigits(seconds.median)} s`,
      formatCount(linesPerSecond),
      ratio === null || comparedTo === name
        ? ''
        : `${formatDigits(ratio)} x ${comparedTo.replaceAll('|', '\\|')}`,
      peakBytes === null ? '' : `${(peakBytes / 1e6).toFixed(0)} MB`,
    ];
    return [{ text, need, line: `| ${cells.join(' | ')} |` }];
  });
  const kept = new Set(rows.toSorted((a, b) => a.need - b.need).slice(0, Math.max(rowRoom, 0)));
  if (kept.size === 0)
    throw new Error(`docs/performance.md has no room for a table: ${MAX_PAGE_LINES} lines at most`);
  return {
    lines: [...head, ...rows.filter((row) => kept.has(row)).map(({ line }) => line), ...tail],
    leftOut: rows.filter((row) => !kept.has(row)).map(({ text }) => text),
  };
}

function describeRun({ machine, command }: Report, { data, totals }: Comparison): string {
  const table = data.find(({ name }) => name === 'table');
  const counted = totals.table;
  const log =
    table === undefined || counted === undefined
      ? ''
      : ` over ${formatCount(table.lines)} lines of ${Math.round(table.bytes / table.lines)} bytes, ` +
        `${formatCount(counted.hits)} hits of ${formatCount(counted.objects)} distinct objects`;
  // reports that were put together have several commands
  const shown = command.length > MAX_COMMAND ? 'npm run bench' : command;
  return (
    `\`${shown}\` generates logs, starts a PostgreSQL of its own and writes this section. On ${machine.cores} shared cores ` +
    `(${machine.cpu.trim()}), Node ${machine.node}, PostgreSQL ${machine.postgres} with \`fsync\` and ` +
    `\`synchronous_commit\` ${machine.postgresSettings['synchronous_commit'] ?? 'on'},${log}:`
  );
}

/** A sentence on each of the other parts that were measured. */
function describeOtherParts({ parts: { growth, memory, answers } }: Report): string {
  const sentences: string[] = [];
  const [smallest, largest] = [growth?.results[0], growth?.results.at(-1)];
  if (growth && smallest !== undefined && largest !== undefined) {
    const times = (read: (result: GrowthResult) => number) => formatDigits(read(largest) / read(smallest));
    sentences.push(
      `A batch of ${formatCount(growth.lines)} lines takes ${times(({ seconds }) => seconds.median)} times as long with ` +
        `${formatCount(largest.objects)} objects as with ${formatCount(smallest.objects)}, its ranks ` +
        `${times(({ rankSeconds }) => rankSeconds.median)} times; then \`top 10\` takes ` +
        `${formatDigits(largest.topMilliseconds.median)} ms, \`show\` ${formatDigits(largest.showMilliseconds.median)} ms.`,
    );
  }
  const longest = memory?.results.at(-1);
  if (memory && longest !== undefined && longest.postgresBytes !== null) {
    const list = memory.results
      .map(({ postgresBytes }) => ((postgresBytes ?? 0) / 1e6).toFixed(0))
      .join(', ');
    const counts = memory.results.map(({ lines }) => formatCount(lines)).join(', ');
    sentences.push(`Memory with PostgreSQL: ${list} MB for ${counts} lines.`);
  }
  if (answers) {
    const slowest = findSlowest(answers).map(([name, seconds]) => `\`${name}\` ${formatDigits(seconds)} s`);
    sentences.push(
      `Of a month of ${formatCount(answers.hits)} hits of ${formatCount(answers.objects)} objects: ${slowest.join(', ')} at most.`,
    );
  }
  return sentences.join(' ');
}

function wrap(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text === '' ? [] : text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > TEXT_WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
