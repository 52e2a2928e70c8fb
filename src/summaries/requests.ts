/**
 * The summary `requests`: every request as a row. COPY appends the rows to the table itself, under the number of a source, so that
 * taking them back is to delete them. Their SQL is in `sql/requests`.
 */
import type { Database, Row } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber, getNumberOrNull, getText } from '../database/values.js';
import { DatabaseError } from '../errors.js';
import { REQUESTS_SUMMARY } from './count-parts.js';
import type { Summary, SummaryTable } from './summary.js';

/** The table and its columns that COPY fills. */
export const REQUEST_TARGET =
  'logtally.request (source_id, day, requested_at, client, user_name, session, method, path, query, status, bytes, referrer, user_agent, extra, content_type, object)';

export const REQUESTS: Summary = {
  name: 'requests',
  get tables(): readonly SummaryTable[] {
    return [
      {
        name: 'request',
        spread: 'local',
        statement: sql.openRequests,
        rights: ['select', 'insert'],
        makeReady: createMonths,
      },
    ];
  },
  countedTable: null,
  get sql() {
    return {
      createStaging: '',
      emptyStaging: '',
      emptyGains: '',
      sumTables: sql.sumRequestTable,
      deleteTables: sql.deleteRequestTable,
      vacuumTables: sql.vacuumRequestTable,
      dropOldGains: [],
    };
  },
  get checks() {
    return [
      {
        name: 'no request is stored that was not counted',
        statement: sql.compareRequestRows,
        describe: describeLog,
      },
    ];
  },
  async merge(_database, { summaries, counted, unattributed, counts }) {
    if (!summaries.includes(REQUESTS_SUMMARY) || counts.requestRows === counted + unattributed) return;
    throw new DatabaseError(
      `${counted + unattributed} requests were counted, but ${counts.requestRows} would be stored as rows; nothing was stored`,
      { hint: 'this is a bug: please report it with these numbers' },
    );
  },
  async takeBack(database, { runs, streamId, onStep }) {
    onStep();
    await database.query(sql.deleteRequests, [runs, streamId]);
    return 0;
  },
};

/** Makes the partitions that another database has. */
async function createMonths(source: Database, target: Database): Promise<void> {
  for (const row of (await source.query(sql.findRequestMonths)).rows)
    await target.query(sql.createRequestMonth, [getText(row, 'first_day')]);
}

/** A row of compare_rows.sql. */
function describeLog(row: Row): string {
  const run = getNumberOrNull(row, 'run_id');
  if (run === null) return `${getNumber(row, 'stored')} requests are stored of no log that was counted`;
  return `run ${run} counted ${getNumber(row, 'counted')} requests of stream ${getNumber(row, 'stream_id')}, but ${getNumber(row, 'stored')} are stored`;
}
