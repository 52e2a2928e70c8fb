/**
 * An operator's own summaries. Each is one statement that adds up the requests of a log; its rows are kept under the number of a source, and
 * taken back with it. Their SQL is in `sql/own`, and in the files of the operator.
 */
import type { Database, Row } from '../../database/database.js';
import { sql } from '../../database/sql.js';
import { getNumber, getText, getTextOrNull } from '../../database/values.js';
import { DatabaseError, EXIT, InputError, UsageError } from '../../errors.js';
import type { Summary, SummaryTable } from '../summary.js';
import type { OwnSummary, RequestColumn } from './definition.js';
import { createComment, createInsert, createView, describeView } from './statements.js';

export { type OwnSummary, parseOwnSummary, REQUEST_COLUMNS, type RequestColumn } from './definition.js';

/** Lists the columns of requests that some summaries read, in the order of the rows for COPY. */
export function toOwnTarget(columns: readonly RequestColumn[]): string {
  return `pg_temp.request (${columns.join(', ')})`;
}

export const OWN_COUNTS: Summary = {
  name: 'summaries of the operator',
  get tables(): readonly SummaryTable[] {
    return [
      { name: 'own_count', spread: 'local', statement: sql.openOwnCounts, rights: ['select', 'insert'] },
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
        await database.query(createInsert(own), ['0', own.name]);
      })
      .catch((error: unknown) => {
        throw isOfStatement(error) ? toOwnError(own, error, UsageError) : error;
      });
    await database.transaction('writing', () => makeView(database, own));
  }
}

async function makeView(database: Database, own: OwnSummary): Promise<void> {
  const row = (await database.query(sql.findOwnRelation, [own.table])).rows[0];
  if (row === undefined) {
    await database.query(createView(own));
    await database.query(createComment(own));
    return;
  }
  const definition = getTextOrNull(row, 'definition');
  if (getText(row, 'kind') === 'v' && definition === describeView(own)) return;
  const isOther = definition?.startsWith('logtally summary ') !== true;
  const why = isOther
    ? `logtally.${own.table} is something else`
    : `the view logtally.${own.table} has other columns, or is of another summary`;
  throw new UsageError(`summary file '${own.path}': ${why}`, {
    hint: isOther
      ? 'name another table in its head'
      : `let the owner drop it (drop view logtally.${own.table}) if it is not needed, or name another table`,
  });
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
  const message = `summary file '${own.path}': ${cause.message}`;
  const hint = cause.hint ?? 'it reads pg_temp.request, and returns its keys and then its sums';
  if (Kind === UsageError) return new UsageError(message, { hint, cause });
  return new InputError(`${message}; nothing of the log is counted`, { hint, exitCode: EXIT.failure, cause });
}
