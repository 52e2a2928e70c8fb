/**
 * Keeps the beginnings of all known logs of a site in memory: while COPY runs the database cannot be asked, and in a pipe or
 * an archive another log may begin at any line. `identify` looks again at what is found here.
 */
import type { Database } from '../../../database/database.js';
import { sql } from '../../../database/sql.js';
import { getNumber, getNumberOrNull, getText, getTextOrNull } from '../../../database/values.js';
import { STANDARD_INPUT } from '../../../source/source.js';
import {
  digestPrefix,
  FIRST_CHECKPOINT,
  HEAD_BYTES,
  listRegularCheckpoints,
  PrefixSet,
  toPrefixMark,
} from './checkpoints.js';

/** Hexadecimal digits that are kept of a digest. */
const DIGITS = 16;

/** Bytes from the beginning of a line that are looked at if its first `HEAD_BYTES` agree. */
export const WINDOW_BYTES = 65_536;

/** A checkpoint that lies within the first line of most logs, but behind its client and time. */
const LINE_CHECKPOINT = 64;

/** The beginning of a known log, by which the log is recognised. */
export interface Beginning {
  readonly streamId: number;
  /** The number of its first 16 bytes; null if it had fewer at first. */
  readonly prefixMark: number | null;
  /** Whether any of it came from a pipe: then several logs may be one stream, and the first of them may have grown since. */
  readonly isPiped: boolean;
  /** Positions that have a digest, ascending: those up to `HEAD_BYTES`, the regular ones up to `WINDOW_BYTES`, and its end. */
  readonly ends: readonly number[];
  /** The first digits of their digests. */
  readonly digests: readonly string[];
}

/** The logs that begin with the same 16 bytes. */
interface Alike {
  readonly all: Map<number, Beginning>;
  /** Those of fewer than 64 bytes. */
  readonly short: Map<number, Beginning>;
}

interface State {
  readonly lastBatch: number;
  readonly lastStream: number;
  /** Null if no run was undone. */
  readonly lastUndo: string | null;
}

/** What is known of how the logs of a site begin. */
export class Beginnings {
  /** The line starts that were looked at since the last `refresh`. */
  readonly #seen = new PrefixSet();
  readonly #known = new PrefixSet();
  readonly #site: string;
  /** Whether any log of the site came from a pipe: then one log may be several streams. */
  hasPiped = false;
  #state: State = { lastBatch: 0, lastStream: 0, lastUndo: null };
  readonly #byStream = new Map<number, Beginning>();
  /** By the digest of their first 16 bytes. */
  readonly #byPrefix = new Map<string, Alike>();
  /** By the digest of their first 64 bytes: thousands of logs may begin with the same client. */
  readonly #byLine = new Map<string, Map<number, Beginning>>();
  /** Logs that are, or at first were, shorter than the first checkpoint. */
  readonly #short = new Map<number, Beginning>();

  constructor(site: string) {
    this.#site = site;
  }

  get isEmpty(): boolean {
    return this.#byStream.size === 0;
  }

  /** Takes in what was counted since the last time, by this run or another. */
  async refresh(database: Database): Promise<void> {
    this.#seen.clear();
    await database.transaction('reading', async () => {
      const state = await readState(database);
      if (state.lastUndo !== this.#state.lastUndo || state.lastBatch < this.#state.lastBatch) {
        this.#known.clear();
        for (const map of [this.#byStream, this.#byPrefix, this.#byLine, this.#short]) map.clear();
        this.#state = { lastBatch: 0, lastStream: 0, lastUndo: null };
      }
      if (state.lastBatch > this.#state.lastBatch) {
        this.#add(await readBeginnings(database, this.#site, this.#state.lastBatch));
      }
      this.#state = state;
    });
  }

  /**
   * Whether a log has become known since `refresh` that may begin in what was read. Call it under the merge lock.
   *
   * @param looked whether each line was looked at since `refresh`
   */
  async hasMoved(database: Database, looked: boolean): Promise<boolean> {
    const state = await readState(database);
    if (state.lastStream === this.#state.lastStream && state.lastUndo === this.#state.lastUndo) return false;
    const all = await readBeginnings(database, this.#site, 0);
    return all.some(({ streamId, prefixMark, digests }) => {
      const isNew = this.#byStream.get(streamId)?.digests[0] !== digests[0];
      return isNew && (!looked || prefixMark === null || this.#seen.mayHave(prefixMark));
    });
  }

  /** Whether a log may begin with the 16 bytes at a position. */
  mayBegin(bytes: Buffer, at: number): boolean {
    const mark = toPrefixMark(bytes, at);
    this.#seen.add(mark);
    return this.#short.size > 0 || this.#known.mayHave(mark);
  }

  /** Logs that may begin with these bytes; far fewer than are known. */
  find(bytes: Buffer): readonly Beginning[] {
    const short = this.#findShort(bytes);
    if (bytes.length < FIRST_CHECKPOINT) return short;
    const alike = this.#byPrefix.get(digest(bytes.subarray(0, FIRST_CHECKPOINT)));
    if (alike === undefined) return short;
    if (bytes.length < LINE_CHECKPOINT) return [...short, ...alike.all.values()];
    const long = this.#byLine.get(digest(bytes.subarray(0, LINE_CHECKPOINT)));
    return [...short, ...alike.short.values(), ...(long?.values() ?? [])];
  }

  #findShort(bytes: Buffer): readonly Beginning[] {
    return [...this.#short.values()].filter(({ ends: [end = 0], digests: [first] }) => {
      return end <= bytes.length && first === digest(bytes.subarray(0, end));
    });
  }

  #add(beginnings: readonly Beginning[]): void {
    for (const beginning of beginnings) {
      const { streamId, prefixMark, ends, digests } = beginning;
      this.#byStream.set(streamId, beginning);
      this.hasPiped ||= beginning.isPiped;
      this.#short.delete(streamId);
      const prefix = digests[ends.indexOf(FIRST_CHECKPOINT)];
      const line = digests[ends.indexOf(LINE_CHECKPOINT)];
      if (prefix === undefined || prefixMark === null) {
        this.#short.set(streamId, beginning);
        continue;
      }
      this.#known.add(prefixMark);
      const alike: Alike = this.#byPrefix.get(prefix) ?? { all: new Map(), short: new Map() };
      this.#byPrefix.set(prefix, alike);
      alike.all.set(streamId, beginning);
      alike.short.delete(streamId);
      if (line === undefined) {
        alike.short.set(streamId, beginning);
        continue;
      }
      const ofLine = this.#byLine.get(line) ?? new Map<number, Beginning>();
      this.#byLine.set(line, ofLine.set(streamId, beginning));
    }
  }
}

/** The first digits of the digest of the first bytes of a log. */
export function digest(bytes: Buffer): string {
  return digestPrefix(bytes).slice(0, DIGITS);
}

async function readState(database: Database): Promise<State> {
  const [row] = (await database.query(sql.selectBeginningsState)).rows;
  return {
    lastBatch: getNumber(row, 'last_batch'),
    lastStream: getNumber(row, 'last_stream'),
    lastUndo: row === undefined ? null : getTextOrNull(row, 'last_undo'),
  };
}

async function readBeginnings(
  database: Database,
  site: string,
  afterBatch: number,
): Promise<readonly Beginning[]> {
  const { rows } = await database.query(sql.selectBeginnings, [
    ...[site, afterBatch, STANDARD_INPUT, DIGITS, HEAD_BYTES],
    listRegularCheckpoints(WINDOW_BYTES),
  ]);
  return rows.map((row) => {
    const checkpoints = getText(row, 'digests')
      .split(' ')
      .map((checkpoint) => checkpoint.split(':'));
    return {
      streamId: getNumber(row, 'stream_id'),
      prefixMark: getNumberOrNull(row, 'prefix_mark'),
      isPiped: row['is_piped'] === true,
      ends: checkpoints.map(([end]) => Number(end)),
      digests: checkpoints.map(([, sha256 = '']) => sha256),
    };
  });
}
