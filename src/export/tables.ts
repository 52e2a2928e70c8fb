/** The tables that an export copies, and their sums, by which two databases are compared without bringing their rows together. */
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';
import { DatabaseError } from '../errors.js';
import { listSummaryTables, SUMMARIES } from '../summaries/summaries.js';
import type { StoredTable } from '../summaries/summary.js';

/** Lists the tables of the record of what was counted, in the order of their foreign keys. They are small, and compared row by row. */
export function listRecord(): readonly StoredTable[] {
  return [
    { name: 'content_type', statement: sql.openContentTypes },
    { name: 'run', statement: sql.openRuns },
    { name: 'log_stream', statement: sql.openStreams },
    { name: 'stream_digest', statement: sql.openDigests },
    { name: 'batch', statement: sql.openBatches },
    { name: 'known_archive', statement: sql.openArchives },
  ];
}

/** Lists all tables of the schema but `schema_version`. */
export function listTables(): readonly StoredTable[] {
  return [...listRecord(), ...listSummaryTables(), { name: 'piped_line', statement: sql.openPipedLines }];
}

export interface TableTotals {
  /** Within the schema: `object_hits`. */
  readonly table: string;
  readonly rows: number;
  /** 0 if the table has none. */
  readonly hits: number;
  /** Sums of other columns, to be compared only. */
  readonly sums: string;
}

/** Adds up all tables, within a transaction. */
export async function sumTables(database: Database, summaries = SUMMARIES): Promise<readonly TableTotals[]> {
  const totals: TableTotals[] = [];
  for (const statement of [...summaries.map((each) => each.sql.sumTables), sql.sumRecord])
    for (const row of (await database.query(statement)).rows)
      totals.push({
        table: getText(row, 'table_name'),
        rows: getNumber(row, 'row_count'),
        hits: getNumber(row, 'hits'),
        sums: getText(row, 'sums'),
      });
  return totals;
}

/** Counts the rows of all tables. */
export function countRows(totals: readonly TableTotals[]): number {
  return totals.reduce((sum, { rows }) => sum + rows, 0);
}

/** The hits of a table. */
export function getHits(totals: readonly TableTotals[], table: string): number {
  const found = totals.find((each) => each.table === table);
  if (found === undefined) throw new Error(`${table} was not added up`);
  return found.hits;
}

/** Finds the first table whose sums differ; null if there is none. */
export function findDifference(
  source: readonly TableTotals[],
  target: readonly TableTotals[],
): { readonly source: TableTotals; readonly target: TableTotals } | null {
  for (const [at, ours] of source.entries()) {
    const theirs = target[at];
    if (theirs?.table !== ours.table) throw new Error('the tables were not added up in one order');
    if (theirs.rows !== ours.rows || theirs.hits !== ours.hits || theirs.sums !== ours.sums)
      return { source: ours, target: theirs };
  }
  return null;
}

/**
 * Checks before COMMIT that each table has the same number of rows and the same sums as in the source.
 *
 * @throws DatabaseError
 */
export async function proveTables(
  target: Database,
  source: readonly TableTotals[],
  countDifferences: () => Promise<number>,
): Promise<void> {
  const difference = findDifference(source, await sumTables(target));
  if (difference !== null) {
    throw new DatabaseError(
      `${difference.source.table} has ${describe(difference.source)}, but ${target.name} would have ${describe(difference.target)}; nothing was stored`,
      { hint: 'this is a bug: please report it with these numbers' },
    );
  }
  const differences = await countDifferences();
  if (differences === 0) return;
  throw new DatabaseError(
    `the record of what was counted would differ in ${differences} rows in ${target.name}; nothing was stored`,
    { hint: 'this is a bug: please report it' },
  );
}

function describe({ rows, hits, sums }: TableTotals): string {
  return `${rows} rows, ${hits} hits and the sums ${sums}`;
}
