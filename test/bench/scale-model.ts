// What so many lines a day take, calculated from what the benchmark measured of one row. The assumptions stand here, each once.

import type { GrowthResult } from './growth.js';

/** How objects are asked for: the share of lines with an object, and the exponent of their popularity, as in workloads.ts. */
const SHARE_WITH_OBJECT = 0.8;
const SKEW = 0.7;
/** A merge every quarter of an hour, or as often as it takes for no merge to have more lines. */
const MERGES_A_DAY = 96;
const MAX_LINES_A_MERGE = 10_000_000;
const UNDO_DAYS = 30;
const DAYS_A_YEAR = 365;
const PAGE_BYTES = 8192;

/**
 * How many times the work of a merge on PostgreSQL it was when Citus distributed the rows: 110,000 to 200,000 lines/s in place of
 * 240,000 (Citus 13.2.2, coordinator and two workers, all on the same two cores). What of it is the coordinator's, and so does not
 * become less with more workers, was not measured: so the most is all of it, the least nothing.
 */
const TIMES_WORK_DISTRIBUTED = 2.2;

/** Of one row, or of one object that a batch changes. */
export interface Coefficients {
  /** Objects of the table that they were measured on. */
  readonly objects: number;
  /** Table and indexes. */
  readonly objectBytes: number;
  readonly dayBytes: number;
  readonly deltaBytes: number;
  /** Beside the pages that are written whole. */
  readonly walBytes: number;
  readonly lockMicroseconds: number;
  /** Pages that are written whole after a checkpoint. */
  readonly fullPages: number;
  /** WAL of such a page. */
  readonly pageBytes: number;
  /** Under the lock, what such a page takes longer than one that was written before. */
  readonly pageMicroseconds: number;
}

/** What is wanted of a database. */
export interface Load {
  readonly linesADay: number;
  readonly objects: number;
}

/** What it takes on each node that holds rows; null workers for one PostgreSQL. */
export interface Need {
  readonly diskBytesAYear: number;
  readonly walBytesADay: number;
  /** Of the tables that have to be in memory for a merge to be as fast as it was measured. */
  readonly memoryBytes: number;
  /** Least and most, of a day's 86,400. */
  readonly lockSecondsADay: readonly [number, number];
}

/** Reads the coefficients of one size of table from the growth benchmark. */
export function toCoefficients(result: GrowthResult, deltaBytes: number): Coefficients {
  const { object_hits: totals, object_hits_daily: days } = result.sizes;
  const { warm, changedObjects, fullPageImages, lockSeconds } = result;
  const [cold, known] = [lockSeconds.median / changedObjects, warm.lockSeconds / warm.changedObjects];
  const [fullPages, knownPages] = [
    fullPageImages / changedObjects,
    warm.fullPageImages / warm.changedObjects,
  ];
  // a table that is small enough has all its pages written anyway
  const pageSeconds = fullPages > knownPages ? Math.max(cold - known, 0) / (fullPages - knownPages) : 0;
  const [coldWal, knownWal] = [result.walBytes / changedObjects, warm.walBytes / warm.changedObjects];
  // the free space of a page is left out
  const pageBytes =
    fullPages > knownPages
      ? Math.min((coldWal - knownWal) / (fullPages - knownPages), PAGE_BYTES)
      : PAGE_BYTES;
  return {
    objects: result.objects,
    objectBytes: (totals.bytes + totals.indexBytes) / totals.rows,
    dayBytes: (days.bytes + days.indexBytes) / days.rows,
    deltaBytes: result.deltaBytes ?? deltaBytes,
    walBytes: knownWal - knownPages * pageBytes,
    pageBytes,
    lockMicroseconds: (known - knownPages * pageSeconds) * 1e6,
    fullPages,
    pageMicroseconds: pageSeconds * 1e6,
  };
}

/** Calculates what a load takes. @param workers null for one PostgreSQL */
export function calculateNeed(load: Load, coefficients: Coefficients, workers: number | null): Need {
  const { linesADay, objects } = load;
  const { objectBytes, dayBytes, deltaBytes } = coefficients;
  const hits = linesADay * SHARE_WITH_OBJECT;
  const merges = Math.max(MERGES_A_DAY, Math.ceil(linesADay / MAX_LINES_A_MERGE));
  const changed = countDistinct(hits / merges, objects);
  const dayRows = countDistinct(hits, objects);
  const totals = countDistinct(hits * DAYS_A_YEAR, objects);
  // the first merge of a day makes its row, each later one adds to it and keeps what it added
  const deltas = Math.max(changed * merges - dayRows, 0) * UNDO_DAYS;
  const pages = (objects * objectBytes + dayRows * dayBytes) / PAGE_BYTES;
  const rows = merges * changed;
  const wholePages = merges * Math.min(changed * coefficients.fullPages, pages);
  const rowSeconds = (rows * coefficients.lockMicroseconds) / 1e6;
  const pageSeconds = (wholePages * coefficients.pageMicroseconds) / 1e6;
  const nodes = workers ?? 1;
  const times = workers === null ? 1 : TIMES_WORK_DISTRIBUTED;
  return {
    diskBytesAYear: (totals * objectBytes + dayRows * DAYS_A_YEAR * dayBytes + deltas * deltaBytes) / nodes,
    walBytesADay: (rows * coefficients.walBytes + wholePages * coefficients.pageBytes) / nodes,
    memoryBytes: (totals * objectBytes + dayRows * dayBytes) / nodes,
    lockSecondsADay: [(times * rowSeconds + pageSeconds) / nodes, times * rowSeconds + pageSeconds / nodes],
  };
}

const STEPS = 2000;

/** How many different ones of so many objects are asked for by so many hits, on average, as popular as Zipf has it. */
export function countDistinct(hits: number, objects: number): number {
  // ranks in steps that grow by the same factor: each step counts as its middle rank, as often as it has ranks
  const bounds = Array.from(
    { length: STEPS + 1 },
    (_, at) => (objects + 0.5) ** (at / STEPS) * 0.5 ** (1 - at / STEPS),
  );
  const steps = bounds.slice(1).map((end, at) => {
    const begin = bounds[at] ?? 0;
    return { ranks: end - begin, weight: Math.sqrt(begin * end) ** -SKEW };
  });
  const sum = steps.reduce((total, { ranks, weight }) => total + ranks * weight, 0);
  return steps.reduce((total, { ranks, weight }) => total - ranks * Math.expm1((-hits * weight) / sum), 0);
}
