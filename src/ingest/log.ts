/** One log within an input: found, read, and counted in one transaction. */
import type { Database } from '../database/database.js';
import { InputError } from '../errors.js';
import { reachFaultPoint } from '../faults.js';
import type { Patience, RereadableInput } from '../source/source.js';
import { keepStaging } from '../summaries/summaries.js';
import { type CommitRun, type CommitSettings, commitLog } from './commit.js';
import { Account } from './counting/counting.js';
import {
  findLog,
  type IdentifyOptions,
  type Identity,
  listRuns,
  openLog,
  PipedLines,
  type ReadingPlace,
  resumeLog,
} from './identity/identity.js';
import type { FindOtherSettings, OtherSettings } from './other-settings.js';
import { findRecount, type Recount } from './recount.js';

/** The settings by which one log of an input is counted. */
export interface LogSettings extends CommitSettings, IdentifyOptions {
  /** How long a pipe is waited for within a batch. */
  readonly patience: Patience;
}

/** The run that logs of an input are counted in. */
export interface LogRun extends CommitRun {
  readonly settings: LogSettings;
  readonly findOtherSettings: FindOtherSettings;
  /** The streams of which nothing was new are added to it. */
  readonly seenStreams: Set<number>;
}

/** What became of one log within an input. */
export interface LogResult {
  readonly account: Account;
  /** What was taken back before it was counted again; null if nothing was. */
  readonly recount: Recount | null;
  /** The runs that counted it before under other settings. */
  readonly otherSettings: readonly OtherSettings[];
  /** The message that the input is cut off; null if it is whole. */
  readonly damage: string | null;
  /** Why rejected lines of what is counted cannot be kept; null if they are. No more of the input is read then. */
  readonly lateError: InputError | null;
  /** Whether another log follows in the same input, or the same one goes on. */
  readonly hasMore: boolean;
  /** The log that goes on; null if another one begins. */
  readonly continued: Identity | null;
}

/**
 * Counts the lines that were not counted before of the log that begins or goes on at the position of the input.
 *
 * @throws MovedError if another run counts the same log at this moment
 */
export async function ingestLog(
  database: Database,
  input: RereadableInput,
  place: ReadingPlace,
  run: LogRun,
): Promise<LogResult> {
  await reachFaultPoint('opened', database);
  const log = await findLog(database, input, place, run.settings);
  const { identity, watch, isContinued, alreadyCountedBytes } = log;
  const account = new Account();
  account.alreadyCountedBytes = alreadyCountedBytes;
  const { damage } = identity;
  // an archive that is cut off can be identified only when it is whole again
  if (identity.at === 'undecided')
    return { ...NO_NOTES, account, damage, lateError: null, hasMore: false, continued: null };
  const notes = isContinued ? NO_NOTES : await findNotes(database, input.path, identity, run);
  const isRecount = notes.recount !== null;
  if (isRecount) account.alreadyCountedBytes = 0;
  const { settings, seenStreams } = run;
  const reader = await openLog(database, log, { isRecount, patience: settings.patience, seenStreams });
  if (reader === null) {
    const continued = watch.isSuspect ? identity : null;
    return { ...notes, account, damage: null, lateError: null, hasMore: watch.isSuspect, continued };
  }
  if (database.isInTransaction()) await keepStaging(database);
  const piped = input.file === null ? new PipedLines(settings.site) : null;
  const committed = await commitLog(database, { ...log, reader, isRecount, piped }, run).finally(() =>
    piped?.close(),
  );
  const result = {
    ...notes,
    account: Account.sum([account, committed.account]),
    damage: committed.damage,
    lateError: appendRejects(run.rejects),
    hasMore: true,
  };
  await reachFaultPoint('rejects_appended', database);
  if (result.lateError !== null) return { ...result, hasMore: false, continued: null };
  watch.isSuspect = reader.isFollowed;
  if (!watch.isSuspect) {
    if (!reader.isSilent || input.isInterrupted) return { ...result, hasMore: false, continued: null };
    // a pipe fell silent within the log: a line that has begun is put back, and its end is waited for
    result.account.unfinishedBytes = 0;
    for (const bytes of reader.takeUnfinished().reverse()) input.unread(bytes);
    await input.waitForMore();
  }
  const continued = await resumeLog(database, { identity, reader }, committed.streamId);
  return { ...result, continued };
}

/** @returns why the lines cannot be kept, which were counted already; null if they are */
function appendRejects(rejects: LogRun['rejects']): InputError | null {
  try {
    rejects?.commit();
    return null;
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

/** What the result tells of a log that was counted before. */
type Notes = Pick<LogResult, 'recount' | 'otherSettings'>;

const NO_NOTES: Notes = { recount: null, otherSettings: [] };

async function findNotes(
  database: Database,
  path: string,
  identity: Identity,
  { settings, number, findOtherSettings }: LogRun,
): Promise<Notes> {
  const { stream } = identity;
  if (stream === null) return NO_NOTES;
  const recount = settings.recount
    ? await database.transaction('reading', () => findRecount(database, path, { identity, run: number }))
    : null;
  return { recount, otherSettings: recount === null ? await findOtherSettings(listRuns(stream)) : [] };
}
