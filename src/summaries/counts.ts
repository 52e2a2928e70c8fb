/**
 * The summaries beside the hits: how often each of some keys was requested, such as a status or a referrer, of a site or of its objects,
 * by day. They have one shape, so one unit keeps all of them; `count-parts.ts` lists them. Their SQL is in `sql/counts`.
 * COPY appends their rows to the tables themselves, under the number of a source; to take them back is to delete them.
 */
import type { Row } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber, getNumberOrNull, getText } from '../database/values.js';
import { DatabaseError } from '../errors.js';
import { listParts, ROBOT_PART } from './count-parts.js';
import { listSourceBounds } from './source-numbers.js';
import { type Batch, runSteps, type Summary, type SummaryTable } from './summary.js';
import { closeVisitorDays, storeVisitorKeys } from './visitor-days.js';

/** The tables and their columns that COPY fills. */
export const SITE_COUNT_TARGET =
  'logtally.site_count (part, source_id, day, key1, key2, key3, key4, requests, bytes)';
export const OBJECT_COUNT_TARGET =
  'logtally.object_count (part, source_id, object_id, day, key1, key2, key3, requests, bytes)';

export const COUNTS: Summary = {
  name: 'requests by day and key',
  get tables(): readonly SummaryTable[] {
    return [
      {
        name: 'count_source',
        spread: 'reference',
        statement: sql.openSources,
        rights: ['select', 'insert'],
      },
      {
        name: 'site_count',
        spread: 'local',
        statement: sql.openSiteCounts,
        rights: ['select', 'insert', 'update', 'delete'],
      },
      {
        name: 'object_count',
        spread: 'object_id',
        statement: sql.openObjectCounts,
        rights: ['select', 'insert', 'update', 'delete'],
      },
      {
        name: 'count_month',
        spread: 'local',
        statement: sql.openCountMonths,
        rights: ['select', 'insert', 'update'],
      },
      {
        name: 'visitor_key',
        spread: 'local',
        statement: sql.openVisitorKeys,
        rights: ['select', 'insert', 'update', 'delete'],
      },
    ];
  },
  countedTable: null,
  get sql() {
    return {
      createStaging: '',
      emptyStaging: '',
      emptyGains: '',
      sumTables: sql.sumCountTables,
      deleteTables: sql.deleteCountTables,
      vacuumTables: sql.vacuumCountTables,
      dropOldGains: [],
    };
  },
  get checks() {
    return [
      {
        name: 'summaries are the requests that were counted',
        statement: sql.compareRequests,
        describe: describePart,
      },
    ];
  },
  async merge(database, batch) {
    const { run, summaries, counts } = batch;
    if (summaries.length === 0) return;
    proveCopied(batch);
    const numbers = counts.sources.map(({ number }) => number.toString());
    const sites = counts.sources.map(({ site }) => site);
    const late = await storeVisitorKeys(database, counts.visitorKeys, [numbers, sites]);
    if (late > 0) counts.onLateRequests(late);
    const streams = counts.sources.map(({ stream }) => stream);
    const types = counts.sources.map(({ contentType }) => contentType);
    await database.query(sql.insertSources, [run, numbers, streams, sites, types]);
    await database.query(sql.recordCountMonths, [counts.months]);
  },
  async takeBack(database, { runs, streamId, onStep }) {
    const whose = [runs, streamId];
    await runSteps(
      database,
      [
        [sql.deleteSiteCounts, whose],
        [sql.deleteObjectCounts, whose],
        [sql.deleteSources, whose],
      ],
      onStep,
    );
    return 0;
  },
  addUp: closeVisitorDays,
  listTidySteps(run) {
    const sources = listSourceBounds(run);
    return [
      [sql.sumSiteCounts, sources],
      [sql.deleteAddedSiteCounts, sources],
      [sql.insertSummedSiteCounts],
      [sql.sumObjectCounts, sources],
      [sql.deleteAddedObjectCounts, sources],
      [sql.insertSummedObjectCounts],
    ];
  },
};

/** Checks before COMMIT that the rows of each part have the requests that were counted, if each request has a key in it. */
function proveCopied({ summaries, counted, robots, unattributed, counts }: Batch): void {
  for (const { name, number, isComplete, hasObjects } of listParts(summaries)) {
    const found = counts.requests.get(number) ?? 0;
    const wanted = hasObjects ? counted : counted + unattributed;
    const least = isComplete ? wanted : name === ROBOT_PART ? robots : 0;
    if (found >= least && found <= wanted) continue;
    throw new DatabaseError(
      `${wanted} requests were counted, but ${found} would go to ${name}; nothing was stored`,
      { hint: 'this is a bug: please report it with these numbers' },
    );
  }
}

/** A row of compare_requests.sql. */
function describePart(row: Row): string {
  const run = getNumberOrNull(row, 'run_id');
  const whose = run === null ? '' : ` of run ${run} and stream ${getNumber(row, 'stream_id')}`;
  return `${getText(row, 'part')} has ${getNumber(row, 'stored')} requests${whose}, of which ${getNumber(row, 'counted')} were counted`;
}
