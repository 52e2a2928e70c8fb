/**
 * Counts a known log again. The transaction that counts it anew also takes back what is known of it: if the process dies, the
 * log is counted either as before or anew. Other logs of the same runs stay as they are.
 */
import type { Database } from '../../database/database.js';
import { sql } from '../../database/sql.js';
import { getNumber } from '../../database/values.js';
import { EXIT, InputError } from '../../errors.js';
import { toInputName } from '../../source/source.js';
import { findUnkeptRuns } from '../../summaries/additions.js';
import { emptyGains } from '../../summaries/summaries.js';
import { type Identity, listRuns } from '../identity/identity.js';
import { type Recount, takeBack } from '../storing/storing.js';

/**
 * Finds what has to be taken back of a log.
 *
 * @returns null if nothing has to be: the log is new, or this run has counted all of it
 * @throws InputError, exit code 4, if it cannot be counted again
 */
export async function findRecount(
  database: Database,
  path: string,
  { identity, run }: { readonly identity: Identity; readonly run: number },
): Promise<Recount | null> {
  const { stream, hasher } = identity;
  if (stream === null) return null;
  const { streamId, ranges } = stream;
  const runs = listRuns(stream);
  if (runs.every((each) => each === run)) return null;
  const end = ranges.at(-1)?.end ?? 0;
  if (end > hasher.position) {
    const held = `holds only the first ${hasher.position} of ${end} bytes that were counted of its log`;
    const hint = 'give the whole log to --recount';
    throw toHeldError(path, `${held}: the others could not be counted again`, hint);
  }
  const [row] = (await database.query(sql.selectLogToRecount, [streamId])).rows;
  if (row === undefined) return null;
  const unkept = await findUnkeptRuns(database, runs, streamId);
  if (unkept.length > 0) {
    const held = `was counted in run ${unkept.join(', ')}, of which is no longer kept what it added`;
    const hint = 'ingest --undo-days says for how many days it is kept';
    throw toHeldError(path, `${held}: it cannot be counted again`, hint);
  }
  return { streamId, runs, lines: getNumber(row, 'lines'), hits: getNumber(row, 'hits') };
}

/**
 * Takes a log back. Call it under the merge lock, after the log was staged anew and found unmoved, and before its hits are merged.
 *
 * @param hasLines whether any line of it is counted again
 * @throws InputError, exit code 4, if another run has meanwhile dropped the gains that are needed for it
 */
export async function takeLogBack(
  database: Database,
  log: { readonly path: string; readonly identity: Identity; readonly hasLines: boolean },
  { run, signal }: { readonly run: number; readonly signal: AbortSignal },
): Promise<void> {
  const recount = await findRecount(database, log.path, { identity: log.identity, run });
  if (recount === null) return;
  if (!log.hasLines) {
    const held = 'holds no line with its end: nothing of it would be counted again';
    throw toHeldError(log.path, held, '--final counts a last line without its end');
  }
  const { runs, streamId, hits } = recount;
  const onStep = () => signal.throwIfAborted();
  await takeBack(database, { what: toInputName(log.path), runs, streamId, hits, onStep });
  await database.query(sql.markRecountedRuns, [runs, new Date().toISOString()]);
  await emptyGains(database);
}

function toHeldError(path: string, why: string, hint: string): InputError {
  return new InputError(`${toInputName(path)} ${why}; nothing is changed`, { hint, exitCode: EXIT.held });
}
