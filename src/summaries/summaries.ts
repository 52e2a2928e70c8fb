/** The list of all summaries: each thing that is kept of the lines stands here once. Below it is what is done with all of them alike. */
import type { Database } from '../database/database.js';
import { lockMerges } from '../database/merge-lock.js';
import type { SpreadTable } from '../database/spread.js';
import { sql } from '../database/sql.js';
import { beginAdditions } from './additions.js';
import { COUNTS } from './counts.js';
import { OBJECT_HITS } from './object-hits.js';
import { OWN_COUNTS } from './own/own.js';
import { REQUESTS } from './requests.js';
import { type Batch, runSteps, type Summary, type SummaryTable } from './summary.js';

export { prepareOwnSummaries } from './own/own.js';
export { pruneAfterRun, type Retention } from './pruning/prune.js';

export const SUMMARIES: readonly Summary[] = [OBJECT_HITS, COUNTS, REQUESTS, OWN_COUNTS];

/** Lists the tables of all summaries. */
export function listSummaryTables(): readonly SummaryTable[] {
  return SUMMARIES.flatMap(({ tables }) => tables);
}

/**
 * Lists the tables that Citus spreads over its nodes: those of the summaries, and the dictionary of content types that they share. All
 * others stay on the coordinator.
 */
export function listSpreadTables(): readonly SpreadTable[] {
  return [{ name: 'content_type', spread: 'reference' }, ...listSummaryTables()];
}

/** Creates the temporary tables of one merge, if the transaction does not have them. Called before the transaction changes anything. */
export async function createStaging(database: Database): Promise<void> {
  await database.query(sql.useOneConnection);
  await database.query(SUMMARIES.map((summary) => summary.sql.createStaging).join('\n'));
}

/**
 * Creates the temporary tables in a rehearsal, or empties them, outside its savepoints: so they are kept and their disk space
 * is freed at once. Dropped tables would keep their disk space and their locks, a dozen for each merge, until the rehearsal ends.
 */
export async function keepStaging(database: Database): Promise<void> {
  await createStaging(database);
  await database.query(SUMMARIES.map((summary) => summary.sql.emptyStaging).join('\n'));
}

/** Empties the tables that `takeBack` has filled, so that rows can be merged in the same transaction. */
export async function emptyGains(database: Database): Promise<void> {
  await database.query(SUMMARIES.map((summary) => summary.sql.emptyGains).join('\n'));
}

/**
 * Adds the staged rows to each summary, and keeps what was added of each log, to take it back with. Call it within the transaction that staged them, under the merge lock.
 *
 * @throws DatabaseError if what would be committed is not what was counted
 * @throws InputError, exit code 4, if the lines name more new content types than a log can have
 */
export async function mergeBatch(database: Database, batch: Batch): Promise<void> {
  await beginAdditions(database, batch.run, batch.streams);
  for (const summary of SUMMARIES) await summary.merge(database, batch);
}

/**
 * Adds to each summary beside the hits the rows of lines whose hits were merged before. The same conditions hold.
 *
 * @param batch its run is the one that counted the lines
 */
export async function mergeSupplement(database: Database, batch: Batch): Promise<void> {
  const { sites, names } = batch.contentTypes;
  await beginAdditions(database, batch.run, batch.streams);
  await database.query(sql.insertContentTypes, [sites, names]);
  for (const summary of SUMMARIES) if (summary !== OBJECT_HITS) await summary.merge(database, batch);
}

/** Drops what is kept of runs that began more than so many days ago: they cannot be taken back any more. Call it under the merge lock. */
export async function dropOldAdditions(database: Database, undoDays: number): Promise<boolean> {
  const statements = SUMMARIES.flatMap((summary) => summary.sql.dropOldGains);
  for (const statement of statements) await database.query(statement, [undoDays]);
  return (await database.query(sql.dropOldAdditions, [undoDays])).rowCount > 0;
}

/**
 * Adds up what seems to be complete, in transactions of its own; nothing in a rehearsal, which keeps no row.
 *
 * @param months the first days of those that the run has added to
 */
export async function addUp(database: Database, months: readonly string[]): Promise<void> {
  if (database.isInTransaction()) return;
  for (const summary of SUMMARIES) await summary.addUp?.(database, months);
}

/**
 * Puts sums in the place of the rows that a run has appended bit by bit, in a transaction of its own; nothing in a rehearsal.
 */
export async function tidyRun(database: Database, run: number): Promise<void> {
  if (database.isInTransaction()) return;
  await database.transaction('writing', async () => {
    await database.query(sql.useOneConnection);
    await database.query(sql.createSums);
    await lockMerges(database);
    for (const { listTidySteps } of SUMMARIES)
      await runSteps(database, listTidySteps?.(run) ?? [], () => undefined);
  });
}

/** Removes dead rows of all tables and renews the planner's statistics. Called outside a transaction. */
export async function vacuumTables(database: Database): Promise<void> {
  // VACUUM stands alone in its message
  for (const summary of SUMMARIES) await database.query(summary.sql.vacuumTables);
  await database.query(sql.vacuumRecord);
}

/**
 * Runs VACUUM and CHECKPOINT in an embedded database, which does not do so on its own, as a server does. It does nothing in a
 * rehearsal, which keeps no row.
 */
export async function maintain(database: Database): Promise<void> {
  if (database.kind !== 'embedded' || database.isInTransaction()) return;
  await vacuumTables(database);
  await database.query(sql.vacuumCatalog);
  await database.query(sql.writeCheckpoint);
}
