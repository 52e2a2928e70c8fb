/**
 * An operator's own summaries. Each is one statement that adds up the requests of a log; its rows are kept under the number of a source, and
 * taken back with it. Their SQL is in `sql/own`, and in the files of the operator.
 */
import type { Database, Row } from '../../database/database.js';
import { sql } from '../../database/sql.js';
import { getNumber, getText } from '../../database/values.js';
import { DatabaseError, EXIT, InputError, UsageError } from '../../errors.js';
import { listSourceBounds } from '../source-numbers.js';
import type { Summary, SummaryTable } from '../summary.js';
import type { OwnSummary, RequestColumn } from './definition.js';
import { createInsert, createNarrowing, findLine } from './statements.js';
import { copyViews, makeView } from './views.js';

export {
  digestStatement,
  type OwnSummary,
  parseOwnSummary,
  REQUEST_COLUMNS,
  type RequestColumn,
} from './definition.js';

/** Lists the columns of requests that some summaries read, in the order of the rows for COPY. */
export function toOwnTarget(columns: readonly RequestColumn[]): string {
  return `pg_temp.request (${columns.join(', ')})`;
}

export const OWN_COUNTS: Summary = {
  name: 'summaries of the operator',
  get tables(): readonly SummaryTable[] {
    return [
      {
        name: 'own_count',
        spread: 'local',
        statement: sql.openOwnCounts,
        rights: ['select', 'insert', 'delete'],
        makeReady: copyViews,
      },
    ];
  },
  countedTable: null,
  get sql() {
    return {
      createStaging: '',
      emptyStaging: '',
      emptyGains: '',
      sumTables: sql.sumOwnTable,
      deleteTables: sql.deleteOwnTable,
      vacuumTables: sql.vacuumOwnTable,
      dropOldGains: [],
    };
  },
  get checks() {
    return [
      {
        name: "the operator's summaries are of logs that were counted",
        statement: sql.findOwnOrphans,
        describe: describeOrphan,
      },
    ];
  },
  // its rows are there when a log was read: see addUpRequests
  merge: () => Promise.resolve(),
  async takeBack(database, { runs, streamId, onStep }) {
    onStep();
    await database.query(sql.deleteOwnCounts, [runs, streamId]);
    return 0;
  },
  listTidySteps(run) {
    const sources = listSourceBounds(run);
    return [[sql.sumOwnCounts, sources], [sql.deleteAddedOwnCounts, sources], [sql.insertSummedOwnCounts]];
  },
};

/** A row of find_orphans.sql. */
function describeOrphan(row: Row): string {
  return `${getText(row, 'summary')} has ${getNumber(row, 'row_count')} rows of source ${getNumber(row, 'source_id')}, which there is not`;
}

/** Creates the temporary table of requests. Called before the transaction changes anything. */
export async function createOwnStaging(database: Database): Promise<void> {
  await database.query(sql.createOwnStaging);
}

/**
 * Adds up the staged requests of one log in each summary, and empties the temporary table.
 *
 * @param source the number under which the rows are kept
 * @throws InputError if a statement fails on these requests; nothing of the log must be stored then
 */
export async function addUpRequests(
  database: Database,
  summaries: readonly OwnSummary[],
  source: bigint,
): Promise<void> {
  for (const own of summaries) {
    await database.query(createInsert(own), [source.toString(), own.name]).catch((error: unknown) => {
      throw isOfStatement(error) ? toOwnError(own, error, InputError) : error;
    });
  }
  await database.query(sql.emptyOwnStaging);
}

/**
 * Makes sure, before anything is counted, that each statement can run and returns what its head says, and makes the views that are missing.
 *
 * @throws UsageError naming the file of the first that cannot
 */
export async function prepareOwnSummaries(
  database: Database,
  summaries: readonly OwnSummary[],
): Promise<void> {
  for (const own of summaries) {
    await database
      .transaction('rehearsal', async () => {
        await createOwnStaging(database);
        // another summary may read more: what this one gets must not depend on it
        const narrowing = createNarrowing(own);
        if (narrowing !== null) await database.query(narrowing);
        await database.query(createInsert(own), ['0', own.name]);
      })
      .catch((error: unknown) => {
        throw isOfStatement(error) ? toOwnError(own, error, UsageError) : error;
      });
    await database.transaction('writing', () => makeView(database, own));
  }
}

/** SQLSTATE classes of what is wrong with a statement or its data: 21, 22, 23, 42; 0A is a feature that there is not. */
const OF_STATEMENT = /^(?:0A|21|22|23|42)/;

function isOfStatement(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && OF_STATEMENT.test(error.code ?? '');
}

function toOwnError(
  own: OwnSummary,
  cause: DatabaseError,
  Kind: typeof InputError | typeof UsageError,
): InputError | UsageError {
  const line = findLine(own, findPosition(cause));
  const message = `summary file '${own.path}'${line === null ? '' : `, line ${line}`}: ${cause.message}`;
  const hint =
    cause.hint ??
    HINTS[cause.code ?? ''] ??
    'it reads pg_temp.request, and returns its keys and then its sums';
  if (Kind === UsageError) return new UsageError(message, { hint, cause });
  return new InputError(`${message}; nothing of the log is counted`, { hint, exitCode: EXIT.failure, cause });
}

/** Hints by SQLSTATE: a column that there is not. */
const HINTS: Readonly<Record<string, string>> = {
  '42703': "of pg_temp.request it can read only the columns that its head names behind '-- reads:'",
};

/** Where in a statement PostgreSQL sees the mistake, as the drivers hand it on; NaN if it does not say so. */
function findPosition({ cause }: DatabaseError): number {
  const hasPosition = typeof cause === 'object' && cause !== null && 'position' in cause;
  return hasPosition ? Number(cause.position) : Number.NaN;
}
