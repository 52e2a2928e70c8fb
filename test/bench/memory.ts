// The third part: logs that are longer and longer, streamed from the generator into `ingest`. Memory must not grow with them.

import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { generateLog } from '../../fixtures/generate.js';
import { dropDatabase } from '../support/database-server.js';
import type { PostgresServer } from '../support/postgres.js';
import { PROGRAM, runLogtally } from './contenders.js';
import { measureCommand } from './measure.js';
import type { BenchOptions } from './options.js';
import type { Promised } from './promises.js';
import { TABLE_LINES, WORKLOADS } from './workloads.js';

export interface MemoryResult {
  readonly lines: number;
  readonly postgresBytes: number | null;
  readonly postgresSeconds: number;
  readonly embeddedBytes: number | null;
  readonly embeddedSeconds: number;
}

export interface Memory {
  /** The embedded database with nothing in it, opened by `logtally runs`. */
  readonly idleEmbeddedBytes: number | null;
  /** `logtally init`, which creates one: done before each log, so that it hides nothing of what a log takes. */
  readonly createEmbeddedBytes: number | null;
  readonly results: readonly MemoryResult[];
  readonly promises: readonly Promised[];
}

const PROMISED_LINES = 50_000_000;
const MAX_POSTGRES_BYTES = 150_000_000;
const MAX_EMBEDDED_BYTES_ABOVE_IDLE = 150_000_000;

/** Talks on stderr meanwhile. */
export async function measureMemory(
  server: PostgresServer,
  folder: string,
  { memorySizes }: BenchOptions,
): Promise<Memory> {
  const { idleEmbeddedBytes, createEmbeddedBytes } = await measureIdle(folder);
  const results: MemoryResult[] = [];
  for (const lines of memorySizes) {
    const databaseUrl = await server.createDatabase();
    const embeddedFolder = await mkdtemp(join(folder, 'embedded-'));
    try {
      await runLogtally(['init', '--data-dir', embeddedFolder], null);
      console.error(`streaming ${lines} lines into PostgreSQL ...`);
      const postgres = await streamInto(lines, [], { DATABASE_URL: databaseUrl });
      console.error(`${postgres.seconds.toFixed(0)} s; streaming them into the embedded database ...`);
      const embedded = await streamInto(lines, ['--data-dir', embeddedFolder], {});
      console.error(`${embedded.seconds.toFixed(0)} s`);
      results.push({
        lines,
        postgresBytes: postgres.peakBytes,
        postgresSeconds: postgres.seconds,
        embeddedBytes: embedded.peakBytes,
        embeddedSeconds: embedded.seconds,
      });
    } finally {
      await dropDatabase(server.url, databaseUrl);
      await rm(embeddedFolder, { recursive: true, force: true });
    }
  }
  return {
    idleEmbeddedBytes,
    createEmbeddedBytes,
    results,
    promises: judgeMemory(results, idleEmbeddedBytes),
  };
}

async function measureIdle(folder: string) {
  const idleFolder = await mkdtemp(join(folder, 'idle-'));
  const created = await runLogtally(['init', '--data-dir', idleFolder], null);
  const idle = await runLogtally(['runs', '--data-dir', idleFolder], null);
  return {
    idleEmbeddedBytes: idle.measurement.peakBytes,
    createEmbeddedBytes: created.measurement.peakBytes,
  };
}

/** The table's workload, a day of a million lines after another over the same objects, through a pipe. */
async function streamInto(
  lines: number,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
) {
  const log = generateLog({
    ...WORKLOADS.table.toLogOptions(Math.min(lines, TABLE_LINES)),
    ...{ lines, days: Math.ceil(lines / TABLE_LINES) },
  });
  const ran = await measureCommand({
    program: process.execPath,
    args: [PROGRAM, 'ingest', ...args, '-'],
    environment,
    feed: (stdin) => pipeline(Readable.from(log), stdin),
  });
  return ran.measurement;
}

function judgeMemory(results: readonly MemoryResult[], idle: number | null): readonly Promised[] {
  const isJudged = (results.at(-1)?.lines ?? 0) >= PROMISED_LINES;
  const judge = (promise: string, bytes: readonly (number | null)[], most: number): Promised => {
    const measured = bytes.flatMap((one) => (one === null ? [] : [one]));
    const highest = measured.length === 0 ? null : Math.max(...measured);
    return {
      promise,
      found: highest === null ? 'not measured' : `${(highest / 1e6).toFixed(0)} MB at the highest`,
      holds: highest === null || !isJudged ? null : highest < most,
    };
  };
  return [
    judge(
      `with PostgreSQL memory stays under ${MAX_POSTGRES_BYTES / 1e6} MB, however long the log is`,
      results.map(({ postgresBytes }) => postgresBytes),
      MAX_POSTGRES_BYTES,
    ),
    judge(
      `with the embedded database it stays under ${MAX_EMBEDDED_BYTES_ABOVE_IDLE / 1e6} MB above the idle one`,
      results.map(({ embeddedBytes }) =>
        embeddedBytes === null || idle === null ? null : embeddedBytes - idle,
      ),
      MAX_EMBEDDED_BYTES_ABOVE_IDLE,
    ),
  ];
}
