/**
 * Finds out which log an input is. Only content decides: an input is a known stream if all digests agree that both have.
 * The known bytes are read and checked before anything is staged, so a wrong guess costs a second look and nothing else.
 */
import type { Database } from '../../database/database.js';
import { EXIT, InputError } from '../../errors.js';
import { reachFaultPoint } from '../../faults.js';
import { type RereadableInput, toInputName } from '../../source/source.js';
import { type Comparison, compare, compareEnd, createHasher } from './compare.js';
import type { ContentCheck } from './known/archives.js';
import type { BeginningWatch } from './known/beginning-watch.js';
import { type Checkpoint, findPrefixMark, HEAD_BYTES, listHeadCheckpoints } from './known/checkpoints.js';
import { FieldsWatch } from './known/fields-watch.js';
import { findRunsOfFirstLines } from './known/piped-lines.js';
import {
  type Candidate,
  findEndLink,
  findStreams,
  type KnownStream,
  listRuns,
  readStream,
  readStreamEnd,
} from './known/streams.js';

/** The log that an input is, and what was read to find that out. */
export interface Identity extends Omit<Comparison, 'stream' | 'at'> {
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
  /** The position of the input. `start`: at its beginning, if the log was never seen. */
  readonly at: Comparison['at'] | 'start';
}

/** One log of an input. */
export interface LogAtHand {
  readonly input: RereadableInput;
  readonly identity: Identity;
  readonly watch: BeginningWatch;
}

/** The settings that decide which log it may be. */
export interface IdentifyOptions {
  /** The label that logs are kept under. */
  readonly site: string;
  /** Whether a log that another site has counted may be counted for this one too. */
  readonly allowOtherSite: boolean;
  /** Whether a last line without its end is counted. */
  readonly isFinal: boolean;
  /** How much of a known log is looked at. */
  readonly contentCheck: ContentCheck;
  /** Whether known logs are taken back and counted again. */
  readonly recount: boolean;
}

/**
 * Finds out which log begins at the position of the input.
 *
 * @throws InputError, exit code 4, if the same bytes were counted for another site
 */
export async function identify(
  database: Database,
  input: RereadableInput,
  options: IdentifyOptions,
): Promise<Identity> {
  const { site, allowOtherSite, isFinal } = options;
  const head = await input.peek(HEAD_BYTES);
  const headCheckpoints = listHeadCheckpoints(head);
  const { candidates, only } = await findCandidates(database, headCheckpoints, site);
  if (candidates.length > 0) input.keep();
  const others = new Map<number, Checkpoint>();
  const looked = { head, headCheckpoints, prefixMark: findPrefixMark(head), others };
  const own = candidates.filter((each) => each.site === site);
  const found = only === null ? null : await findByEnds(input, { stream: only, head, options });
  if (found !== null) await reachFaultPoint('compared', database);
  if (found !== null) return { ...looked, ...found };
  // if several logs begin alike, a later candidate may fit beyond doubt
  let undecided: Comparison | null = null;
  let piped: Candidate | null = null;
  for (const candidate of own) {
    // of a short log the end is all of it
    const isRead = only !== null && findEndLink(only.knownBytes) === 0;
    const stream = isRead ? only : await readStreamAlone(database, candidate);
    if (stream === null) continue;
    const result = await compare(input, { stream, head, isFinal });
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
    const stream = await readStreamAlone(database, candidate);
    if (stream === null) continue;
    const result = await compare(input, { stream, head, isFinal });
    if (!('differingDigest' in result)) throw toOtherSiteError(input, result.stream);
    await input.rewind();
  }
  input.forget();
  return { ...looked, ...describeNew(head) };
}

/**
 * Tells which logs begin like nothing that was counted. It may be counted since: `checkUnmoved` and `checkNothingAppeared` look again.
 *
 * @param site the label of the site that they are counted for
 * @param heads the first HEAD_BYTES of each log, or as many as there are
 */
export function findNewLogs(
  database: Database,
  site: string,
  heads: readonly Buffer[],
): Promise<readonly boolean[]> {
  return database.transaction('reading', async () => {
    const streams = await findStreams(database, heads.map(listHeadCheckpoints));
    const runs = await findRunsOfFirstLines(database, site, heads);
    return heads.map((_, at) => streams[at]?.length === 0 && runs[at] === null);
  });
}

/** The identity of the log at the position of the input if it is known to begin like nothing that was counted. */
export async function identifyNew(input: RereadableInput): Promise<Identity> {
  const head = await input.peek(HEAD_BYTES);
  const headCheckpoints = listHeadCheckpoints(head);
  return { head, headCheckpoints, prefixMark: findPrefixMark(head), others: new Map(), ...describeNew(head) };
}

/** What is known of a log that was never seen. */
function describeNew(head: Buffer) {
  const at = { at: 'start', isInsideLine: false, damage: null, isCertain: false } as const;
  return { ...at, stream: null, hasher: createHasher(null, head), fields: new FieldsWatch(head) };
}

/**
 * Finds the streams of all sites that begin like a log, the longest first; if there is only one of the site, also what its end is
 * known by, as few questions make a run over thousands of known logs short.
 */
function findCandidates(
  database: Database,
  head: readonly Checkpoint[],
  site: string,
): Promise<{ readonly candidates: readonly Candidate[]; readonly only: KnownStream | null }> {
  return database.transaction('reading', async () => {
    const [candidates = []] = await findStreams(database, [head]);
    const [candidate, another] = candidates.filter((each) => each.site === site);
    if (candidate === undefined || another !== undefined) return { candidates, only: null };
    return { candidates, only: await readStreamEnd(database, candidate) };
  });
}

/** @returns null if what was known of it was taken back since it was found: then it is known no more, or as another stream */
async function readStreamAlone(database: Database, candidate: Candidate): Promise<KnownStream | null> {
  const stream = await database.transaction('reading', () => readStream(database, candidate));
  return stream.digests.size === 0 ? null : stream;
}

/**
 * Recognises a plain file by its two ends. What lies between is not read: a log only grows.
 *
 * @param stream the only one of the site that begins like the file
 * @returns null if that does not decide which log it is: all of the file has to be read
 */
async function findByEnds(
  input: RereadableInput,
  {
    stream,
    head,
    options,
  }: { readonly stream: KnownStream; readonly head: Buffer; readonly options: IdentifyOptions },
): Promise<Comparison | null> {
  // a log begins behind others in an input, or several logs are one stream
  if (input.position > 0 || stream.pipedRun !== null) return null;
  if (options.contentCheck === 'full' || options.recount) return null;
  return compareEnd(input, { stream, head });
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
