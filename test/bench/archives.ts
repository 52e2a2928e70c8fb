// Many small inputs: 100 gzipped archives of 10,000 lines beside the same lines in one file, and 1,000 known archives that are
// given again.

import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGzip, gzipSync } from 'node:zlib';
import { formatTable } from '../../src/output/table.js';
import { formatBytes, formatCount } from '../../src/output/text.js';
import { dropDatabase } from '../support/database-server.js';
import { type Contender, ingestFirst, type Place, runLogtally } from './contenders.js';
import { type Spread, toSpread } from './measure.js';
import type { Bench } from './part.js';
import { atMost, type Promised } from './promises.js';
import { toResults } from './results.js';
import { runRounds, toFiles } from './rounds.js';
import { formatDigits, toColumns } from './sections.js';
import { TABLE_LINES, WORKLOADS, writeLog } from './workloads.js';

const ARCHIVES = 100;
const KNOWN_ARCHIVES = 1000;
const MAX_TIMES_ONE_FILE = 1.3;
const MAX_KNOWN_SECONDS = 1;

interface ArchivesResult {
  readonly name: string;
  readonly seconds: Spread;
  readonly peakBytes: number | null;
  /** How many times the time of the one plain file. */
  readonly ratio: number | null;
}

export interface Archives {
  readonly lines: number;
  readonly runs: number;
  readonly results: readonly ArchivesResult[];
  /** The seconds of an ingest of 1,000 archives that are all known. */
  readonly knownSeconds: Spread;
  readonly promises: readonly Promised[];
}

/** Talks on stderr meanwhile. */
export async function measureArchives(bench: Bench): Promise<Archives> {
  const { server, folder, options } = bench;
  const { runs, lines } = options;
  console.error(`writing ${lines} lines, and as ${ARCHIVES} and ${KNOWN_ARCHIVES} archives ...`);
  const log = await writeLog(WORKLOADS.one_day, lines, join(folder, 'archives.log'));
  const gzip = join(folder, 'archives.log.gz');
  await pipeline(createReadStream(log.path), createGzip(), createWriteStream(gzip));
  const archives = await writeArchives(log.path, join(folder, 'hundred'), Math.ceil(lines / ARCHIVES));
  const contenders: readonly Contender[] = [
    { ...toContender('file', 'one file'), ...ingestFirst('one_day') },
    { ...toContender('gzip', 'one gzip file'), ...ingestPaths([gzip]) },
    { ...toContender('archives', `${ARCHIVES} archives`), ...ingestPaths(archives) },
  ];
  const { measurements, differences } = await runRounds({
    ...{ contenders, server, folder, runs },
    files: toFiles(log),
    onRun: (name, round, { seconds }) =>
      console.error(`run ${round} of ${runs}: ${name} ${seconds.toFixed(2)} s`),
  });
  const results = toResults(contenders, measurements, () => lines);
  const known = await writeArchives(log.path, join(folder, 'thousand'), Math.ceil(lines / KNOWN_ARCHIVES));
  const knownSeconds = await measureKnown(bench, known);
  const ratio = results.find(({ key }) => key === 'archives')?.ratio ?? Number.NaN;
  const isJudged = lines >= TABLE_LINES;
  return {
    ...{ lines, runs, results, knownSeconds },
    promises: [
      {
        promise: 'one file and its lines in archives have the same totals',
        found: differences.length === 0 ? 'they have' : differences.join('; '),
        holds: differences.length === 0,
      },
      {
        promise: `${ARCHIVES} archives take at most ${MAX_TIMES_ONE_FILE} times the same lines in one file`,
        found: atMost(MAX_TIMES_ONE_FILE).describe(ratio),
        holds: isJudged ? ratio <= MAX_TIMES_ONE_FILE : null,
      },
      {
        promise: `${formatCount(KNOWN_ARCHIVES)} known archives take less than ${MAX_KNOWN_SECONDS} s`,
        found: `${knownSeconds.median.toFixed(2)} s`,
        holds: isJudged ? knownSeconds.median < MAX_KNOWN_SECONDS : null,
      },
    ],
  };
}

function toContender(
  key: string,
  name: string,
): Pick<Contender, 'key' | 'name' | 'command' | 'comparedTo' | 'countsAs'> {
  return { key, name, command: '', comparedTo: 'file', countsAs: 'one_day' };
}

function ingestPaths(paths: readonly string[]): Pick<Contender, 'logs' | 'run' | 'readTotals'> {
  const run = ({ databaseUrl }: Place) => runLogtally(['ingest', ...paths], databaseUrl);
  return { ...ingestFirst('one_day'), run };
}

/** Counts the archives, and then measures what it takes to find them all known. */
async function measureKnown({ server, options }: Bench, archives: readonly string[]): Promise<Spread> {
  const databaseUrl = await server.createDatabase();
  try {
    const first = await runLogtally(['ingest', ...archives], databaseUrl);
    console.error(`${archives.length} archives: ${first.measurement.seconds.toFixed(2)} s`);
    const seconds: number[] = [];
    for (let run = 1; run <= options.runs; run += 1) {
      const { measurement } = await runLogtally(['ingest', ...archives], databaseUrl);
      console.error(`again: ${measurement.seconds.toFixed(2)} s`);
      seconds.push(measurement.seconds);
    }
    return toSpread(seconds);
  } finally {
    await dropDatabase(server.url, databaseUrl);
  }
}

/** Cuts a log into gzipped ones of so many lines, and returns their paths. */
async function writeArchives(logPath: string, folder: string, lines: number): Promise<readonly string[]> {
  await mkdir(folder);
  const paths: string[] = [];
  let kept: string[] = [];
  const write = async () => {
    const path = join(folder, `access.log.${String(paths.length + 1).padStart(4, '0')}.gz`);
    await writeFile(path, gzipSync(`${kept.join('\n')}\n`));
    paths.push(path);
    kept = [];
  };
  for await (const line of createInterface({ input: createReadStream(logPath) })) {
    kept.push(line);
    if (kept.length === lines) await write();
  }
  if (kept.length > 0) await write();
  return paths;
}

/** The part's lines of the report. */
export function formatArchives({ lines, runs, results, knownSeconds }: Archives): readonly string[] {
  return [
    '',
    `archives  medians of ${runs} runs over ${formatCount(lines)} lines of one day`,
    '',
    formatTable(
      toColumns('the same lines as', 'median s', 'min-max s', 'times one file', 'memory'),
      results.map(({ name, seconds, peakBytes, ratio }) => [
        name,
        formatDigits(seconds.median),
        `${formatDigits(seconds.min)}-${formatDigits(seconds.max)}`,
        ratio === null ? '-' : formatDigits(ratio),
        peakBytes === null ? '-' : formatBytes(peakBytes),
      ]),
    ).trimEnd(),
    `${formatCount(KNOWN_ARCHIVES)} archives of ${formatCount(Math.ceil(lines / KNOWN_ARCHIVES))} lines that are known: ` +
      `${formatDigits(knownSeconds.median)} s (${formatDigits(knownSeconds.min)}-${formatDigits(knownSeconds.max)})`,
  ];
}
