/** Recounts what is stored twice or follows from something else, and tells where it does not agree. */
import type { Database, Row } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber } from '../database/values.js';
import {
  describeAccount,
  describeObject,
  describeOverlap,
  describeRank,
  describeRun,
  describeSums,
} from './differences.js';

interface Check {
  readonly name: string;
  readonly statement: string;
  readonly describe: (row: Row) => string;
}

const CHECKS: readonly Check[] = [
  { name: 'totals are the sums of their days', statement: sql.compareObjects, describe: describeObject },
  { name: 'ranks follow from the totals', statement: sql.compareRanks, describe: describeRank },
  { name: 'hits are the lines that were counted', statement: sql.compareSums, describe: describeSums },
  { name: 'runs can be undone exactly', statement: sql.compareRuns, describe: describeRun },
  { name: 'no byte was counted twice', statement: sql.findOverlaps, describe: describeOverlap },
  { name: 'every line is accounted for', statement: sql.findWrongAccounts, describe: describeAccount },
];

/** What one check found. */
export interface CheckResult {
  /** What should be: `ranks follow from the totals`. */
  readonly check: string;
  /** How many rows are not so. */
  readonly differences: number;
  /** The first 10 of them, a sentence each. */
  readonly examples: readonly string[];
}

/**
 * Runs every check on one state of the database, while others may go on writing.
 *
 * @returns nothing where no log was counted and no table says otherwise
 */
export async function verify(database: Database): Promise<readonly CheckResult[]> {
  return database.transaction('snapshot', async () => {
    const results: CheckResult[] = [];
    for (const { name, statement, describe } of CHECKS) {
      const { rows } = await database.query(statement);
      const [first] = rows;
      const differences = first === undefined ? 0 : getNumber(first, 'differences');
      results.push({ check: name, differences, examples: rows.map(describe) });
    }
    const { rows } = await database.query(sql.countStreams);
    const isEmpty = getNumber(rows[0], 'streams') === 0 && results.every((each) => each.differences === 0);
    return isEmpty ? [] : results;
  });
}
