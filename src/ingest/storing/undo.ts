/**
 * Takes counted lines back, of whole runs or of one log: the summaries become what they would be without them, and their bytes
 * can be counted again. Each merge has kept what it added; this is subtracted. All of it is one transaction under the merge lock.
 */
import type { Database } from '../../database/database.js';
import { checkUndoRights } from '../../database/grants.js';
import { lockMerges } from '../../database/merge-lock.js';
import { sql } from '../../database/sql.js';
import { getNumber, getNumberOrNull, getTextOrNull } from '../../database/values.js';
import { InputError, InterruptedError, UsageError } from '../../errors.js';
import { findUnkeptRuns } from '../../summaries/additions.js';
import { OBJECT_HITS } from '../../summaries/object-hits.js';
import { createStaging, listSummaryTables, maintain, SUMMARIES } from '../../summaries/summaries.js';
import { runSteps, type Step, type Summary, type Taken } from '../../summaries/summary.js';

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

/** What is taken back of a log before it is counted again. */
export interface Recount {
  readonly streamId: number;
  /** The runs that counted it, in order. */
  readonly runs: readonly number[];
  readonly lines: number;
  readonly hits: number;
}

/**
 * Undoes a run.
 *
 * @throws UsageError if there is no such run, InputError if it cannot be undone, InterruptedError,
 * DatabaseError if the result would not be what is promised; nothing is changed then
 */
export async function undoRun(database: Database, run: number, signal: AbortSignal): Promise<UndoneRun> {
  await checkUndoRights(database, listSummaryTables());
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

async function readRunToUndo(database: Database, run: number): Promise<Omit<UndoneRun, 'run' | 'objects'>> {
  const row = (await database.query(sql.selectRunToUndo, [run])).rows[0];
  if (row === undefined) throw createUnknownRunError(run);
  const batches = getNumber(row, 'batches');
  const hits = getNumber(row, 'hits');
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

/**
 * Takes back what runs counted. Call it under the merge lock, in a transaction that created the staging tables.
 *
 * @returns how many keys of each summary lost something
 * @throws DatabaseError if the result would not be what is promised; nothing must be committed then
 */
export async function takeBack(database: Database, taken: Taken): Promise<ReadonlyMap<Summary, number>> {
  const lost = new Map<Summary, number>();
  // the first to merge is the last to be taken back: the sources of counts are those of requests as well
  for (const summary of SUMMARIES.toReversed()) lost.set(summary, await summary.takeBack(database, taken));
  const whose = [taken.runs, taken.streamId];
  // three steps read the batches, so these are deleted after them
  const steps: readonly Step[] = [
    [sql.deleteAdditions, whose],
    [sql.deleteKnownArchives, whose],
    [sql.deleteDigests, whose],
    [sql.reopenStreams, whose],
    [sql.deleteBatches, whose],
    [sql.deletePipedLines, whose],
    [sql.deleteStreams],
  ];
  await runSteps(database, steps, taken.onStep);
  return lost;
}
