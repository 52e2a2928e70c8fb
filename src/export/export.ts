/**
 * Copies everything into a server on one screen: lock the target, read one state of the source, make sure that the target
 * has nothing of its own, replace what it has, prove it. All of it is one transaction on the target.
 */
import type { Database } from '../database/database.js';
import { explain, isLost } from '../database/database-errors.js';
import { lockMerges } from '../database/merge-lock.js';
import { migrate } from '../database/migrate.js';
import { readOneState } from '../database/spread.js';
import { sql } from '../database/sql.js';
import { getNumber } from '../database/values.js';
import { reachFaultPoint } from '../faults.js';
import { listSpreadTables, SUMMARIES, vacuumTables } from '../summaries/summaries.js';
import { checkInterrupted, copyTable, type ExportWatch } from './copy-table.js';
import { refuseOwnData, refuseSameDatabase } from './refusals.js';
import {
  countRows,
  findDifference,
  listRecord,
  listTables,
  proveTables,
  sumTables,
  type TableTotals,
} from './tables.js';

export interface ExportResult {
  /** `copied`: the target held nothing. `replaced`: it held an earlier state. `unchanged`: it had everything. */
  readonly state: 'copied' | 'replaced' | 'unchanged';
  /** The databases' names. */
  readonly source: string;
  readonly target: string;
  /** What is in each table, now in both. */
  readonly tables: readonly TableTotals[];
  readonly seconds: number;
}

/**
 * Makes a server hold what the source holds, as if the source's runs had counted there. May be repeated. If it throws, the
 * target is as it was before.
 *
 * @throws UsageError if both are one database; InputError, exit code 4, if the target has runs of its own;
 * InterruptedError; DatabaseError
 */
export async function exportDatabase(
  source: Database,
  target: Database,
  watch: ExportWatch,
): Promise<ExportResult> {
  const startedAt = performance.now();
  await refuseSameDatabase(source, target);
  await migrate(target, listSpreadTables());
  const moved = await target
    .transaction('writing', async () => {
      await lockMerges(target);
      await target.query(sql.useOneConnection);
      await reachFaultPoint('locked', target);
      return readOneState(source, () => moveTables(source, target, watch));
    })
    .catch((error: unknown) => {
      // nothing is stored unless COMMIT was sent before
      throw isLost(error) ? explain(error, 'run the command again: it finds out what is there') : error;
    });
  if (moved.state !== 'unchanged') await vacuumTables(target);
  const seconds = (performance.now() - startedAt) / 1000;
  return { ...moved, source: source.name, target: target.name, seconds };
}

async function moveTables(
  source: Database,
  target: Database,
  watch: ExportWatch,
): Promise<Pick<ExportResult, 'state' | 'tables'>> {
  const tables = await sumTables(source);
  await target.query(sql.createExportStaging);
  const silent = { ...watch, progress: { rows: 0, totalRows: null } };
  for (const { name, statement } of listRecord())
    await copyTable(source, target, { table: `pg_temp.source_${name}`, statement, ...silent });
  const before = await sumTables(target);
  await refuseOwnData(source, target, before);
  const countDifferences = async () =>
    getNumber((await target.query(sql.countDifferences)).rows[0], 'differences');
  if (findDifference(tables, before) === null && (await countDifferences()) === 0)
    return { state: 'unchanged', tables };
  checkInterrupted(watch.signal, target);
  const state = countRows(before) === 0 ? 'copied' : 'replaced';
  const deleteTables = [...SUMMARIES.map((each) => each.sql.deleteTables), sql.deleteRecord].join('\n');
  if (state === 'replaced') await target.query(deleteTables);
  watch.progress.totalRows = countRows(tables);
  for (const { name, statement, makeReady } of listTables()) {
    await makeReady?.(source, target);
    await copyTable(source, target, { table: `logtally.${name}`, statement, ...watch });
  }
  await reachFaultPoint('copied', target);
  await proveTables(target, tables, countDifferences);
  checkInterrupted(watch.signal, target);
  return { state, tables };
}
