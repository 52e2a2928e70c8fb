/**
 * Takes a run back: totals, days and ranks become what they would be without it, and its bytes can be counted again.
 * All of it is one transaction under the merge lock. Each merge of the run has kept what it added; this is subtracted.
 */
import type { Database } from '../../../database/database.js';
import { lockMerges } from '../../../database/merge-lock.js';
import { getNumberOrNull, getTextOrNull } from '../../../database/nullable-values.js';
import { sql } from '../../../database/sql.js';
import { getNumber } from '../../../database/values.js';
import { InputError, InterruptedError, UsageError } from '../../../errors.js';
import { OBJECT_HITS } from '../../../summaries/object-hits.js';
import { createStaging, maintain } from '../../../summaries/summaries.js';
import { findUnkeptRuns, takeBack } from './take-back.js';

export { findUnkeptRuns, takeBack } from './take-back.js';

/** What undoing a run took away. */
export interface UndoneRun {
  readonly run: number;
  /** Batches that are no longer counted. */
  readonly batches: number;
  /** Decompressed. */
  readonly bytes: number;
  readonly lines: number;
  readonly hits: number;
  /** Objects that lost hits. */
  readonly objects: number;
}

/**
 * Undoes a run.
 *
 * @throws UsageError if there is no such run, InputError if it cannot be undone, InterruptedError,
 * DatabaseError if the result would not be what is promised; nothing is changed then
 */
export async function undoRun(database: Database, run: number, signal: AbortSignal): Promise<UndoneRun> {
  const undone = await database.transaction('writing', async () => {
    await lockMerges(database);
    const counted = await readRunToUndo(database, run);
    await createStaging(database);
    const lost = await takeBack(database, {
      ...{ what: `run ${run}`, runs: [run], streamId: null, hits: counted.hits },
      onStep: () => {
        if (signal.aborted) throw new InterruptedError(`interrupted; run ${run} is counted as before`);
      },
    });
    await database.query(sql.markRun, [run, new Date().toISOString()]);
    return { run, ...counted, objects: lost.get(OBJECT_HITS) ?? 0 };
  });
  await maintain(database);
  return undone;
}

type RunToUndo = Omit<UndoneRun, 'run' | 'objects'>;

async function readRunToUndo(database: Database, run: number): Promise<RunToUndo> {
  const row = (await database.query(sql.selectRunToUndo, [run])).rows[0];
  if (row === undefined) throw createUnknownRunError(run);
  const batches = getNumber(row, 'batches');
  const hits = getNumber(row, 'counted');
  const undoneAt = getTextOrNull(row, 'undone_at');
  // a run that was undone while it was still counting has batches again, which can be undone as well
  if (undoneAt !== null && batches === 0) {
    throw new InputError(`run ${run} was undone already, at ${undoneAt}`, {
      hint: 'ingest its logs again to count them again',
    });
  }
  if ((await findUnkeptRuns(database, [run], null)).length > 0) {
    throw new InputError(`run ${run} can no longer be undone: what it added is not kept any more`, {
      hint: 'ingest --undo-days says for how many days it is kept',
    });
  }
  const followedBy = getNumberOrNull(row, 'followed_by');
  if (followedBy !== null) {
    throw new InputError(
      `run ${run} cannot be undone before run ${followedBy}, which counted more of the same pipe: it would no longer be known which lines those are`,
      { hint: `logtally undo ${followedBy}, and then logtally undo ${run}` },
    );
  }
  return { batches, bytes: getNumber(row, 'bytes'), lines: getNumber(row, 'lines'), hits };
}

export function createUnknownRunError(run: number): UsageError {
  return new UsageError(`there is no run ${run}`, { hint: 'logtally runs lists them' });
}
