// The second part: the same batch into tables of more and more objects, with the number of distinct hit counts held equal.
// What it costs must follow from what the batch changes, not from how many objects there are.

import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { generateLog } from '../../fixtures/generate.js';
import { connectPostgres } from '../../src/database/postgres.js';
import { selectObject } from '../../src/report/objects.js';
import { selectTop, type TopQuestion } from '../../src/report/top.js';
import { dropDatabase, queryOnce } from '../support/database-server.js';
import type { PostgresServer } from '../support/postgres.js';
import { watchLogtally } from './breakdown.js';
import { runLogtally } from './contenders.js';
import { CONTENT_TYPE, FILL_SCRIPT, FIRST_ID, toBatchObjects } from './growth-tables.js';
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
}

export interface Growth {
  readonly lines: number;
  readonly batches: number;
  readonly results: readonly GrowthResult[];
  readonly promises: readonly Promised[];
}

const READINGS = 20;
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
  size: { readonly folder: string; readonly objects: number; readonly lines: number; readonly runs: number },
): Promise<GrowthResult> {
  const batches: Batch[] = [];
  const { topMilliseconds: topOfTiesMilliseconds } = await measureReading(databaseUrl, size.objects);
  for (let batch = 1; batch <= size.runs; batch += 1) {
    const path = join(size.folder, `batch-${batch}.log`);
    await writeBatch(path, { ...size, batch });
    const measured = await measureBatch(server, databaseUrl, path);
    console.error(`batch ${batch} of ${size.runs}: ${measured.seconds.toFixed(2)} s`);
    batches.push(measured);
  }
  const spread = (read: (batch: Batch) => number) => toSpread(batches.map(read));
  const [counts] = await queryOnce(databaseUrl, 'select count(*) as hit_counts from logtally.hit_count_rank');
  const [changed] = await queryOnce(databaseUrl, 'select count(*) as objects from logtally.hit_delta');
  return {
    objects: size.objects,
    distinctHitCounts: Number(counts?.['hit_counts']),
    changedObjects: Math.round(Number(changed?.['objects']) / size.runs),
    seconds: spread((batch) => batch.seconds),
    rankSeconds: spread((batch) => batch.rankSeconds),
    hitCountSeconds: spread((batch) => batch.hitCountSeconds),
    walBytes: spread((batch) => batch.walBytes).median,
    fullPageImages: spread((batch) => batch.fullPageImages).median,
    topOfTiesMilliseconds,
    ...(await measureReading(databaseUrl, size.objects)),
  };
}

/** Each batch is a day of its own, and asks for objects that lie all over the table. */
async function writeBatch(
  path: string,
  { objects, lines, batch }: { readonly objects: number; readonly lines: number; readonly batch: number },
): Promise<void> {
  const distinct = toBatchObjects(objects, lines);
  const step = Math.floor(objects / distinct);
  const spreadIds = (chunk: string) =>
    chunk.replace(/ (\d+)$/gm, (_, id: string) => ` ${FIRST_ID + (Number(id) - FIRST_ID) * step}`);
  const log = generateLog({
    ...{ lines, seed: batch, objects: distinct, skew: 0, types: [CONTENT_TYPE], days: 1 },
    firstDay: `2026-04-${13 + batch}`,
  });
  const spread = function* () {
    for (const chunk of log) yield spreadIds(chunk);
  };
  await pipeline(spread, createWriteStream(path));
}

interface Batch {
  readonly seconds: number;
  readonly rankSeconds: number;
  readonly hitCountSeconds: number;
  readonly walBytes: number;
  readonly fullPageImages: number;
}

/** Measures one batch right after a checkpoint, where each page that it changes is written whole. */
async function measureBatch(server: PostgresServer, databaseUrl: string, path: string): Promise<Batch> {
  await queryOnce(server.url, 'checkpoint');
  const before = await readWal(server.url, databaseUrl);
  const { measurement, parts } = await watchLogtally(server, databaseUrl, ['ingest', path]);
  const after = await readWal(server.url, databaseUrl);
  const getSeconds = (step: string) => parts.find((part) => part.step === step)?.seconds ?? Number.NaN;
  return {
    seconds: measurement.seconds,
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

/** Asks as the commands do, for other objects each time. */
async function measureReading(databaseUrl: string, objects: number) {
  const database = await connectPostgres(databaseUrl, 0);
  const [top, show]: [number[], number[]] = [[], []];
  try {
    for (let turn = 0; turn < READINGS; turn += 1) {
      const id = FIRST_ID + Math.floor(((turn + 0.5) / READINGS) * objects);
      const wanted = { site: null, contentType: CONTENT_TYPE };
      const question: TopQuestion = {
        ...{ ...wanted, limit: 10, period: { since: null, until: null } },
        ...{ sort: 'hits', compare: false, sparkDays: 14 },
      };
      top.push(await timeReading(async () => (await selectTop(database, question)).objects, 10));
      show.push(
        await timeReading(
          () => selectObject(database, { ...wanted, objectId: `${id}`, period: question.period }),
          1,
        ),
      );
    }
  } finally {
    await database.close();
  }
  return { topMilliseconds: toSpread(top), showMilliseconds: toSpread(show) };
}

async function timeReading(read: () => Promise<readonly unknown[]>, expected: number): Promise<number> {
  const startedAt = performance.now();
  const { length } = await read();
  const milliseconds = performance.now() - startedAt;
  if (length !== expected) throw new Error(`${expected} objects were expected, ${length} were found`);
  return milliseconds;
}

function judgeGrowth(results: readonly GrowthResult[]): readonly Promised[] {
  const [smallest, largest] = [results[0], results.at(-1)];
  if (smallest === undefined || largest === undefined) return [];
  const isJudged = smallest.objects <= PROMISED_SIZES[0] && largest.objects >= PROMISED_SIZES[1];
  const judgeRatio = (what: string, most: number, read: (result: GrowthResult) => number): Promised => {
    const ratio = read(largest) / read(smallest);
    return {
      promise: `${what} takes at most ${most} times as long with ${largest.objects} objects as with ${smallest.objects}`,
      found: atMost(most).describe(ratio),
      holds: isJudged ? ratio <= most : null,
    };
  };
  const reading = results.find(({ objects }) => objects === READING_SIZE) ?? largest;
  const judgeReading = (what: string, { median, max }: Spread): Promised => ({
    promise: `${what} answers within ${MAX_READING_MS} ms with ${reading.objects} objects`,
    found: `${median.toFixed(1)} ms, at most ${max.toFixed(1)} ms`,
    holds: reading.objects < READING_SIZE ? null : median < MAX_READING_MS,
  });
  return [
    judgeRatio('the rank step', MAX_RANK_GROWTH, ({ rankSeconds }) => rankSeconds.median),
    judgeRatio('the whole batch', MAX_BATCH_GROWTH, ({ seconds }) => seconds.median),
    judgeReading('top 10', reading.topMilliseconds),
    judgeReading('show', reading.showMilliseconds),
  ];
}
