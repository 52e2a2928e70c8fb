// The logs that the benchmarks read: generated, so that everyone measures on the same bytes.

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { generateLog, type LogOptions } from '../../fixtures/generate.js';

export type WorkloadName = 'table' | 'next_day' | 'skewed' | 'dirty' | 'one_day' | 'five_days';
/** The files that are read: one of each workload, and the first one packed. */
export type LogName = WorkloadName | 'table_gzip';

export interface Workload {
  readonly name: WorkloadName;
  /** What the log is like, in words for the report. */
  readonly description: string;
  /** How many times the lines of the table's workload it has. */
  readonly timesLines: number;
  /** The generator's options for so many lines. */
  readonly toLogOptions: (lines: number) => LogOptions;
}

export interface LogFile {
  readonly path: string;
  readonly description: string;
  readonly lines: number;
  readonly bytes: number;
  /** The first 16 digits of the file's SHA-256, to see that two reports are about the same bytes. */
  readonly fingerprint: string;
}

/** Lines of the table's workload unless the command line says otherwise. */
export const TABLE_LINES = 1_000_000;

/** A day of a busy site whose objects are asked for unevenly: about 298,000 distinct ones in 1,000,000 lines. */
const TABLE: Workload = {
  name: 'table',
  description: 'combined_ids, one day, 4 content types, 20 % of the lines without ids',
  timesLines: 1,
  toLogOptions: (lines) => ({
    lines,
    seed: 1,
    // found by trying: objects that exist, of which many are asked for rarely or never
    objects: Math.ceil(lines * 0.49),
    // caches of the web see exponents of 0.64 to 0.83 (Breslau et al., "Web caching and Zipf-like distributions")
    skew: 0.7,
    types: 4,
    shareWithoutIds: 0.2,
    days: 1,
    lineBytes: 200,
    format: 'combined_ids',
  }),
};

/** Ids after Zipf with the exponent of web caches, 8 content types, a fifth of the lines without ids. */
function toZipfOptions(
  lines: number,
  others: Pick<LogOptions, 'seed' | 'objects' | 'skew' | 'days'>,
): LogOptions {
  return { lines, types: 8, shareWithoutIds: 0.2, lineBytes: 200, format: 'combined_ids', ...others };
}

const SKEWED_OBJECTS = 20_000;

export const WORKLOADS: Readonly<Record<WorkloadName, Workload>> = {
  table: TABLE,
  next_day: {
    name: 'next_day',
    description: 'another seed, the day after, over the objects of the first',
    timesLines: 1,
    toLogOptions: (lines) => ({ ...TABLE.toLogOptions(lines), seed: 2, firstDay: '2026-04-15' }),
  },
  skewed: {
    name: 'skewed',
    description: `${SKEWED_OBJECTS.toLocaleString('en-US')} objects of which few are asked for most, otherwise the same`,
    timesLines: 8,
    toLogOptions: (lines) => ({ ...TABLE.toLogOptions(lines), objects: SKEWED_OBJECTS, skew: 0.9 }),
  },
  dirty: {
    name: 'dirty',
    description: 'one line in ten broken or odd: cut off, glued, junk, NUL bytes, long targets, escapes',
    timesLines: 1,
    toLogOptions: (lines) => ({ ...TABLE.toLogOptions(lines), shareDirty: 0.1 }),
  },
  one_day: {
    name: 'one_day',
    description: 'ids after Zipf, one day, 8 content types, 20 % of the lines without ids',
    timesLines: 1,
    // found by calculation: 329,000 distinct objects in 1,000,000 lines
    toLogOptions: (lines) =>
      toZipfOptions(lines, { seed: 11, objects: Math.ceil(lines * 0.606), skew: 0.7, days: 1 }),
  },
  five_days: {
    name: 'five_days',
    description: 'the same over five days, with fewer objects',
    timesLines: 5,
    // 151,000 distinct objects in 5,000,000 lines, 688,000 with each day for itself
    toLogOptions: (lines) =>
      toZipfOptions(lines, { seed: 12, objects: Math.ceil(lines * 0.0302), skew: 0.72, days: 5 }),
  },
};

/** Writes the log of a workload and describes what was written. */
export async function writeLog(workload: Workload, lines: number, path: string): Promise<LogFile> {
  await pipeline(generateLog(workload.toLogOptions(lines)), createWriteStream(path));
  return { path, description: workload.description, lines, ...(await readFingerprint(path)) };
}

/** Packs a log as logrotate does. */
export async function writeGzip(log: LogFile, path: string): Promise<LogFile> {
  await pipeline(createReadStream(log.path), createGzip(), createWriteStream(path));
  return { ...log, path, description: 'the first log, gzipped', ...(await readFingerprint(path)) };
}

async function readFingerprint(path: string): Promise<Pick<LogFile, 'bytes' | 'fingerprint'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, fingerprint: hash.digest('hex').slice(0, 16) };
}
