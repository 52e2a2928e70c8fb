/**
 * Tells how far the counting is behind the logs of this host, by a look at the files; they are only read. A log is looked for at the
 * path at which it was last counted, and is known by its content.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Database } from '../database/database.js';
import { findErrorCode, InputError } from '../errors.js';
import { findKnownFile } from '../ingest/identity/identity.js';
import { findPackedEnds, LF, readRange, STANDARD_INPUT, toInputError } from '../source/source.js';

/**
 * Why nobody can tell how far a log is behind. `archive`: it is compressed, and grows no more; `piped`: it came through standard
 * input; `elsewhere`: another host has it; `gone`: there is no file at its path; `replaced`: the file is another log; `unreadable`:
 * the user may not read it.
 */
export type LagUnknown = 'archive' | 'piped' | 'elsewhere' | 'gone' | 'replaced' | 'unreadable';

/** What of a log waits to be counted. */
export interface Lag {
  /** Bytes of whole lines that are not counted; of a gap as well. */
  readonly lagBytes: number;
  /** How long the oldest of them may have waited at most: seconds since the log was last looked at; 0 if none waits. */
  readonly lagSeconds: number;
}

/** A file at a known path that is no known log: the next one after a rotation. */
export interface NewLog extends Lag {
  readonly path: string;
}

/** A log as the database knows it. */
export interface KnownLog {
  readonly stream: number;
  readonly state: string;
  readonly path: string;
  readonly lastSeenAt: string;
  readonly countedTo: number;
  readonly countedBytes: number;
  /** The host of the run that counted the last of it; null if nothing is counted. */
  readonly host: string | null;
}

export interface Lags {
  readonly known: ReadonlyMap<number, Lag>;
  /** Why the others have no lag. */
  readonly unknown: ReadonlyMap<number, LagUnknown>;
  readonly newLogs: readonly NewLog[];
  /** The streams that were seen within a week before this host last saw any log. */
  readonly watched: ReadonlySet<number>;
}

/** Milliseconds: paths at which nothing was counted for longer, while others were, are rotated names or were given once. */
const WATCHED_MS = 7 * 24 * 3_600_000;

const NO_LAG: Lag = { lagBytes: 0, lagSeconds: 0 };

/** Looks at the files of logs. Call it in the transaction that has read these. @param now milliseconds since 1970 */
export async function readLags(database: Database, logs: readonly KnownLog[], now: number): Promise<Lags> {
  const host = hostname();
  const ofHost = logs.filter((log) => log.host === host);
  const lastLookMs = ofHost.reduce((last, log) => Math.max(last, toSeenMs(log)), 0);
  const watched = new Set(
    ofHost.filter((log) => toSeenMs(log) >= lastLookMs - WATCHED_MS).map(({ stream }) => stream),
  );
  const byStream = new Map(logs.map((log) => [log.stream, log]));
  const known = new Map<number, Lag>();
  const unknown = new Map<number, LagUnknown>();
  const newLogs: NewLog[] = [];
  for (const [path, ofPath] of groupByPath(logs.filter(isPlainLog))) {
    const look = await lookAt(database, path, ofPath);
    for (const [stream, wholeEnd] of look.streams) {
      const log = byStream.get(stream);
      if (log !== undefined) known.set(stream, toLag(log, wholeEnd, now));
    }
    for (const { stream } of ofPath) unknown.set(stream, look.otherwise);
    const last = getLastSeen(ofPath);
    if (look.newBytes > 0 && watched.has(last.stream))
      newLogs.push({ path, lagBytes: look.newBytes, lagSeconds: toSeconds(last, now) });
  }
  for (const log of logs) {
    if (known.has(log.stream)) unknown.delete(log.stream);
    else if (log.path === STANDARD_INPUT) unknown.set(log.stream, 'piped');
    else if (log.state !== 'open') unknown.set(log.stream, 'archive');
    else if (log.host !== null && log.host !== host) unknown.set(log.stream, 'elsewhere');
  }
  return { known, unknown, newLogs, watched };
}

function isPlainLog({ state, path }: KnownLog): boolean {
  return state === 'open' && path !== STANDARD_INPUT;
}

function groupByPath(logs: readonly KnownLog[]): ReadonlyMap<string, readonly [KnownLog, ...KnownLog[]]> {
  const groups = new Map<string, [KnownLog, ...KnownLog[]]>();
  for (const log of logs) {
    const group = groups.get(log.path);
    if (group === undefined) groups.set(log.path, [log]);
    else group.push(log);
  }
  return groups;
}

function getLastSeen([first, ...others]: readonly [KnownLog, ...KnownLog[]]): KnownLog {
  return others.reduce((last, log) => (toSeenMs(log) >= toSeenMs(last) ? log : last), first);
}

function toSeenMs({ lastSeenAt }: Pick<KnownLog, 'lastSeenAt'>): number {
  return Date.parse(lastSeenAt);
}

function toSeconds(log: KnownLog, now: number): number {
  return Math.max(0, now - toSeenMs(log)) / 1000;
}

/** @param wholeEnd the byte after the last whole line of its file */
function toLag(log: KnownLog, wholeEnd: number, now: number): Lag {
  const gaps = log.countedTo - log.countedBytes;
  const lagBytes = Math.max(0, wholeEnd - log.countedTo) + gaps;
  return lagBytes === 0 ? NO_LAG : { lagBytes, lagSeconds: toSeconds(log, now) };
}

/** Does not wait for the writer of a pipe that has taken the file's place. Windows has no such flag. */
const AT_ONCE = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** What a look at a path has shown. */
interface Look {
  /** The streams that its file is, each with the byte after the last whole line. */
  readonly streams: ReadonlyMap<number, number>;
  /** Why the other streams of the path cannot be told. */
  readonly otherwise: LagUnknown;
  /** Bytes of whole lines of a log that nobody has counted. */
  readonly newBytes: number;
}

async function lookAt(
  database: Database,
  path: string,
  logs: readonly [KnownLog, ...KnownLog[]],
): Promise<Look> {
  const seen = (otherwise: LagUnknown): Look => ({ streams: new Map(), otherwise, newBytes: 0 });
  let file: FileHandle | null = null;
  try {
    const stats = await stat(path);
    if (!stats.isFile()) return seen('replaced');
    const last = getLastSeen(logs);
    const isUnchanged = stats.size === last.countedBytes && stats.mtimeMs < toSeenMs(last);
    if (isUnchanged) return { ...seen('replaced'), streams: new Map([[last.stream, stats.size]]) };
    file = await open(path, AT_ONCE);
    // the file that is open is the one that is measured
    const opened = await file.stat();
    if (!opened.isFile()) return seen('replaced');
    const bytes = opened.size;
    const { streams, mayBeCopy } = await findKnownFile(database, { path, file, bytes });
    const wholeEnd = await findWholeEnd(path, file, bytes);
    if (streams.length > 0)
      return { ...seen('replaced'), streams: new Map(streams.map((stream) => [stream, wholeEnd])) };
    if ((await findPackedEnds(path)) !== null) return seen('archive');
    return { ...seen('replaced'), newBytes: mayBeCopy ? 0 : wholeEnd };
  } catch (error) {
    if (!(toInputError(path, error) instanceof InputError)) throw error;
    const cause = error instanceof InputError ? error.cause : error;
    return seen(['ENOENT', 'ENOTDIR'].includes(findErrorCode(cause) ?? '') ? 'gone' : 'unreadable');
  } finally {
    await file?.close();
  }
}

/** Bytes at the end of a file in which the end of its last whole line is looked for. A longer line counts as whole. */
const TAIL_BYTES = 65_536;

async function findWholeEnd(path: string, file: FileHandle, bytes: number): Promise<number> {
  const from = Math.max(0, bytes - TAIL_BYTES);
  const at = (await readRange(path, file, [from, bytes])).lastIndexOf(LF);
  if (at !== -1) return from + at + 1;
  return from === 0 ? 0 : bytes;
}
