/** One log within an input: found, and opened at the first byte that is new. */
import type { Database } from '../database/database.js';
import { reachFaultPoint } from '../faults.js';
import { isBeingPacked, type RereadableInput } from '../source/source.js';
import { findRecount } from './again/recount.js';
import { commitSupplement, describeSupplement, findSupplement, type Supplement } from './again/supplement.js';
import { Account } from './counting/counting.js';
import {
  type FoundLog,
  findLog,
  type Identity,
  openLog,
  PipedLines,
  type ReadingPlace,
} from './identity/identity.js';
import { type LogResult, NOTHING_ELSE } from './results.js';
import type { InputRun } from './run.js';
import type { LogToCount } from './stage-log.js';

/** A log, and what is to be told of it beside its lines. */
export interface OpenedLog {
  /** Null if nothing of it is to be counted. */
  readonly log: LogToCount | null;
  /** What is known of it before it is counted; if nothing of it is, all that is to be told. */
  readonly before: LogResult;
  /** Counts it again for summaries that it lacks, and goes back to its beginning; null if it lacks none. */
  readonly addSummaries: (() => Promise<void>) | null;
}

/**
 * Recognises an archive that was read to its end before.
 *
 * @returns null if the input has to be read
 */
export async function findKnownLog(
  database: Database,
  path: string,
  { settings, archives, findOtherSettings }: InputRun,
): Promise<LogResult | null> {
  if (settings.contentCheck !== 'heads' || settings.recount) return null;
  const known = await archives.find(database, path);
  if (known === null) return null;
  const account = new Account();
  account.alreadyCountedBytes = known.countedBytes;
  return { ...NOTHING_ELSE, account, otherSettings: await findOtherSettings(known.countings) };
}

/**
 * Finds the log that begins or goes on at the position of the input, and opens the bytes of it that were not counted before.
 *
 * @throws MovedError if another run counts the same log at this moment; InputError if it cannot be known which log it is
 */
export async function openNextLog(
  database: Database,
  input: RereadableInput,
  place: ReadingPlace,
  run: InputRun,
): Promise<OpenedLog> {
  await reachFaultPoint('opened', database);
  const found = await findLog(database, input, place, run.settings);
  const { identity, watch, isContinued, alreadyCountedBytes } = found;
  const account = new Account();
  account.alreadyCountedBytes = alreadyCountedBytes;
  // an archive that is cut off can be identified only when it is whole again
  if (identity.at === 'undecided') {
    const damage = (await isBeingPacked(input.path, identity.head)) ? null : identity.damage;
    return { log: null, before: { ...NOTHING_ELSE, account, damage }, addSummaries: null };
  }
  const supplement = isContinued ? null : await findMissing(database, found, run);
  if (supplement !== null) {
    const before = { ...NOTHING_ELSE, account: new Account(), supplement: describeSupplement(supplement) };
    const addSummaries = () => commitSupplement(database, { log: found, supplement }, run);
    return { log: null, before, addSummaries };
  }
  const notes = isContinued ? NO_NOTES : await findNotes(database, input.path, identity, run);
  const isRecount = notes.recount !== null;
  if (isRecount) account.alreadyCountedBytes = 0;
  const before = { ...NOTHING_ELSE, ...notes, account };
  const { settings, seenStreams } = run;
  const reader = await openLog(database, found, { isRecount, patience: settings.patience, seenStreams });
  if (reader === null) {
    const continued = watch.isSuspect ? identity : null;
    return { log: null, before: { ...before, hasMore: watch.isSuspect, continued }, addSummaries: null };
  }
  const piped = input.file === null ? new PipedLines(settings.site) : null;
  return { log: { ...found, reader, isRecount, piped }, before, addSummaries: null };
}

/** Finds the summaries that a known log lacks. A run that has tried it once does not take the log back for others. */
async function findMissing(
  database: Database,
  { input, identity }: FoundLog,
  run: InputRun,
): Promise<Supplement | null> {
  if (!run.settings.recount) return null;
  const supplement = await findSupplement(database, input.path, { identity, run });
  if (supplement !== null) run.supplemented.add(supplement.streamId);
  return supplement;
}

/** What the result tells of a log that was counted before. */
type Notes = Pick<LogResult, 'recount' | 'otherSettings'>;

const NO_NOTES: Notes = { recount: null, otherSettings: [] };

async function findNotes(
  database: Database,
  path: string,
  identity: Identity,
  { settings, number, supplemented, findOtherSettings }: InputRun,
): Promise<Notes> {
  const { stream } = identity;
  if (stream === null) return NO_NOTES;
  const recount =
    settings.recount && !supplemented.has(stream.streamId)
      ? await database.transaction('reading', () => findRecount(database, path, { identity, run: number }))
      : null;
  return { recount, otherSettings: recount === null ? await findOtherSettings(stream.ranges) : [] };
}
