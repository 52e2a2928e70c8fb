/**
 * A summary: something that is kept of the lines, with its tables and everything that is done with them. `summaries.ts` lists
 * all summaries; ingest, undo, verify and export go through this list and name none. SQL files are read when they are needed.
 */
import type { Database, Row } from '../database/database.js';
import type { SpreadTable } from '../database/spread.js';
import type { VisitorKey } from './visitor-days.js';

/** The rows that one transaction has staged. */
export interface Batch {
  /** The run that counted them. */
  readonly run: number;
  /**
   * The content types in the staged rows, log by log: a row has the place of its type and log in these lists. A type comes once
   * for each log that has it.
   */
  readonly contentTypes: {
    readonly sites: readonly string[];
    readonly names: readonly string[];
    /** The numbers of the logs, which the database must know already; null for rows of several logs. */
    readonly streams: readonly (number | null)[];
  };
  /** The logs of the batch. */
  readonly streams: readonly number[];
  /** The summaries beside the hits that the run was asked for. */
  readonly summaries: readonly string[];
  /** What was copied for them. */
  readonly counts: CopiedCounts;
  /** Whether rows of one log may be of the same object and day as rows of another one, or of several. */
  readonly logsMeet: boolean;
  /** The first days of the months that have hits in the staged rows, and maybe of others: `2026-04-01`. */
  readonly months: readonly string[];
  /** Lines that were counted. */
  readonly counted: number;
  /** Those of them that are no hits, because they are of robots. */
  readonly robots: number;
  /** Good lines that name no object. */
  readonly unattributed: number;
  readonly allowNewTypes: boolean;
  readonly signal: AbortSignal;
}

/** The rows that were copied into the tables of the summaries beside the hits. */
export interface CopiedCounts {
  /** What the rows are of. */
  readonly sources: readonly {
    /** In the rows. */
    readonly number: bigint;
    readonly stream: number;
    readonly site: string;
    /** Null for the counts of the site itself. */
    readonly contentType: string | null;
  }[];
  /** Requests in the rows of each part, by its number. */
  readonly requests: ReadonlyMap<number, number>;
  /** Requests that were copied as rows of their own. */
  readonly requestRows: number;
  /** The first days of the months of the rows: `2026-04-01`. */
  readonly months: readonly string[];
  /** The keys by which visitors in the rows were told apart. */
  readonly visitorKeys: readonly VisitorKey[];
  /** Is given the requests of people that came too late to be counted as visitors. */
  readonly onLateRequests: (requests: number) => void;
}

/** What is taken back: the lines that some runs counted of one log, or of all logs. */
export interface Taken {
  /** For messages: `run 3`. */
  readonly what: string;
  readonly runs: readonly number[];
  /** The log that they counted; null for all of theirs. */
  readonly streamId: number | null;
  /** The lines that their batches say they counted. */
  readonly hits: number;
  /** Called before each statement; may throw to stop. */
  readonly onStep: () => void;
}

/** A statement that must be true of the tables. */
export interface Check {
  /** What should be: `ranks follow from the totals`. */
  readonly name: string;
  /** SQL that returns the first 10 rows that break it; each has `differences`, how many there are. */
  readonly statement: string;
  /** Says in a sentence what is wrong with such a row. */
  readonly describe: (row: Row) => string;
}

/** A table in the schema `logtally`. */
export interface StoredTable {
  readonly name: string;
  /** Begins to read its rows, for an export; their columns have the names of the table's. */
  readonly statement: string;
  /** Makes the table of another database ready for the rows of this one; missing if it always is. */
  readonly makeReady?: (source: Database, target: Database) => Promise<void>;
}

/** A table of a summary. */
export interface SummaryTable extends StoredTable, SpreadTable {
  /** What a role needs of it to ingest. To take back what was counted, it needs `delete` as well. */
  readonly rights: readonly ('select' | 'insert' | 'update' | 'delete')[];
}

/** The statements of a summary that others run. */
export interface SummarySql {
  /** A script that creates the temporary tables of one merge if they are missing. */
  readonly createStaging: string;
  /** A script that empties all of them. */
  readonly emptyStaging: string;
  /** A script that empties those that `takeBack` has filled: staged rows stay. */
  readonly emptyGains: string;
  /** Adds the tables up: table_name, row_count, hits (0 if the table has none), sums (text, of other columns). */
  readonly sumTables: string;
  /** A script that deletes all rows. */
  readonly deleteTables: string;
  readonly vacuumTables: string;
  /** Drop what is kept, beside its rows, of runs that started more than $1 days ago, one after the other. */
  readonly dropOldGains: readonly string[];
}

export interface Summary {
  /** `hits by object and day`. */
  readonly name: string;
  /** Its tables, in an order that their keys allow. */
  readonly tables: readonly SummaryTable[];
  /** The table whose hits, as `sumTables` adds them up, are the lines that were counted; null if there is none. */
  readonly countedTable: string | null;
  readonly sql: SummarySql;
  readonly checks: readonly Check[];
  /**
   * Adds the staged rows to the tables, keeps what was added of each log, to take it back with, and proves that the tables hold
   * what was counted. Called within the transaction that staged the rows, under the merge lock.
   *
   * @throws DatabaseError if what would be committed is not what was counted; InputError if the rows must not be counted
   */
  merge(database: Database, batch: Batch): Promise<void>;
  /**
   * Takes back what is kept of runs, and proves it. Called under the merge lock, in a transaction that has the staging tables.
   *
   * @returns how many of its keys lost something
   * @throws DatabaseError if the result would not be what is promised; nothing must be committed then
   */
  takeBack(database: Database, taken: Taken): Promise<number>;
  /**
   * Adds up, for faster answers, what seems to be complete, and destroys what has had its time; missing if there is nothing of the kind. Called at the end of a run.
   *
   * @param months the first days of those that the run has added to
   */
  readonly addUp?: (database: Database, months: readonly string[]) => Promise<void>;
  /**
   * Lists the statements that put sums in the place of rows which a long run has appended bit by bit; missing if there is nothing to
   * add up. Run under the merge lock, in a transaction that has the tables of create_sums.sql.
   */
  readonly listTidySteps?: (run: number) => readonly Step[];
}

/** A statement and its values. */
export type Step = readonly [statement: string, values?: readonly unknown[]];

/** Runs statements one after the other. @param onStep is called before each; may throw to stop */
export async function runSteps(
  database: Database,
  steps: readonly Step[],
  onStep: () => void,
): Promise<void> {
  for (const [statement, values] of steps) {
    onStep();
    await database.query(statement, values);
  }
}
