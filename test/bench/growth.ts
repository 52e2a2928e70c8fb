// The second part: the same batch into tables of more and more objects, with the number of distinct hit counts held equal.
// What it costs must follow from what the batch changes, not from how many objects there are.

import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { generateLog } from '../../fixtures/generate.js';
import { dropDatabase, queryOnce } from '../support/database-server.js';
import type { PostgresServer } from '../support/postgres.js';
import { watchLogtally } from './breakdown.js';
import { runLogtally } from './contenders.js';
import { measureReading, measureReport } from './growth-reading.js';
import {
  CONTENT_TYPE,
  FILL_SCRIPT,
  FIRST_ID,
  readSizes,
  type TableSizes,
  toBatchObjects,
} from './growth-tables.js';
import { type Spread, toSpread } from './measure.js';
import type { BenchOptions } from './options.js';
import { atMost, type Promised } from './promises.js';

/** Medians over the batches into a table of one size. */
export interface GrowthResult {
  readonly objects: number;
  readonly distinctHitCounts: number;
  /** Objects that a batch changed. */
  readonly changedObjects: number;
  readonly seconds: Spread;
  readonly rankSeconds: Spread;
  readonly hitCountSeconds: Spread;
  readonly walBytes: number;
  readonly fullPageImages: number;
  /**
   * Milliseconds of `top 10` before the first batch, when a thousandth of all objects share the highest count, spread over
   * the whole table: the worst case, which no index on the count helps much.
   */
  readonly topOfTiesMilliseconds: Spread;
  /** Milliseconds of `top 10` and `show`, in an open connection, after the batches. */
  readonly topMilliseconds: Spread;
  readonly showMilliseconds: Spread;
  readonly reportSeconds: Spread;
  /** Of the tables as they were filled. */
  readonly sizes: TableSizes;
  /** Seconds under the merge lock. */
  readonly lockSeconds: Spread;
  /** One more batch of the last one's day, without a checkpoint before: its days are known, and few pages are written whole. */
  readonly warm: Pick<Batch, 'lockSeconds' | 'walBytes' | 'fullPageImages' | 'changedObjects'>;
  /** Bytes of a row of what is kept for undo; null if the batches left none. */
  readonly deltaBytes: number | null;
  /** Of the process, at the highest. */
  readonly peakBytes: number | null;
}

export interface Growth {
  readonly lines: number;
  readonly batches: number;
  readonly results: readonly GrowthResult[];
  readonly promises: readonly Promised[];
}

const POLL_MS = 20;
const PROMISED_SIZES = [100_000, 10_000_000] as const;
const READING_SIZE = 5_000_000;
const MAX_RANK_GROWTH = 1.5;
const MAX_BATCH_GROWTH = 3;
const MAX_READING_MS = 50;

/** Talks on stderr meanwhile. */
export async function measureGrowth(
  server: PostgresServer,
  folder: string,
  { growthSizes, growthLines, runs }: BenchOptions,
): Promise<Growth> {
  const results: GrowthResult[] = [];
  for (const objects of growthSizes) {
    console.error(`filling tables with ${objects} objects ...`);
    const databaseUrl = await server.createDatabase();
    try {
      await runLogtally(['init'], databaseUrl);
      for (const statement of FILL_SCRIPT(objects)) await queryOnce(databaseUrl, statement);
      results.push(await measureSize(server, databaseUrl, { folder, objects, lines: growthLines, runs }));
    } finally {
      await dropDatabase(server.url, databaseUrl);
    }
  }
  return { lines: growthLines, batches: runs, results, promises: judgeGrowth(results) };
}

async function measureSize(
  server: PostgresServer,
  databaseUrl: string,
  size: Omit<BatchSize, 'batch' | 'day'> & { readonly runs: number },
): Promise<GrowthResult> {
  const batches: Batch[] = [];
  const sizes = await readSizes(databaseUrl, size.objects);
  const { topMilliseconds: topOfTiesMilliseconds } = await measureReading(databaseUrl, size.objects);
  for (let batch = 1; batch <= size.runs; batch += 1) {
    await queryOnce(server.url, 'checkpoint');
    const measured = await measureBatch(server, databaseUrl, { ...size, batch, day: batch });
    console.error(`batch ${batch} of ${size.runs}: ${measured.seconds.toFixed(2)} s`);
    batches.push(measured);
  }
  const warm = await measureBatch(server, databaseUrl, {
    ...size,
    batch: size.runs + 1,
    day: size.runs,
  });
  const spread = (read: (batch: Batch) => number) => toSpread(batches.map(read));
  const [deltas] = await queryOnce(
    databaseUrl,
    "select count(*) as rows, pg_table_size('logtally.hit_delta') as bytes from logtally.hit_delta",
  );
  const [counts] = await queryOnce(databaseUrl, 'select count(*) as hit_counts from logtally.hit_count_rank');
  return {
    objects: size.objects,
    distinctHitCounts: Number(counts?.['hit_counts']),
    changedObjects: spread((batch) => batch.changedObjects).median,
    seconds: spread((batch) => batch.seconds),
    rankSeconds: spread((batch) => batch.rankSeconds),
    hitCountSeconds: spread((batch) => batch.hitCountSeconds),
    walBytes: spread((batch) => batch.walBytes).median,
    fullPageImages: spread((batch) => batch.fullPageImages).median,
    topOfTiesMilliseconds,
    ...(await measureReading(databaseUrl, size.objects)),
    reportSeconds: await measureReport(databaseUrl, size.objects),
    sizes,
    lockSeconds: spread((batch) => batch.lockSeconds),
    warm,
    deltaBytes:
      deltas === undefined || Number(deltas['rows']) === 0
        ? null
        : Number(deltas['bytes']) / Number(deltas['rows']),
    peakBytes: Math.max(...batches.map(({ peakBytes }) => peakBytes ?? 0)) || null,
  };
}

interface BatchSize {
  readonly folder: string;
  readonly objects: number;
  readonly lines: number;
  /** Its number, which no other batch has. */
  readonly batch: number;
  /** The number of its day, from 1 on. */
  readonly day: number;
}

/** Asks for objects that lie all over the table. @returns how many they are */
async function writeBatch(path: string, { objects, lines, batch, day }: BatchSize): Promise<number> {
  const distinct = toBatchObjects(objects, lines);
  const step = Math.floor(objects / distinct);
  const asked = new Set<string>();
  const spreadIds = (chunk: string) =>
    chunk.replace(/ (\d+)$/gm, (_, id: string) => {
      asked.add(id);
      return ` ${FIRST_ID + (Number(id) - FIRST_ID) * step}`;
    });
  const log = generateLog({
    ...{ lines, seed: batch, objects: distinct, skew: 0, types: [CONTENT_TYPE], days: 1 },
    firstDay: `2026-04-${13 + day}`,
  });
  const spread = function* () {
    for (const chunk of log) yield spreadIds(chunk);
  };
  await pipeline(spread, createWriteStream(path));
  return asked.size;
}

interface Batch {
  readonly seconds: number;
  readonly lockSeconds: number;
  readonly changedObjects: number;
  readonly peakBytes: number | null;
  readonly rankSeconds: number;
  readonly hitCountSeconds: number;
  readonly walBytes: number;
  readonly fullPageImages: number;
}

/** Measures one batch. Right after a checkpoint each page that it changes is written whole. */
async function measureBatch(server: PostgresServer, databaseUrl: string, size: BatchSize): Promise<Batch> {
  const path = join(size.folder, `batch-${size.batch}.log`);
  const changedObjects = await writeBatch(path, size);
  const before = await readWal(server.url, databaseUrl);
  const { measurement, parts, lockSeconds } = await watchLogtally(server, databaseUrl, ['ingest', path]);
  const after = await readWal(server.url, databaseUrl);
  const getSeconds = (step: string) => parts.find((part) => part.step === step)?.seconds ?? Number.NaN;
  return {
    ...{ seconds: measurement.seconds, lockSeconds, peakBytes: measurement.peakBytes },
    changedObjects,
    rankSeconds: getSeconds('ranks'),
    hitCountSeconds: getSeconds('hit counts'),
    walBytes: after.bytes - before.bytes,
    fullPageImages: after.fullPageImages - before.fullPageImages,
  };
}

/** Reads the server's counters when nobody is connected to the database any more: each process adds its own as it ends. */
async function readWal(serverUrl: string, databaseUrl: string) {
  const name = new URL(databaseUrl).pathname.slice(1);
  const others = `select count(*) as processes from pg_stat_activity where datname = '${name}'`;
  while (Number((await queryOnce(serverUrl, others))[0]?.['processes']) > 0) await sleep(POLL_MS);
  const [row] = await queryOnce(
    serverUrl,
    "select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as bytes, wal_fpi as images from pg_stat_wal",
  );
  return { bytes: Number(row?.['bytes']), fullPageImages: Number(row?.['images']) };
}

function judgeGrowth(results: readonly GrowthResult[]): readonly Promised[] {
  const [smallest, largest] = [results[0], results.at(-1)];
  if (smallest === undefined || largest === undefined) return [];
  const isJudged = smallest.objects <= PROMISED_SIZES[0] && largest.objects === PROMISED_SIZES[1];
  const judgeRatio = (what: string, most: number, read: (result: GrowthResult) => number): Promised => {
    const ratio = read(largest) / read(smallest);
    return {
      promise: `${what} takes at most ${most} times as long with ${largest.objects} objects as with ${smallest.objects}`,
      found: atMost(most).describe(ratio),
      holds: isJudged ? ratio <= most : null,
    };
  };
  const reading = results.find(({ objects }) => objects === READING_SIZE) ?? largest;
  const isReadingJudged = reading.objects >= READING_SIZE && reading.objects <= PROMISED_SIZES[1];
  const judgeReading = (what: string, { median, max }: Spread): Promised => ({
    promise: `${what} answers within ${MAX_READING_MS} ms with ${reading.objects} objects`,
    found: `${median.toFixed(1)} ms, at most ${max.toFixed(1)} ms`,
    holds: isReadingJudged ? median < MAX_READING_MS : null,
  });
  return [
    judgeRatio('the rank step', MAX_RANK_GROWTH, ({ rankSeconds }) => rankSeconds.median),
    judgeRatio('the whole batch', MAX_BATCH_GROWTH, ({ seconds }) => seconds.median),
    judgeReading('top 10', reading.topMilliseconds),
    judgeReading('show', reading.showMilliseconds),
  ];
}
