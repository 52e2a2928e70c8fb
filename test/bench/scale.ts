// Says what large loads take, as a table: npm run scale -- [--write] REPORT.json ...
// The reports are those that npm run bench -- --growth --json printed, with or without --huge. --write puts the table into docs/scale.md.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatBytes, formatCount } from '../../src/output/text.js';
import type { GrowthResult } from './growth.js';
import type { Report } from './report.js';
import { type Coefficients, calculateNeed, type Load, type Need, toCoefficients } from './scale-model.js';
import { formatDigits } from './sections.js';

const LINES_A_DAY = [10_000_000, 1_000_000_000, 100_000_000_000] as const;
const OBJECTS = [10_000_000, 1_000_000_000] as const;
/** Null for one PostgreSQL. */
const WORKERS = [null, 4, 32] as const;

/** Of a row that is kept for undo, where no batch of the growth benchmark left one: head, two numbers, type, id, day, count. */
const USUAL_DELTA_BYTES = 72;

interface Limit {
  /** What there is too much of. */
  readonly what: string;
  readonly most: number;
  readonly read: (need: Need) => number;
  /** What one would do then; `times` is how many times the limit is exceeded. */
  readonly remedy: (times: number, workers: number | null) => string;
}

/** What one node bears: half of a day under the lock, 100 MB/s of WAL at most, 256 GB of memory, 16 TB of disk. */
const LIMITS: readonly Limit[] = [
  {
    what: 'lock',
    most: 43_200,
    read: ({ lockSecondsADay }) => lockSecondsADay[1],
    remedy: (times) => `fewer and larger merges; sites in ${formatCount(Math.ceil(times))} databases`,
  },
  {
    what: 'WAL',
    most: 8.64e12,
    read: ({ walBytesADay }) => walBytesADay,
    remedy: (times) =>
      `larger merges, fewer checkpoints, or ${formatCount(Math.ceil(times))} times the nodes`,
  },
  {
    what: 'memory',
    most: 256e9,
    read: ({ memoryBytes }) => memoryBytes,
    remedy: (times, workers) => `${formatCount(Math.ceil(times * (workers ?? 1)))} workers`,
  },
  {
    what: 'disk',
    most: 16e12,
    read: ({ diskBytesAYear }) => diskBytesAYear,
    remedy: () => 'fewer --undo-days; months in place of days for what is old',
  },
];

const DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'scale.md');
const MARKS = { begin: '<!-- begin: npm run scale -- --write -->', end: '<!-- end -->' };

const { values, positionals } = parseArgs({
  options: { write: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const reports = await Promise.all(positionals.map(readReport));
const growth = reports.flatMap(({ parts }) => parts.growth?.results ?? []);
if (growth.length === 0) throw new Error('name a report of npm run bench -- --growth --json');
const section = [...reports.flatMap(describeMachine), '', formatTables(growth)].join('\n');
process.stdout.write(section);
if (values.write) await writeSection(section);

async function readReport(path: string): Promise<Report> {
  return JSON.parse(await readFile(path, 'utf8')) as Report;
}

/** Says on what the figures of a report were measured. */
function describeMachine({ command, machine, parts }: Report): readonly string[] {
  const { growth: found } = parts;
  if (found === undefined) return [];
  const { cpu, cores, node, postgres, load } = machine;
  const { shared_buffers: buffers, max_wal_size: wal } = machine.postgresSettings;
  return [
    `Measured by \`${command}\`: ${cores} shared cores (${cpu.trim()}), load ${load.toFixed(1)} before, Node ${node},`,
    `PostgreSQL ${postgres} with shared_buffers ${buffers} and max_wal_size ${wal}; batches of ${formatCount(found.lines)} lines.`,
  ];
}

async function writeSection(text: string): Promise<void> {
  const document = await readFile(DOCUMENT, 'utf8');
  const [begin, end] = [document.indexOf(MARKS.begin), document.indexOf(MARKS.end)];
  if (begin < 0 || end < begin)
    throw new Error(`docs/scale.md has no "${MARKS.begin}" before "${MARKS.end}"`);
  await writeFile(
    DOCUMENT,
    `${document.slice(0, begin + MARKS.begin.length)}\n${text}${document.slice(end)}`,
  );
}

function formatTables(results: readonly GrowthResult[]): string {
  const all = results
    .map((result) => toCoefficients(result, USUAL_DELTA_BYTES))
    .toSorted((a, b) => a.objects - b.objects);
  const rows = OBJECTS.flatMap((objects) =>
    LINES_A_DAY.flatMap((linesADay) =>
      WORKERS.map((workers) => formatRow({ linesADay, objects }, pickCoefficients(all, objects), workers)),
    ),
  );
  return [
    '| measured with | bytes an object | an object and day | a delta | a changed object: WAL | lock | whole pages | WAL a page | lock a page |',
    '|---|---|---|---|---|---|---|---|---|',
    ...all.map(formatCoefficients),
    '',
    '| objects | lines a day | on | disk a year | WAL a day | memory | lock, s a day | breaks first | then |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** Takes those of the smallest table that has as many objects, or else of the largest. */
function pickCoefficients(all: readonly Coefficients[], objects: number): Coefficients {
  const found = all.find((one) => one.objects >= objects) ?? all.at(-1);
  if (found === undefined) throw new Error('there are no coefficients');
  return found;
}

function formatCoefficients(one: Coefficients): string {
  const cells = [
    `${formatCount(one.objects)} objects`,
    ...[one.objectBytes, one.dayBytes, one.deltaBytes, one.walBytes].map((bytes) => formatDigits(bytes)),
    `${formatDigits(one.lockMicroseconds)} us`,
    formatDigits(one.fullPages),
    formatDigits(one.pageBytes),
    `${formatDigits(one.pageMicroseconds)} us`,
  ];
  return `| ${cells.join(' | ')} |`;
}

function formatRow(load: Load, coefficients: Coefficients, workers: number | null): string {
  const need = calculateNeed(load, coefficients, workers);
  const [least, most] = need.lockSecondsADay.map((seconds) => formatCount(Math.round(seconds)));
  const cells = [
    formatCount(load.objects),
    formatCount(load.linesADay),
    workers === null ? 'PostgreSQL' : `${workers} workers`,
    ...[need.diskBytesAYear, need.walBytesADay, need.memoryBytes].map(formatBytes),
    least === most ? `${most}` : `${least}-${most}`,
    ...describeLimit(need, workers),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Names the limit that is most exceeded, others that are, and what to do about the first; if none is, the nearest. */
function describeLimit(need: Need, workers: number | null): readonly [string, string] {
  const shares = LIMITS.map((limit) => ({ limit, times: limit.read(need) / limit.most })).toSorted(
    (a, b) => b.times - a.times,
  );
  const [first] = shares;
  if (first === undefined) throw new Error('there is no limit');
  const { limit, times } = first;
  if (times <= 1) return [`nothing (${limit.what} at ${formatPercent(times)})`, ''];
  const others = shares.slice(1).flatMap((share) => (share.times > 1 ? [share.limit.what] : []));
  return [
    [`${limit.what} (${formatDigits(times)} times)`, ...others].join(', '),
    limit.remedy(times, workers),
  ];
}

function formatPercent(share: number): string {
  return share < 0.01 ? 'under 1 %' : `${Math.round(share * 100)} %`;
}
