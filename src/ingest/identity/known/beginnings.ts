/**
 * Keeps the beginnings of all known logs of a site in memory: while COPY runs the database cannot be asked, and in a pipe or
 * an archive another log may begin at any line. `identify` looks again at what is found here.
 */
import type { Database } from '../../../database/database.js';
import { sql } from '../../../database/sql.js';
import { getNumber, getNumberOrNull, getText, getTextOrNull } from '../../../database/values.js';
import { STANDARD_INPUT } from '../../../source/source.js';
import { BeginningIndex } from './beginning-index.js';
import { type Beginning, DIGITS } from './beginning-tree.js';
import {
  type Checkpoint,
  HEAD_BYTES,
  listRegularCheckpoints,
  PrefixSet,
  toPrefixMark,
} from './checkpoints.js';

/** Bytes from the beginning of a line that are looked at if its first `HEAD_BYTES` agree. */
export const WINDOW_BYTES = 65_536;

/** A set of so many binary digits, 1 MiB, tells the marks of millions of lines apart. */
const SEEN_DIGITS = 23;

/** The beginning of a log that was read and is not committed yet. */
export interface StagedBeginning extends Pick<Beginning, 'prefixMark'> {
  readonly checkpoints: readonly Checkpoint[];
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
  readonly #seen = new PrefixSet(SEEN_DIGITS);
  readonly #known = new BeginningIndex();
  /** The logs of the transaction at hand, and of the one before it that is not committed yet. */
  readonly #staged = new BeginningIndex();
  readonly #site: string;
  /** Whether any log of the site came from a pipe: then one log may be several streams. */
  hasPiped = false;
  #state: State = { lastBatch: 0, lastStream: 0, lastUndo: null };
  /** Whether several logs are read for one transaction, and whether the first of them has refreshed this. */
  #group: 'none' | 'begun' | 'refreshed' = 'none';

  constructor(site: string) {
    this.#site = site;
  }

  get isEmpty(): boolean {
    return this.#known.size + this.#staged.size === 0;
  }

  /** Begins a group: until it ends, only the first `refresh` does anything, and `hasMoved` answers for all lines since then. */
  beginGroup(): void {
    this.#group = 'begun';
  }

  endGroup(): void {
    this.#group = 'none';
    this.#staged.clear();
  }

  /** Takes in a new log that is not committed yet: later ones may hold it. */
  addStaged({ prefixMark, checkpoints }: StagedBeginning): void {
    const last = checkpoints.at(-1)?.endByte;
    const window: readonly number[] = listRegularCheckpoints(WINDOW_BYTES);
    const kept = checkpoints.filter(
      ({ endByte }) => endByte <= HEAD_BYTES || window.includes(endByte) || endByte === last,
    );
    this.#staged.add({
      ...{ streamId: -1 - this.#staged.size, prefixMark, isPiped: false },
      ends: kept.map(({ endByte }) => endByte),
      digests: kept.map(({ sha256 }) => sha256.slice(0, DIGITS)),
    });
  }

  /** Takes in what was counted since the last time, by this run or another. */
  async refresh(database: Database): Promise<void> {
    if (this.#group === 'refreshed') return;
    if (this.#group === 'begun') this.#group = 'refreshed';
    this.#seen.clear();
    await database.transaction('reading', async () => {
      const state = await readState(database);
      if (state.lastUndo !== this.#state.lastUndo || state.lastBatch < this.#state.lastBatch) {
        this.#known.clear();
        this.#state = { lastBatch: 0, lastStream: 0, lastUndo: null };
      }
      if (state.lastBatch > this.#state.lastBatch) {
        for (const beginning of await readBeginnings(database, this.#site, this.#state.lastBatch)) {
          this.hasPiped ||= beginning.isPiped;
          this.#known.add(beginning);
        }
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
    return all.some((beginning) => {
      const { streamId, prefixMark, digests } = beginning;
      // a log of the group before was looked for while it was not committed
      const isNew = this.#known.get(streamId)?.digests[0] !== digests[0] && !this.#staged.hasAlike(beginning);
      return isNew && (!looked || prefixMark === null || this.#seen.mayHave(prefixMark));
    });
  }

  /** Whether a log may begin with the 16 bytes at a position. */
  mayBegin(bytes: Buffer, at: number): boolean {
    const mark = toPrefixMark(bytes, at);
    this.#seen.add(mark);
    return this.#known.mayHave(mark) || this.#staged.mayHave(mark);
  }

  /** Whether a line, with its end, was cut off and goes on with the first line of a log. */
  endsWithFirstLine(line: Buffer): boolean {
    return this.#known.endsWithFirstLine(line) || this.#staged.endsWithFirstLine(line);
  }

  /** Logs that may begin with these bytes; far fewer than are known. */
  find(bytes: Buffer): readonly Beginning[] {
    const known = this.#known.find(bytes);
    const staged = this.#staged.size === 0 ? known : this.#staged.find(bytes);
    if (staged === known || staged.length === 0) return known;
    return known.length === 0 ? staged : [...known, ...staged];
  }
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
