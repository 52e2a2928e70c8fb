// The logs that the benchmarks read: generated, so that everyone measures on the same bytes.

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { generateLog, type LogOptions } from '../../fixtures/generate.js';

export interface Workload {
  readonly name: string;
  /** What the log is like, in words for the report. */
  readonly description: string;
  /** How many lines it has unless the command line says otherwise. */
  readonly lines: number;
  /** The generator's options for so many lines; the share of distinct objects stays about the same. */
  readonly toLogOptions: (lines: number) => LogOptions;
}

export interface LogFile {
  readonly path: string;
  readonly lines: number;
  readonly bytes: number;
  /** The first 16 digits of the file's SHA-256, to see that two reports are about the same bytes. */
  readonly fingerprint: string;
}

/** A day of a busy site whose objects are asked for unevenly: about 298,000 distinct ones in 1,000,000 lines. */
export const TABLE: Workload = {
  name: 'table',
  description: 'combined_ids, one day, 4 content types, 20 % of the lines without ids',
  lines: 1_000_000,
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

/** Writes the log of a workload and describes what was written. */
export async function writeLog(workload: Workload, lines: number, path: string): Promise<LogFile> {
  await pipeline(generateLog(workload.toLogOptions(lines)), createWriteStream(path));
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { path, lines, bytes, fingerprint: hash.digest('hex').slice(0, 16) };
}
