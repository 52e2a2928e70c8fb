/** Runs VACUUM and CHECKPOINT, which a server does on its own but the embedded database does not. */
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { SUMMARIES } from './summaries.js';

/** Removes dead rows of all tables and renews the planner's statistics. Called outside a transaction. */
export async function vacuumTables(database: Database): Promise<void> {
  // VACUUM stands alone in its message
  for (const { vacuumTables: vacuum } of SUMMARIES) await database.query(vacuum);
  await database.query(sql.vacuumRecord);
}

/** Runs VACUUM and CHECKPOINT in an embedded database. It does nothing in a rehearsal, which keeps no row. */
export async function maintain(database: Database): Promise<void> {
  if (database.kind !== 'embedded' || database.isInTransaction()) return;
  await vacuumTables(database);
  await database.query(sql.writeCheckpoint);
}
