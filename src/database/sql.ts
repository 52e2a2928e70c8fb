/** Every SQL file of the program under a name, read once. A file that is missing here, or that nobody uses, fails a test. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../sql/', import.meta.url));

const FILES = {
  setTransactionSettings: 'database/set_transaction_settings.sql',
  createVersionTable: 'database/create_version_table.sql',
  findVersionTable: 'database/find_version_table.sql',
  selectVersion: 'database/select_version.sql',
  insertVersion: 'database/insert_version.sql',
  lockMerges: 'database/lock_merges.sql',
  findMissingRights: 'database/find_missing_rights.sql',
  vacuumTables: 'database/vacuum_tables.sql',
  writeCheckpoint: 'database/write_checkpoint.sql',
  insertRun: 'ingest/insert_run.sql',
  finishRun: 'ingest/finish_run.sql',
  createStaging: 'ingest/create_staging.sql',
  insertContentTypes: 'ingest/insert_content_types.sql',
  stageContentTypes: 'ingest/stage_content_types.sql',
  aggregateDays: 'ingest/aggregate_days.sql',
  aggregateObjects: 'ingest/aggregate_objects.sql',
  insertNewDays: 'ingest/insert_new_days.sql',
  upsertKnownDays: 'ingest/upsert_known_days.sql',
  insertNewObjects: 'ingest/insert_new_objects.sql',
  updateKnownObjects: 'ingest/update_known_objects.sql',
  upsertObjectCounts: 'ingest/upsert_object_counts.sql',
  deleteEmptyHitCounts: 'ingest/delete_empty_hit_counts.sql',
  updateRanks: 'ingest/update_ranks.sql',
  insertBatch: 'ingest/insert_batch.sql',
  proveBatch: 'ingest/prove_batch.sql',
  selectTop: 'report/select_top.sql',
  selectObject: 'report/select_object.sql',
  selectObjectDays: 'report/select_object_days.sql',
} as const;

export type SqlName = keyof typeof FILES;

/** The files' texts by name, and the files by name for tests and messages. */
export const SQL_FILES: Readonly<Record<SqlName, string>> = FILES;
export const sql = loadFiles();

function loadFiles(): Readonly<Record<SqlName, string>> {
  const entries = Object.entries(FILES).map(([name, file]) => [name, readFileSync(FOLDER + file, 'utf8')]);
  return Object.fromEntries(entries);
}

export interface Migration {
  /** Counted from 1, without gaps. */
  readonly version: number;
  readonly name: string;
  readonly script: string;
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
