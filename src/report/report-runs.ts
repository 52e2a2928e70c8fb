/** Reads the account of the lines by the day on which they were read. */
import type { Database, Row } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';
import type { RunDay } from './report-shape.js';

/** Days that the page shows. A run every quarter of an hour is 96 runs a day, so the runs of a day are added up. */
const MAX_RUN_DAYS = 31;

/** The last days on which something was read, the last first. */
export async function readRunDays(database: Database): Promise<readonly RunDay[]> {
  const { rows } = await database.query(sql.selectReportRuns, [MAX_RUN_DAYS]);
  return rows.map(toRunDay);
}

function toRunDay(row: Row): RunDay {
  return {
    day: getText(row, 'run_on'),
    runs: getNumber(row, 'runs'),
    lines: getNumber(row, 'lines'),
    counted: getNumber(row, 'counted'),
    unattributed: getNumber(row, 'unattributed'),
    filtered: getNumber(row, 'filtered'),
    rejected: getNumber(row, 'rejected'),
    reasons: JSON.parse(getText(row, 'reasons')) as RunDay['reasons'],
  };
}
