/** Reads what the report page shows from one state of the database. */
import type { Database } from '../database/database.js';
import { readOneState } from '../database/spread.js';
import { toIsoDay } from '../days.js';
import { readLastDays } from './last-days.js';
import type { Period } from './period.js';
import { EMPTY_PERIOD, type LeftOut, readPeriodReport } from './period-report.js';
import type { ReportData } from './report-shape.js';
import { readLastCommit, readRobots, readRunDays } from './runs.js';
import { readTypes } from './types.js';

export interface ReportQuestion {
  readonly title: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Seconds between two looks, if the page is written anew while hits come in; null if it is written once. */
  readonly watchSeconds: number | null;
  /** Null for every site. */
  readonly site: string | null;
  readonly period: Period;
  /** Objects of each content type at most. */
  readonly limit: number;
  readonly leftOut: LeftOut;
}

/** Further objects of all content types together, which are found by search. */
const MAX_REST = 3000;

/** Makes the report of an empty database, site or period. */
export function createEmptyReport(question: ReportQuestion): ReportData {
  const { title, version, createdAt, watchSeconds, site, leftOut } = question;
  return {
    ...EMPTY_PERIOD,
    ...{ title, version, createdAt, countedAt: null, site, robots: 0, lastDay: null, unfinishedDay: null },
    watch: watchSeconds === null ? null : { seconds: watchSeconds },
    lastDays: [],
    runDays: leftOut.has('account') ? null : [],
  };
}

/** Reads the report. */
export async function selectReport(database: Database, question: ReportQuestion): Promise<ReportData> {
  return readOneState(database, async () => {
    const { site, period, limit, leftOut } = question;
    const runDays = leftOut.has('account') ? null : await readRunDays(database);
    const countedAt = await readLastCommit(database);
    const types = await readTypes(database, { site, contentType: null });
    const restLimit = Math.floor(MAX_REST / Math.max(1, types.length));
    const ofPeriod = { site, period, types, limit, rows: limit, restLimit, leftOut, typeDays: null };
    const report = await readPeriodReport(database, ofPeriod);
    const empty = { ...createEmptyReport(question), runDays, countedAt };
    return {
      ...empty,
      ...report,
      robots: report.period === null ? 0 : await readRobots(database),
      unfinishedDay: findUnfinishedDay(report.lastDay, countedAt),
      lastDays: await readLastDays(database, ofPeriod, report),
    };
  });
}

/** The last day, if lines were last counted before it was over, by this machine's clock: more of it may come. */
export function findUnfinishedDay(lastDay: string | null, countedAt: string | null): string | null {
  if (lastDay === null || countedAt === null) return null;
  return lastDay >= toIsoDay(new Date(countedAt)) ? lastDay : null;
}
