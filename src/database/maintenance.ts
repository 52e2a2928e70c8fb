/** What a server does by itself, and the embedded database does not. */
import type { Database } from './database.js';
import { sql } from './sql.js';

/** Removes dead rows and brings the files up to date; does nothing on a server, and nothing in a rehearsal, which keeps no row. */
export async function maintain(database: Database): Promise<void> {
  if (database.kind !== 'embedded' || database.isInTransaction()) return;
  await database.query(sql.vacuumTables);
  await database.query(sql.writeCheckpoint);
}
