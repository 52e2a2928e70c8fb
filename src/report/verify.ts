/** Recomputes what is stored twice or follows from other tables, and tells what differs. */
import type { Database, Row } from '../database/database.js';
import { readOneState } from '../database/spread.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';
import { SUMMARIES } from '../summaries/summaries.js';
import type { Check } from '../summaries/summary.js';

/** What one check found. */
export interface CheckResult {
  /** What should be: `ranks follow from the totals`. */
  readonly check: string;
  /** How many rows break it. */
  readonly differences: number;
  /** The first 10 of them, a sentence each. */
  readonly examples: readonly string[];
}

/**
 * Runs every check on one state of the database, while others may go on writing.
 *
 * @returns an empty list if no log was counted and the tables agree with that
 */
export async function verify(database: Database): Promise<readonly CheckResult[]> {
  const checks: readonly Check[] = [
    ...SUMMARIES.flatMap((summary) => summary.checks),
    { name: 'no byte was counted twice', statement: sql.findOverlaps, describe: describeOverlap },
    { name: 'every line is accounted for', statement: sql.findWrongAccounts, describe: describeAccount },
  ];
  return readOneState(database, async () => {
    const results: CheckResult[] = [];
    for (const { name, statement, describe } of checks) {
      const { rows } = await database.query(statement);
      const differences = rows.length === 0 ? 0 : getNumber(rows[0], 'differences');
      results.push({ check: name, differences, examples: rows.map(describe) });
    }
    const { rows } = await database.query(sql.countStreams);
    const isEmpty = getNumber(rows[0], 'streams') === 0 && results.every((each) => each.differences === 0);
    return isEmpty ? [] : results;
  });
}

/** A row of find_overlaps.sql. */
function describeOverlap(row: Row): string {
  return `stream ${getNumber(row, 'stream_id')}: batch ${getNumber(row, 'batch_id')} ('${getText(row, 'path')}') counted bytes ${getNumber(row, 'start_byte')} to ${getNumber(row, 'end_byte')}, but those up to ${getNumber(row, 'counted_to')} had been`;
}

/** A row of find_wrong_accounts.sql. */
function describeAccount(row: Row): string {
  return `batch ${getNumber(row, 'batch_id')} of run ${getNumber(row, 'run_id')} ('${getText(row, 'path')}') has ${getNumber(row, 'lines')} lines, of which ${getNumber(row, 'accounted')} are accounted for`;
}
