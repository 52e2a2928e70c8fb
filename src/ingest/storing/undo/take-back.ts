/**
 * Takes counted lines back, of whole runs or of one log: totals, days and ranks become what they would be without them, and
 * their bytes can be counted again. What is subtracted is what the merges kept of them.
 */
import type { Database } from '../../../database/database.js';
import { sql } from '../../../database/sql.js';
import { getNumber } from '../../../database/values.js';
import { DatabaseError } from '../../../errors.js';

export interface TakenBack {
  /** For messages: `run 3`. */
  readonly what: string;
  readonly runs: readonly number[];
  /** The log that they counted; null for all of theirs. */
  readonly streamId: number | null;
  /** The hits that their batches say they counted. */
  readonly hits: number;
  /** Called before each statement; may throw. */
  readonly onStep: () => void;
}

/**
 * Takes back what runs counted. Call it under the merge lock, in a transaction that created the staging tables.
 *
 * @returns how many objects lost hits
 * @throws DatabaseError where the result would not be what is promised; nothing must be committed then
 */
export async function takeBack(database: Database, taken: TakenBack): Promise<number> {
  for (const [statement, values] of listSteps([taken.runs, taken.streamId])) {
    taken.onStep();
    await database.query(statement, values);
  }
  return prove(database, taken);
}

/** The days before the objects, whose first and last day depend on them; the batches last, which say what else to forget. */
function listSteps(
  whose: readonly unknown[],
): readonly (readonly [statement: string, values?: readonly unknown[]])[] {
  return [
    [sql.stageUndoneTypes, whose],
    [sql.aggregateUndoneDays, whose],
    [sql.upsertKnownDays],
    [sql.deleteEmptyDays],
    [sql.aggregateUndoneObjects],
    [sql.updateRemainingObjects],
    [sql.deleteEmptyObjects],
    [sql.upsertObjectCounts],
    [sql.deleteEmptyHitCounts],
    [sql.updateRanks],
    [sql.deleteEmptyTypes],
    [sql.deleteKnownArchives, whose],
    [sql.deleteDigests, whose],
    [sql.reopenStreams, whose],
    [sql.deleteBatches, whose],
    [sql.deleteDeltas, whose],
    [sql.deletePipedLines, whose],
    [sql.deleteStreams],
  ];
}

/**
 * The last look before COMMIT: what was taken from days and totals is what was counted, and each object's total is that of
 * the days it has left.
 */
async function prove(database: Database, { what, hits }: TakenBack): Promise<number> {
  const row = (await database.query(sql.proveUndo)).rows[0];
  const dailyHits = getNumber(row, 'daily_hits');
  const objectHits = getNumber(row, 'object_hits');
  const wrongObjects = getNumber(row, 'wrong_objects');
  if (dailyHits === hits && objectHits === hits && wrongObjects === 0) return getNumber(row, 'objects');
  throw new DatabaseError(
    `${what} counted ${hits} hits, but ${dailyHits} would be taken from the days and ${objectHits} from the totals, and ${wrongObjects} objects would not agree with their days; nothing was undone`,
    { hint: 'logtally verify says what the tables disagree about' },
  );
}
