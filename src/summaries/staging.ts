/** The temporary tables of all summaries. */
import type { Database } from '../database/database.js';
import { SUMMARIES } from './summaries.js';

/** Creates the temporary tables of one merge, if the transaction does not have them. */
export async function createStaging(database: Database, summaries = SUMMARIES): Promise<void> {
  await database.query(summaries.map(({ createStaging }) => createStaging).join('\n'));
}

/**
 * Creates or empties them in a rehearsal, outside its savepoints: there they stay, and shrink at once. Dropped tables would keep
 * their disk space and their locks, a dozen for each merge, to its end.
 */
export async function keepStaging(database: Database, summaries = SUMMARIES): Promise<void> {
  await createStaging(database, summaries);
  await database.query(summaries.map(({ emptyStaging }) => emptyStaging).join('\n'));
}

/** Empties what `takeBack` has filled, if rows are merged in the same transaction. */
export async function emptyGains(database: Database, summaries = SUMMARIES): Promise<void> {
  await database.query(summaries.map(({ emptyGains }) => emptyGains).join('\n'));
}
