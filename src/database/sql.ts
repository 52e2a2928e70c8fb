/**
 * Every SQL file of the program under a name. A file is read when it is first needed, so that a command reads only the files
 * that it needs. A test fails if a file is missing here or is not used.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { REPORT_SQL_FILES } from './report-sql.js';

const FOLDER = fileURLToPath(new URL('../../sql/', import.meta.url));

/** The files by name, for tests and messages. */
export const SQL_FILES = {
  setTransactionSettings: 'database/set_transaction_settings.sql',
  setServerMemory: 'database/set_server_memory.sql',
  setEmbeddedMemory: 'database/set_embedded_memory.sql',
  createVersionTable: 'database/create_version_table.sql',
  findVersionTable: 'database/find_version_table.sql',
  selectVersion: 'database/select_version.sql',
  insertVersion: 'database/insert_version.sql',
  setLockTimeout: 'database/set_lock_timeout.sql',
  setStatementTimeout: 'database/set_statement_timeout.sql',
  lockMerges: 'database/lock_merges.sql',
  tryLockMerges: 'database/try_lock_merges.sql',
  findMergeLockHolder: 'database/find_merge_lock_holder.sql',
  findExtension: 'citus/find_extension.sql',
  selectNodes: 'citus/select_nodes.sql',
  useOneConnection: 'citus/use_one_connection.sql',
  countUnsettled: 'citus/count_unsettled.sql',
  settleWorkers: 'citus/settle_workers.sql',
  selectSpread: 'citus/select_spread.sql',
  distributeTable: 'citus/distribute_table.sql',
  copyTableEverywhere: 'citus/copy_table_everywhere.sql',
  clearLocalCopy: 'citus/clear_local_copy.sql',
  setReadOnly: 'database/set_read_only.sql',
  setOwnSearchPath: 'database/set_own_search_path.sql',
  findMissingRights: 'database/find_missing_rights.sql',
  findMissingUndoRights: 'database/find_missing_undo_rights.sql',
  grantWriter: 'database/grant_writer.sql',
  grantReader: 'database/grant_reader.sql',
  vacuumRecord: 'database/vacuum_record.sql',
  vacuumHitTables: 'object_hits/vacuum_tables.sql',
  writeCheckpoint: 'database/write_checkpoint.sql',
  insertRun: 'ingest/insert_run.sql',
  finishRun: 'ingest/finish_run.sql',
  selectRunSettings: 'ingest/select_run_settings.sql',
  findStreams: 'ingest/find_streams.sql',
  selectBeginnings: 'ingest/select_beginnings.sql',
  selectBeginningsState: 'ingest/select_beginnings_state.sql',
  selectPipedLines: 'ingest/select_piped_lines.sql',
  selectPipedMarks: 'ingest/select_piped_marks.sql',
  selectStreamDigests: 'ingest/select_stream_digests.sql',
  selectStreamRanges: 'ingest/select_stream_ranges.sql',
  insertStream: 'ingest/insert_stream.sql',
  updateStream: 'ingest/update_stream.sql',
  insertDigests: 'ingest/insert_digests.sql',
  findArchives: 'ingest/find_archives.sql',
  recordSeen: 'ingest/record_seen.sql',
  insertArchive: 'ingest/insert_archive.sql',
  findBatch: 'ingest/find_batch.sql',
  createStaging: 'object_hits/create_staging.sql',
  emptyStaging: 'object_hits/empty_staging.sql',
  insertSources: 'counts/insert_sources.sql',
  deleteSources: 'counts/delete_sources.sql',
  openSources: 'counts/open_sources.sql',
  deleteSiteCounts: 'counts/delete_site_counts.sql',
  deleteObjectCounts: 'counts/delete_object_counts.sql',
  compareRequests: 'counts/compare_requests.sql',
  sumCountTables: 'counts/sum_tables.sql',
  deleteCountTables: 'counts/delete_tables.sql',
  vacuumCountTables: 'counts/vacuum_tables.sql',
  openSiteCounts: 'counts/open_site_counts.sql',
  openObjectCounts: 'counts/open_object_counts.sql',
  selectVisitorKeys: 'visitors/select_visitor_keys.sql',
  countMovedKeys: 'visitors/count_moved_keys.sql',
  reopenVisitorDays: 'visitors/reopen_visitor_days.sql',
  upsertVisitorKeys: 'visitors/upsert_visitor_keys.sql',
  countClosedDays: 'visitors/count_closed_days.sql',
  dropLateVisitors: 'visitors/drop_late_visitors.sql',
  dropLateObjectVisitors: 'visitors/drop_late_object_visitors.sql',
  findDaysToClose: 'visitors/find_days_to_close.sql',
  closeVisitorDays: 'visitors/close_visitor_days.sql',
  openVisitorKeys: 'visitors/open_visitor_keys.sql',
  countNewTypes: 'object_hits/count_new_types.sql',
  insertContentTypes: 'object_hits/insert_content_types.sql',
  insertAdditions: 'additions/insert_additions.sql',
  stageContentTypes: 'object_hits/stage_content_types.sql',
  estimateObjects: 'object_hits/estimate_objects.sql',
  aggregateDays: 'object_hits/aggregate_days.sql',
  aggregateSpreadDays: 'object_hits/aggregate_spread_days.sql',
  aggregateFewDays: 'object_hits/aggregate_few_days.sql',
  countKnownDays: 'object_hits/count_known_days.sql',
  aggregateObjects: 'object_hits/aggregate_objects.sql',
  insertNewDays: 'object_hits/insert_new_days.sql',
  keepKnownDays: 'object_hits/keep_known_days.sql',
  keepSharedDays: 'object_hits/keep_shared_days.sql',
  keepShares: 'object_hits/keep_shares.sql',
  upsertKnownDays: 'object_hits/upsert_known_days.sql',
  insertNewObjects: 'object_hits/insert_new_objects.sql',
  updateKnownObjects: 'object_hits/update_known_objects.sql',
  upsertObjectCounts: 'object_hits/upsert_object_counts.sql',
  deleteEmptyHitCounts: 'object_hits/delete_empty_hit_counts.sql',
  updateRanks: 'object_hits/update_ranks.sql',
  openMonths: 'object_hits/open_months.sql',
  openUndoneMonths: 'object_hits/open_undone_months.sql',
  findMonthsToClose: 'object_hits/find_months_to_close.sql',
  addUpMonth: 'object_hits/add_up_month.sql',
  deleteEmptyYears: 'object_hits/delete_empty_years.sql',
  deleteTypeDays: 'object_hits/delete_type_days.sql',
  addUpTypeDays: 'object_hits/add_up_type_days.sql',
  deleteEmptyMonth: 'object_hits/delete_empty_month.sql',
  closeMonth: 'object_hits/close_month.sql',
  insertBatch: 'ingest/insert_batch.sql',
  proveBatch: 'object_hits/prove_batch.sql',
  findUnkeptRuns: 'additions/find_unkept_runs.sql',
  findOldAdditions: 'additions/find_old_additions.sql',
  deleteOldDeltas: 'object_hits/delete_old_deltas.sql',
  deleteOldShares: 'object_hits/delete_old_shares.sql',
  dropOldAdditions: 'additions/drop_old_additions.sql',
  selectRunToUndo: 'undo/select_run.sql',
  stageUndoneTypes: 'object_hits/stage_undone_types.sql',
  aggregateUndoneDays: 'object_hits/aggregate_undone_days.sql',
  subtractDays: 'object_hits/subtract_days.sql',
  deleteEmptyDays: 'object_hits/delete_empty_days.sql',
  aggregateUndoneObjects: 'object_hits/aggregate_undone_objects.sql',
  updateRemainingObjects: 'object_hits/update_remaining_objects.sql',
  deleteEmptyObjects: 'object_hits/delete_empty_objects.sql',
  deleteEmptyTypes: 'object_hits/delete_empty_types.sql',
  deletePipedLines: 'undo/delete_piped_lines.sql',
  deleteKnownArchives: 'undo/delete_known_archives.sql',
  reopenStreams: 'undo/reopen_streams.sql',
  deleteDigests: 'undo/delete_digests.sql',
  deleteBatches: 'undo/delete_batches.sql',
  deleteDeltas: 'object_hits/delete_deltas.sql',
  deleteShares: 'object_hits/delete_shares.sql',
  deleteAdditions: 'additions/delete_additions.sql',
  deleteStreams: 'undo/delete_streams.sql',
  markRun: 'undo/mark_run.sql',
  selectLogToRecount: 'undo/select_log.sql',
  emptyGains: 'object_hits/empty_gains.sql',
  markRecountedRuns: 'undo/mark_recounted.sql',
  proveUndo: 'object_hits/prove_undo.sql',
  compareObjects: 'object_hits/compare_objects.sql',
  compareRanks: 'object_hits/compare_ranks.sql',
  compareMonths: 'object_hits/compare_months.sql',
  compareTypeDays: 'object_hits/compare_type_days.sql',
  compareSums: 'object_hits/compare_sums.sql',
  compareRuns: 'object_hits/compare_runs.sql',
  findOverlaps: 'verify/find_overlaps.sql',
  findWrongAccounts: 'verify/find_wrong_accounts.sql',
  deleteRanks: 'object_hits/delete_ranks.sql',
  rebuildRanks: 'object_hits/rebuild_ranks.sql',
  tryLock: 'export/try_lock.sql',
  createExportStaging: 'export/create_staging.sql',
  openContentTypes: 'export/open_content_types.sql',
  openRuns: 'export/open_runs.sql',
  openStreams: 'export/open_streams.sql',
  openDigests: 'export/open_digests.sql',
  openBatches: 'export/open_batches.sql',
  openPipedLines: 'export/open_piped_lines.sql',
  openArchives: 'export/open_archives.sql',
  openObjects: 'object_hits/open_objects.sql',
  openDays: 'object_hits/open_days.sql',
  openYears: 'object_hits/open_years.sql',
  openTypeDays: 'object_hits/open_type_days.sql',
  openHitMonths: 'object_hits/open_hit_months.sql',
  openRanks: 'object_hits/open_ranks.sql',
  openAdditions: 'additions/open_additions.sql',
  openDeltas: 'object_hits/open_deltas.sql',
  openShares: 'object_hits/open_shares.sql',
  fetchRows: 'export/fetch_rows.sql',
  closeRows: 'export/close_rows.sql',
  findOwnRuns: 'export/find_own_runs.sql',
  countDifferences: 'export/count_differences.sql',
  sumRecord: 'export/sum_record.sql',
  sumHitTables: 'object_hits/sum_tables.sql',
  deleteRecord: 'export/delete_record.sql',
  deleteHitTables: 'object_hits/delete_tables.sql',
  ...REPORT_SQL_FILES,
} as const;

export type SqlName = keyof typeof SQL_FILES;

/** The files' texts by name, each read once. */
export const sql = {} as Readonly<Record<SqlName, string>>;

for (const [name, file] of Object.entries(SQL_FILES)) {
  let text: string | null = null;
  const get = () => {
    text ??= readFileSync(FOLDER + file, 'utf8');
    return text;
  };
  Object.defineProperty(sql, name, { enumerable: true, get });
}

export interface Migration {
  /** Counted from 1, without gaps. */
  readonly version: number;
  readonly name: string;
  readonly script: string;
}

/** The version of the schema that this program works with: the number of its last step. */
export function getSchemaVersion(): number {
  return readdirSync(`${FOLDER}migrations`).length;
}

/** The steps that build the schema, `sql/migrations/NNN_name.sql`, in their order. */
export function readMigrations(): readonly Migration[] {
  return readdirSync(`${FOLDER}migrations`)
    .sort()
    .map((file) => ({
      version: Number(file.slice(0, 3)),
      name: file.slice(4, -'.sql'.length),
      script: readFileSync(`${FOLDER}migrations/${file}`, 'utf8'),
    }));
}
