/** One log within an input: identified, staged, merged and recorded in one transaction. */
import type { Database } from '../database/database.js';
import { EXIT, InputError } from '../errors.js';
import { reachFaultPoint } from '../faults.js';
import { toInputName } from '../source/open.js';
import { Account } from './account.js';
import type { BeginningWatch } from './beginning-watch.js';
import { HEAD_BYTES } from './checkpoints.js';
import { commitOnce } from './commit.js';
import type { Content } from './content.js';
import { continueLog, resumeLog } from './continuation.js';
import { countRanges } from './count-ranges.js';
import { type Identity, identify } from './identify.js';
import type { InputContext } from './input-context.js';
import { beginWatch, checkNotPiped, identifyNext, isSequence, toUndoHint } from './next-log.js';
import { openRanges } from './open-ranges.js';
import type { PartResult } from './part-result.js';
import { PipedLines } from './piped-lines.js';
import { findRecount, listRuns } from './recount.js';
import { isFollowed } from './stage-ranges.js';

/** Where the content stands within its input. */
interface Place {
  /** The log within which it stands, behind what was counted of it; null where one begins. */
  readonly continued: Identity | null;
  readonly watch: BeginningWatch;
}

/**
 * Counts what was not counted of the log that begins or goes on where the content stands.
 *
 * @throws MovedError where another run counts the same log at this moment
 */
export async function ingestPart(
  database: Database,
  content: Content,
  context: InputContext,
  { continued, watch }: Place,
): Promise<PartResult> {
  await reachFaultPoint('opened', database);
  const startedAt = content.position;
  const continuedAt = continued?.hasher.position ?? 0;
  const wasSuspect = watch.isSuspect;
  watch.isSuspect = false;
  const identity = await findIdentity(database, content, context, { continued, watch, wasSuspect });
  const head = identity === continued ? await peekHead(content, identity) : identity.headBytes;
  if (identity.at === 'undecided') return refuseUndecided(content, identity, startedAt);
  const isContinued = identity === continued;
  const notes = isContinued ? NO_NOTES : await findNotes(database, content.path, identity, context);
  const isRecount = notes.recount !== null;
  const hasMore = await beginWatch(database, content, context, { identity, head, watch });
  watch.isSuspect = hasMore && !(isContinued && wasSuspect);
  const reader = await openRanges(content, identity, {
    head,
    watch,
    isContinued,
    isRecount,
    mayBeFollowed: isSequence(content, context.beginnings),
    patience: context.patience,
  });
  const alreadyCountedBytes = isContinued || isRecount ? 0 : countKnownBytes(identity);
  const account = new Account();
  if (reader === null) {
    const next = watch.isSuspect ? identity : null;
    return {
      ...{ ...NOTHING, ...notes, account, alreadyCountedBytes },
      hasMore: watch.isSuspect,
      continued: next,
    };
  }
  const piped = content.file === null ? new PipedLines(context.site) : null;
  const count = {
    ...{ content, identity, reader, head, context, watch, piped, isRecount },
    logStart: isContinued ? startedAt - continuedAt : startedAt,
    isAlone: startedAt === 0,
    hasMore: watch.isSuspect,
  };
  const result = await commitOnce(database, { ...context, ranges: reader.ranges }, () =>
    countRanges(database, count),
  ).finally(() => piped?.close());
  context.rejects?.commit();
  await reachFaultPoint('rejects_appended', database);
  watch.isSuspect = isFollowed(count);
  const done = { ...result, ...notes, alreadyCountedBytes, hasMore: true };
  const log = { identity: { ...identity, headBytes: head }, reader, streamId: result.streamId };
  if (watch.isSuspect) return { ...done, continued: await resumeLog(database, log) };
  if (!reader.isSilent || content.isInterrupted) return { ...done, hasMore: false, continued: null };
  return { ...done, unfinishedBytes: 0, continued: await continueLog(database, content, log) };
}

type Notes = Pick<PartResult, 'recount' | 'otherSettings'>;

const NO_NOTES: Notes = { recount: null, otherSettings: [] };

/** What is to be said of a log that was counted before. */
async function findNotes(
  database: Database,
  path: string,
  identity: Identity,
  { recount: isWanted, run, findOtherSettings }: InputContext,
): Promise<Notes> {
  const { stream } = identity;
  if (stream === null) return NO_NOTES;
  const recount = isWanted
    ? await database.transaction('reading', () => findRecount(database, path, { identity, run }))
    : null;
  return recount === null
    ? { recount, otherSettings: await findOtherSettings(listRuns(stream)) }
    : { ...NO_NOTES, recount };
}

async function findIdentity(
  database: Database,
  content: Content,
  context: InputContext,
  { continued, watch, wasSuspect }: Place & { readonly wasSuspect: boolean },
): Promise<Identity> {
  if (continued === null) {
    const identity = await identify(database, content, context);
    // the lines of a pipe are looked at one by one when it is counted: nobody can deliver it again
    if (identity.stream === null && content.file !== null)
      await checkNotPiped(database, content, context.site);
    return identity;
  }
  return wasSuspect ? identifyNext(database, content, context, { before: continued, watch }) : continued;
}

/** The first bytes of a log that goes on: all of them, or the first of them, came with what was counted. */
async function peekHead(content: Content, { headBytes, hasher }: Identity): Promise<Buffer> {
  const counted = headBytes.subarray(0, hasher.position);
  return Buffer.concat([counted, await content.peek(HEAD_BYTES - counted.length)]);
}

/**
 * The rest of the input may be lines that nobody has counted, or lines that were. An archive that is cut off says more when
 * it is whole.
 *
 * @throws InputError, exit code 4
 */
function refuseUndecided(content: Content, identity: Identity, logStart: number): PartResult {
  const { damage } = identity;
  const alreadyCountedBytes = countKnownBytes(identity);
  const account = new Account();
  if (damage !== null) return { ...NOTHING, account, alreadyCountedBytes, damage, hasMore: false };
  const run = identity.stream?.pipedRun ?? null;
  const where = logStart === 0 ? 'begins' : `goes on from byte ${logStart} on`;
  throw new InputError(
    `${toInputName(content.path)} ${where} like a longer log that was counted, and it cannot be told whether all of it is the same; nothing of it is counted from there on`,
    {
      hint:
        run === null
          ? 'is it a part of a copy? a log of its own is told from the other when it has grown'
          : toUndoHint(run),
      exitCode: EXIT.held,
    },
  );
}

const NOTHING = {
  ...{ bytes: 0, unfinishedBytes: 0, batches: 0, damage: null, continued: null },
  ...{ recount: null, otherSettings: [] },
} as const;

/** Bytes of the content that were counted before. */
function countKnownBytes({ stream, hasher }: Identity): number {
  if (stream === null) return 0;
  return stream.ranges.reduce(
    (sum, { start, end }) => sum + Math.max(0, Math.min(end, hasher.position) - start),
    0,
  );
}
