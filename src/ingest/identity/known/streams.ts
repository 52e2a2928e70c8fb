/** Reads what the database knows of logs: streams, their digests and the ranges that were counted. */
import type { FileHandle } from 'node:fs/promises';
import type { Database } from '../../../database/database.js';
import { sql } from '../../../database/sql.js';
import { getNumber, getNumberOrNull, getText } from '../../../database/values.js';
import { readRange, STANDARD_INPUT } from '../../../source/source.js';
import {
  type Checkpoint,
  findLinkBefore,
  HEAD_BYTES,
  listHeadCheckpoints,
  listRegularCheckpoints,
  PrefixHasher,
} from './checkpoints.js';

/** Decompressed bytes of a log, from `start` up to but without `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A range that was counted, and what became of its lines. */
export interface KnownRange extends Range {
  readonly lines: number;
  readonly counted: number;
  readonly robots: number;
  readonly unattributed: number;
  readonly filtered: number;
  readonly rejected: number;
  /** The run that counted it. */
  readonly run: number;
  /** The names of the summaries beside the hits that it was counted in. */
  readonly summaries: readonly string[];
}

/** A range that was not counted. */
export interface UncountedRange extends Range {
  /** Lines of the log that were counted before it. */
  readonly linesBefore: number;
}

/** A stream that may be the log at hand. */
export interface Candidate {
  readonly streamId: number;
  readonly site: string;
  readonly state: StreamState;
  /** The last checkpoint. */
  readonly knownBytes: number;
  /** The path at which it was last seen. */
  readonly path: string;
  /** The last run that counted any of it from a pipe, where other logs may follow it; null if none did. */
  readonly pipedRun: number | null;
}

/** `open`: may grow; `final`: an archive that was read to its end; `damaged`: one that was cut off. */
export type StreamState = 'open' | 'final' | 'damaged';

/** All that is known of a stream. */
export interface KnownStream extends Candidate {
  /** Its digests as hex, by the number of bytes that they are of; of a stream that was read by its end, those of the end. */
  readonly digests: ReadonlyMap<number, string>;
  /** What was counted, in order. */
  readonly ranges: readonly KnownRange[];
}

/**
 * Finds the streams of all sites that begin like some inputs.
 *
 * @param heads the digests of the beginning of each input
 * @returns those of each input, the longest first
 */
export async function findStreams(
  database: Database,
  heads: readonly (readonly Checkpoint[])[],
): Promise<readonly (readonly Candidate[])[]> {
  if (heads.length === 0) return [];
  const found: Candidate[][] = heads.map(() => []);
  const given = heads.flatMap((head, input) => head.map((checkpoint) => ({ input, ...checkpoint })));
  const { rows } = await database.query(sql.findStreams, [
    given.map(({ input }) => input),
    given.map(({ endByte }) => endByte),
    given.map(({ sha256 }) => sha256),
    ...[STANDARD_INPUT, listRegularCheckpoints(HEAD_BYTES)],
  ]);
  for (const row of rows) {
    found[getNumber(row, 'input')]?.push({
      streamId: getNumber(row, 'stream_id'),
      site: getText(row, 'site'),
      state: getText(row, 'state') as StreamState,
      knownBytes: getNumber(row, 'known_bytes'),
      path: getText(row, 'last_path'),
      pipedRun: getNumberOrNull(row, 'piped_run'),
    });
  }
  return found;
}

/** Reads everything that is known of a stream. */
export async function readStream(database: Database, candidate: Candidate): Promise<KnownStream> {
  const ranges = await readRanges(database, candidate.streamId);
  return { ...candidate, digests: await readDigests(database, candidate.streamId, 0), ranges };
}

/** Reads what was counted of a stream, and its digests from its end on, or from its first gap on if that is earlier. */
export async function readStreamEnd(database: Database, candidate: Candidate): Promise<KnownStream> {
  const { streamId, knownBytes } = candidate;
  const ranges = await readRanges(database, streamId);
  const uncounted = listUncountedRanges(ranges)[0]?.start ?? 0;
  const from = Math.min(findEndLink(knownBytes), findLinkBefore(uncounted));
  return { ...candidate, digests: await readDigests(database, streamId, from), ranges };
}

/**
 * Finds where the end of a log begins by which it is recognised. The last link of the chain may lie only a few bytes before the
 * end, so it is the one before: from 1 MiB on the end has 1 to 2 MiB.
 *
 * @param knownBytes the last checkpoint of the log
 * @returns 0 if the log is too short to have a middle
 */
export function findEndLink(knownBytes: number): number {
  return findLinkBefore(findLinkBefore(knownBytes));
}

/** Reads what was counted of a stream, in order. */
export async function readRanges(database: Database, streamId: number): Promise<readonly KnownRange[]> {
  const { rows } = await database.query(sql.selectStreamRanges, [streamId]);
  return rows.map((row) => ({
    start: getNumber(row, 'start_byte'),
    end: getNumber(row, 'end_byte'),
    lines: getNumber(row, 'lines'),
    counted: getNumber(row, 'counted'),
    robots: getNumber(row, 'robots'),
    unattributed: getNumber(row, 'unattributed'),
    filtered: getNumber(row, 'filtered'),
    rejected: getNumber(row, 'rejected'),
    run: getNumber(row, 'run_id'),
    summaries: toNames(getText(row, 'summaries')),
  }));
}

/** @param names with commas between them */
export function toNames(names: string): readonly string[] {
  return names === '' ? [] : names.split(',');
}

async function readDigests(
  database: Database,
  streamId: number,
  from: number,
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await database.query(sql.selectStreamDigests, [streamId, from]);
  return new Map(rows.map((row) => [getNumber(row, 'end_byte'), getText(row, 'sha256')]));
}

/** Lists the ranges before and between the counted ones, and the one behind the last counted byte, which has no end yet. */
export function listUncountedRanges(ranges: readonly KnownRange[]): readonly UncountedRange[] {
  const uncounted: UncountedRange[] = [];
  let end = 0;
  let linesBefore = 0;
  for (const range of ranges) {
    if (range.start > end) uncounted.push({ start: end, end: range.start, linesBefore });
    end = Math.max(end, range.end);
    linesBefore += range.lines;
  }
  return [...uncounted, { start: end, end: Number.POSITIVE_INFINITY, linesBefore }];
}

/** The runs that counted something of a log, in order. */
export function listRuns({ ranges }: KnownStream): readonly number[] {
  return [...new Set(ranges.map(({ run }) => run))].toSorted((a, b) => a - b);
}

/** A plain file that is open. */
export interface PlainFile {
  /** Names it in messages. */
  readonly path: string;
  readonly file: FileHandle;
  readonly bytes: number;
}

/** The known logs that a file may be. */
export interface KnownFile {
  /** The streams that it is, at most one of each site. */
  readonly streams: readonly number[];
  /** Whether it may be a copy of the beginning of a known log. */
  readonly mayBeCopy: boolean;
}

/**
 * Finds the known logs that a plain file is by its first bytes and the digest at the end of what is known, for those who only ask how far
 * it was counted: `identify.ts` decides what is counted. Call it in a transaction.
 *
 * @throws InputError if the file cannot be read
 */
export async function findKnownFile(database: Database, plain: PlainFile): Promise<KnownFile> {
  const head = await readRange(plain.path, plain.file, [0, Math.min(plain.bytes, HEAD_BYTES)]);
  const [candidates = []] = await findStreams(database, [listHeadCheckpoints(head)]);
  const found = new Map<string, number>();
  // the longest first
  for (const candidate of candidates)
    if (!found.has(candidate.site) && (await hasKnownEnd(database, candidate, plain)))
      found.set(candidate.site, candidate.streamId);
  return {
    streams: [...found.values()],
    mayBeCopy: candidates.some(({ knownBytes }) => knownBytes > plain.bytes),
  };
}

/** Whether the file has the digest of all bytes that are known of a stream. From 1 MiB on at most 1 MiB of it is read. */
async function hasKnownEnd(
  database: Database,
  candidate: Candidate,
  { path, file, bytes }: PlainFile,
): Promise<boolean> {
  const { knownBytes } = candidate;
  if (knownBytes === 0 || knownBytes > bytes) return false;
  const stream = await readStreamEnd(database, candidate);
  const link = findLinkBefore(knownBytes);
  const linkDigest = stream.digests.get(link);
  if (link > 0 && linkDigest === undefined) return false;
  const hasher = new PrefixHasher(
    [],
    linkDigest === undefined ? null : { endByte: link, sha256: linkDigest },
  );
  hasher.update(await readRange(path, file, [hasher.position, knownBytes]));
  const { endByte, sha256 } = hasher.getCheckpoint();
  return endByte === knownBytes && stream.digests.get(knownBytes) === sha256;
}
