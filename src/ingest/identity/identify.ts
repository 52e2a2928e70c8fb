/**
 * Finds out which log an input is. Only content decides: an input is a known stream if all digests agree that both have.
 * The known bytes are read and checked before anything is staged, so a wrong guess costs a second look and nothing else.
 */
import type { Database } from '../../database/database.js';
import { EXIT, InputError } from '../../errors.js';
import { reachFaultPoint } from '../../faults.js';
import { LF, type RereadableInput, toInputName } from '../../source/source.js';
import type { BeginningWatch } from './known/beginning-watch.js';
import {
  type Checkpoint,
  findFirstEntryEnd,
  findPrefixMark,
  HEAD_BYTES,
  listHeadCheckpoints,
  PrefixHasher,
} from './known/checkpoints.js';
import { Evidence } from './known/evidence.js';
import { FieldsWatch } from './known/fields-watch.js';
import { type Candidate, findStreams, type KnownStream, listRuns, readStream } from './known/streams.js';

/** The log that an input is, and what was read to find that out. */
export interface Identity {
  /** Null for a log that was never seen. */
  readonly stream: KnownStream | null;
  /** The first bytes of the log: HEAD_BYTES, or as many as there were. */
  readonly head: Buffer;
  /** The checkpoints by which the log can be looked up again: those of its first bytes when it was looked up. */
  readonly headCheckpoints: readonly Checkpoint[];
  /** The number of its first 16 bytes; null if there are fewer. */
  readonly prefixMark: number | null;
  /** Streams that begin like this log but are others: the number of each, and a digest of it that this log does not have. */
  readonly others: ReadonlyMap<number, Checkpoint>;
  /**
   * The position of the input. `start`: at its beginning. `after`: behind everything that is known of the stream. `within`:
   * at its end, and all its lines are the beginning of the stream. `undecided`: at its end, but lines after the last common
   * checkpoint may be others.
   */
  readonly at: 'start' | 'after' | 'within' | 'undecided';
  /** The digest of all that was read, to go on with. */
  readonly hasher: PrefixHasher;
  readonly fields: FieldsWatch;
  /** Whether what was read ends in the middle of a line. */
  readonly isInsideLine: boolean;
  /** How the input is cut off; null if it is whole, or its end was not reached. */
  readonly damage: string | null;
  /** Whether so many different lines agree with the stream that it cannot be chance. */
  readonly isCertain: boolean;
}

/** One log of an input. */
export interface LogAtHand {
  readonly input: RereadableInput;
  readonly identity: Identity;
  readonly watch: BeginningWatch;
}

/** What comparing a log with a stream tells of it. */
type Compared = Omit<Identity, 'stream' | 'head' | 'headCheckpoints' | 'prefixMark' | 'others'> & {
  readonly stream: KnownStream;
};

/** The settings that decide which log it may be. */
export interface IdentifyOptions {
  /** The label that logs are kept under. */
  readonly site: string;
  /** Whether a log that another site has counted may be counted for this one too. */
  readonly allowOtherSite: boolean;
  /** Whether a last line without its end is counted. */
  readonly isFinal: boolean;
}

/**
 * Finds out which log begins at the position of the input.
 *
 * @throws InputError, exit code 4, if the same bytes were counted for another site
 */
export async function identify(
  database: Database,
  input: RereadableInput,
  { site, allowOtherSite, isFinal }: IdentifyOptions,
): Promise<Identity> {
  const head = await input.peek(HEAD_BYTES);
  const headCheckpoints = listHeadCheckpoints(head);
  const candidates = await database.transaction('reading', () => findStreams(database, headCheckpoints));
  if (candidates.length > 0) input.keep();
  const others = new Map<number, Checkpoint>();
  const looked = { head, headCheckpoints, prefixMark: findPrefixMark(head), others };
  // if several logs begin alike, a later candidate may fit beyond doubt
  let undecided: Compared | null = null;
  let piped: Candidate | null = null;
  for (const candidate of candidates.filter((each) => each.site === site)) {
    const result = await compare(database, input, { candidate, head, isFinal });
    await reachFaultPoint('compared', database);
    if ('differingDigest' in result) {
      others.set(candidate.streamId, result.differingDigest);
      if (candidate.pipedRun !== null && result.agreesInFirstEntry) piped ??= candidate;
    } else if (result.at !== 'undecided') return { ...looked, ...result };
    else undecided ??= result;
    await input.rewind();
  }
  if (undecided !== null) return { ...looked, ...undecided };
  // the lines of a pipe are looked at one by one when it is counted
  if (piped !== null && input.file !== null) throw toPipedError(input, piped);
  for (const candidate of allowOtherSite ? [] : candidates.filter((each) => each.site !== site)) {
    const result = await compare(database, input, { candidate, head, isFinal });
    if (!('differingDigest' in result)) throw toOtherSiteError(input, result.stream);
    await input.rewind();
  }
  input.forget();
  const hasher = createHasher(null, head);
  const fields = new FieldsWatch(head);
  const asNew = { at: 'start', isInsideLine: false, damage: null, isCertain: false } as const;
  return { ...looked, ...asNew, stream: null, hasher, fields };
}

/** A digest of a stream that the input does not have, which makes the input another log. */
interface Difference {
  readonly differingDigest: Checkpoint;
  /** Whether the first line that is no directive is the same even so. */
  readonly agreesInFirstEntry: boolean;
}

async function compare(
  database: Database,
  input: RereadableInput,
  {
    candidate,
    head,
    isFinal,
  }: { readonly candidate: Candidate; readonly head: Buffer; readonly isFinal: boolean },
): Promise<Compared | Difference> {
  const stream = await database.transaction('reading', () => readStream(database, candidate));
  const hasher = createHasher(stream, head);
  const fields = new FieldsWatch(head);
  const evidence = new Evidence();
  let lineEnd = 0;
  while (hasher.position < stream.knownBytes) {
    const bytes = await input.next();
    if (bytes === null) break;
    const slice = bytes.subarray(0, stream.knownBytes - hasher.position);
    input.unread(bytes.subarray(slice.length));
    const lastEnd = slice.lastIndexOf(LF) + 1;
    if (lastEnd > 0) lineEnd = hasher.position + lastEnd;
    hasher.update(slice);
    fields.update(slice);
    evidence.update(slice);
    const differingDigest = findDifference(hasher.checkpoints, stream);
    if (differingDigest !== null) {
      const agreed = findAgreed(hasher.checkpoints, stream, differingDigest.endByte);
      const entryEnd = findFirstEntryEnd(head);
      return { differingDigest, agreesInFirstEntry: entryEnd !== null && agreed >= entryEnd };
    }
  }
  const { isCertain } = evidence;
  const found = { stream, hasher, fields, isInsideLine: lineEnd < hasher.position, isCertain };
  if (hasher.position >= stream.knownBytes) return { ...found, at: 'after', damage: null };
  const agreed = findAgreed(hasher.checkpoints, stream, Number.POSITIVE_INFINITY);
  const countable = isFinal || input.source.isArchive ? hasher.position : lineEnd;
  const end = input.source.getEnd();
  const damage = end.kind === 'cut off' ? end.message : null;
  return { ...found, at: countable > agreed ? 'undecided' : 'within', damage };
}

/** Makes the hasher of a log: it keeps digests at all positions of the stream's digests, and at the end of the first entry. */
export function createHasher(stream: KnownStream | null, head: Buffer): PrefixHasher {
  const ends = [...(stream?.digests.keys() ?? []), findFirstEntryEnd(head) ?? 0];
  return new PrefixHasher(ends.filter((end) => end > 0).sort((a, b) => a - b));
}

/** The last position before `limit` that both have a digest of. */
function findAgreed(checkpoints: readonly Checkpoint[], { digests }: KnownStream, limit: number): number {
  const last = checkpoints.findLast(({ endByte }) => endByte < limit && digests.has(endByte));
  return last?.endByte ?? 0;
}

function findDifference(checkpoints: readonly Checkpoint[], { digests }: KnownStream): Checkpoint | null {
  for (const { endByte, sha256: own } of checkpoints) {
    const sha256 = digests.get(endByte) ?? own;
    if (sha256 !== own) return { endByte, sha256 };
  }
  return null;
}

/** A stream from a pipe may be several logs, the first of which may have grown since: that digests differ proves nothing then. */
function toPipedError(input: RereadableInput, { pipedRun }: Candidate): InputError {
  return new InputError(
    `${toInputName(input.path)} begins like what run ${pipedRun} counted from a pipe, where other lines follow: some of it was counted; nothing of it is counted`,
    {
      hint: `was another log piped behind it? logtally undo ${pipedRun} takes back all that it counted; then name all logs that it read, also those that are in no pipe any more`,
      exitCode: EXIT.held,
    },
  );
}

/** Runs that a hint names, the latest ones. */
const NAMED_RUNS = 5;

function toOtherSiteError(input: RereadableInput, stream: KnownStream): InputError {
  const runs = listRuns(stream).toReversed();
  const more = runs.length > NAMED_RUNS ? ` and ${runs.length - NAMED_RUNS} more` : '';
  const undo =
    runs.length === 1
      ? `logtally undo ${runs[0]} takes back all of that run`
      : `logtally undo RUN takes back all of a run, here ${runs.slice(0, NAMED_RUNS).join(', ')}${more}`;
  return new InputError(
    `${toInputName(input.path)} was counted for site '${stream.site}'; nothing of it is counted`,
    {
      hint: `if that --site was wrong, ${undo}: then ingest again; --allow-other-site counts it for both sites`,
      exitCode: EXIT.held,
    },
  );
}
