/** Finds which log begins or goes on at the position of an input, and which of its bytes are new. */
import type { Database } from '../../database/database.js';
import { EXIT, InputError } from '../../errors.js';
import { type RereadableInput, toInputName } from '../../source/source.js';
import { type IdentifyOptions, type Identity, identify, type LogAtHand } from './identify.js';
import type { BeginningWatch } from './known/beginning-watch.js';
import { HEAD_BYTES } from './known/checkpoints.js';
import { checkNotPiped, identifyNext, toUndoHint } from './next-log.js';

/** The position of reading within an input. */
export interface ReadingPlace {
  /** The log that goes on behind its counted bytes; null at the beginning of a log. */
  readonly continued: Identity | null;
  readonly watch: BeginningWatch;
}

/** The log that was found at a place. */
export interface FoundLog extends LogAtHand {
  /** Where the log begins in its input, in decompressed bytes. */
  readonly start: number;
  /** Whether it is the log that goes on. */
  readonly isContinued: boolean;
  /** Whether another log seemed to begin there. */
  readonly wasSuspect: boolean;
  /** Decompressed bytes of the input that were counted before this run. */
  readonly alreadyCountedBytes: number;
}

/**
 * Finds out which log begins or goes on at the position of the input. If it is `undecided`, the input is damaged.
 *
 * @throws InputError, exit code 4, if it cannot be known
 */
export async function findLog(
  database: Database,
  input: RereadableInput,
  place: ReadingPlace,
  options: IdentifyOptions,
): Promise<FoundLog> {
  const { continued, watch } = place;
  const startedAt = input.position;
  const continuedAt = continued?.hasher.position ?? 0;
  const wasSuspect = watch.isSuspect;
  const found = await findIdentity(database, input, { ...place, options });
  watch.isSuspect = false;
  if (startedAt === 0) watch.beginsKnown = found.stream !== null;
  const isContinued = found === continued;
  const identity = isContinued ? { ...found, head: await peekHead(input, found) } : found;
  if (identity.at === 'undecided' && identity.damage === null)
    throw toUndecidedError(input, identity, startedAt);
  return {
    ...{ input, identity, watch, isContinued, wasSuspect },
    start: isContinued ? startedAt - continuedAt : startedAt,
    alreadyCountedBytes: isContinued ? 0 : countKnownBytes(identity),
  };
}

async function findIdentity(
  database: Database,
  input: RereadableInput,
  { continued, watch, options }: ReadingPlace & { readonly options: IdentifyOptions },
): Promise<Identity> {
  if (continued === null) {
    const identity = await identify(database, input, options);
    // the lines of a pipe are looked at one by one when it is counted: nobody can deliver it again
    if (identity.stream === null && input.file !== null) await checkNotPiped(database, input, options.site);
    return identity;
  }
  return watch.isSuspect ? identifyNext(database, input, { before: continued, watch, options }) : continued;
}

/** The first bytes of a log that goes on: all or some of them were read before. */
async function peekHead(input: RereadableInput, { head, hasher }: Identity): Promise<Buffer> {
  const counted = head.subarray(0, hasher.position);
  return Buffer.concat([counted, await input.peek(HEAD_BYTES - counted.length)]);
}

/** The rest of the input may be lines that were counted or lines that were not. */
function toUndecidedError(input: RereadableInput, identity: Identity, start: number): InputError {
  const run = identity.stream?.pipedRun ?? null;
  const where = start === 0 ? 'begins' : `goes on from byte ${start} on`;
  return new InputError(
    `${toInputName(input.path)} ${where} like a longer log that was counted, and it cannot be told whether all of it is the same; nothing of it is counted from there on`,
    {
      hint:
        run === null
          ? 'is it a part of a copy? a log of its own is told from the other when it has grown'
          : toUndoHint(run),
      exitCode: EXIT.held,
    },
  );
}

/** Bytes of the input that were counted before. */
function countKnownBytes({ stream, hasher }: Identity): number {
  if (stream === null) return 0;
  return stream.ranges.reduce(
    (sum, { start, end }) => sum + Math.max(0, Math.min(end, hasher.position) - start),
    0,
  );
}
