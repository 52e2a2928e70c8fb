/** A run that is not kept: the same story as any other, told to a database that forgets it, and what it would change. */
import type { Database } from '../database/database.js';
import { InterruptedError } from '../errors.js';
import { type Gains, selectGains } from './gains.js';
import { type IngestResult, type IngestSettings, type IngestWatch, ingest } from './ingest.js';

/** Objects that are shown, those that gain most. */
const SHOWN_GAINS = 10;

export interface DryRunResult extends IngestResult, Gains {}

/**
 * Counts the lines of each input and stores nothing.
 *
 * @param settings with no file for rejected lines, which would keep them
 * @throws DatabaseError, InterruptedError; what concerns one input only is in its result
 */
export async function ingestDry(
  database: Database,
  settings: IngestSettings & { readonly rejectsPath: null },
  watch: IngestWatch,
): Promise<DryRunResult> {
  try {
    return await database.transaction('rehearsal', async () => {
      const result = await ingest(database, settings, watch);
      return { ...result, ...(await selectGains(database, result.run, SHOWN_GAINS)) };
    });
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    throw new InterruptedError('interrupted; the dry run has stored nothing', { cause: error });
  }
}
