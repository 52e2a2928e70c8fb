/** The temporary tables of all summaries. */
import type { Database } from '../database/database.js';
import { SUMMARIES } from './summaries.js';

/** Creates the temporary tables of one merge, if the transaction does not have them. */
export async function createStaging(database: Database, summaries = SUMMARIES): Promise<void> {
  await database.query(summaries.map(({ createStaging }) => createStaging).join('\n'));
}

/**
 * Creates the temporary tables in a rehearsal, or empties them, outside its savepoints: so they are kept and their disk space
 * is freed at once. Dropped tables would keep their disk space and their locks, a dozen for each merge, until the rehearsal ends.
 */
export async function keepStaging(database: Database, summaries = SUMMARIES): Promise<void> {
  await createStaging(database, summaries);
  await database.query(summaries.map(({ emptyStaging }) => emptyStaging).join('\n'));
}

/** Empties the tables that `takeBack` has filled, so that rows can be merged in the same transaction. */
export async function emptyGains(database: Database, summaries = SUMMARIES): Promise<void> {
  await database.query(summaries.map(({ emptyGains }) => emptyGains).join('\n'));
}
