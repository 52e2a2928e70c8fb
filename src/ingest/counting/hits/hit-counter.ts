/**
 * Adds the hits of a log up before COPY sends them, in a small cache of the objects that came last. An object that is requested often
 * becomes a few rows instead of one row for each hit. An object that comes once becomes one row. The size of the cache has
 * a bound, so it may evict an object early: the database adds up the rows of one object.
 */
import { escapeCopyText } from '../../../database/copy.js';
import {
  type CacheMemory,
  type Cells,
  COUNT,
  GROUP,
  HASH_FACTOR,
  HASH_START,
  LENGTH,
  MAX_ID_BYTES,
  mixHash,
  NUMBERS,
} from './cells.js';
import { RowWriter } from './row-writer.js';

/** An object may lie in any of so many neighbouring cells: their numbers fill one line of a processor's cache. */
const WAYS = 4;

/** Bytes of rows that are held for a group; more of them are sent as they come. */
const MAX_HELD_BYTES = 1_048_576;

/** The hits of a content type on a day. */
export interface HitGroup {
  readonly typeKey: number;
  readonly day: string;
}

/** The hits of a small log, of which no row was sent. They are there until the next log is counted. */
export interface HeldHits {
  readonly cells: Cells;
  /** The number of a group in a cell is its place here. */
  readonly groups: readonly HitGroup[];
  /** Rows of objects that do not fit into cells. */
  readonly rows: readonly Buffer[];
  readonly rowCount: number;
}

/** Turns the hits of one log into rows for COPY. */
export class HitCounter {
  readonly #memory: CacheMemory;
  readonly #writer = new RowWriter();
  /** Whether all hits are kept here, to be added up with those of other logs. */
  #holds: boolean;
  #size = 0;
  #isLast = false;
  /** Cells that are taken, as long as there may be more of them. */
  #used = 0;
  #cells: Int32Array;
  #ids: Uint8Array;
  /** The last place where neighbouring cells begin. */
  #lastPlace: number;
  /** The number of the group of a day and type: by the day, then by the type's number. */
  readonly #groupsOfDay = new Map<string, number[]>();
  readonly #groups: HitGroup[] = [];
  /** What stands before and after the id in the rows of a group. */
  readonly #before: Buffer[] = [];
  readonly #after: Buffer[] = [];
  #scratch: Buffer = Buffer.alloc(1024);

  /**
   * @param memory no other counter uses it meanwhile
   * @param holds whether a small log is left in the cells, for `getHeld`
   */
  constructor(memory: CacheMemory, holds = false) {
    this.#memory = memory;
    this.#holds = holds;
    ({ numbers: this.#cells, ids: this.#ids } = memory.take(0));
    this.#lastPlace = this.#cells.length / NUMBERS / WAYS - 1;
  }

  /** Rows that were written so far, and will be sent. */
  get rowCount(): number {
    return this.#holds ? 0 : this.#writer.rowCount;
  }

  /** The number of a content type's hits on a day, for `add`. */
  getGroup(typeKey: number, day: string): number {
    const groups = this.#groupsOfDay.get(day) ?? this.#addDay(day);
    const known = groups[typeKey];
    if (known !== undefined) return known;
    const group = this.#groups.push({ typeKey, day }) - 1;
    groups[typeKey] = group;
    this.#before.push(Buffer.from(`${typeKey}\t`));
    this.#after.push(Buffer.from(`\t${day}\t`));
    return group;
  }

  #addDay(day: string): number[] {
    const groups: number[] = [];
    this.#groupsOfDay.set(day, groups);
    return groups;
  }

  /** Lists the first days of the months that a group was asked for: `2026-04-01`. */
  listMonths(): readonly string[] {
    return [...new Set([...this.#groupsOfDay.keys()].map((day) => `${day.slice(0, -'dd'.length)}01`))];
  }

  /** Counts one hit of an object. */
  addText(group: number, objectId: string): void {
    const text = escapeCopyText(objectId);
    const mostBytes = text.length * 3;
    if (mostBytes > this.#scratch.length) this.#scratch = Buffer.alloc(mostBytes);
    const end = this.#scratch.write(text, 'utf8');
    let hash = HASH_START;
    for (let at = 0; at < end; at += 1) hash = Math.imul(hash ^ (this.#scratch[at] ?? 0), HASH_FACTOR);
    this.add(group, hash, this.#scratch, 0, end);
  }

  /**
   * Counts one hit of an object.
   *
   * @param hash FNV-1a of the id
   * @param bytes hold the id from `from` up to `to`, in UTF-8, as COPY wants it
   */
  add(group: number, hash: number, bytes: Uint8Array, from: number, to: number): void {
    const length = to - from;
    if (length > MAX_ID_BYTES) this.#write(group, bytes, from, length, 1);
    else this.#addTimes(group, hash, bytes, from, length, 1);
  }

  #addTimes(
    group: number,
    hash: number,
    bytes: Uint8Array,
    from: number,
    length: number,
    times: number,
  ): void {
    let cells = this.#cells;
    let first = (mixHash(hash, group) & this.#lastPlace) * WAYS * NUMBERS;
    let rarest = first;
    for (;;) {
      rarest = first;
      let fewest = 0x7fffffff;
      for (let cell = first; cell < first + WAYS * NUMBERS; cell += NUMBERS) {
        const count = cells[cell + COUNT] ?? 0;
        if (count > 0 && cells[cell] === hash && this.#holdsId(cell, group, bytes, from, length)) {
          cells[cell + COUNT] = count + times;
          return;
        }
        if (count < fewest) {
          fewest = count;
          rarest = cell;
        }
      }
      if (fewest === 0) break;
      if (this.#isLast) {
        this.#evict(rarest);
        break;
      }
      // all neighbours are taken: it is among the next ones, unless there are too few cells
      if (this.#used * 2 > cells.length / NUMBERS) {
        this.#grow();
        cells = this.#cells;
        first = (mixHash(hash, group) & this.#lastPlace) * WAYS * NUMBERS;
      } else first = (first + WAYS * NUMBERS) % cells.length;
    }
    this.#used += 1;
    cells[rarest] = hash;
    cells[rarest + COUNT] = times;
    cells[rarest + GROUP] = group;
    cells[rarest + LENGTH] = length;
    const at = (rarest / NUMBERS) * MAX_ID_BYTES;
    for (let index = 0; index < length; index += 1) this.#ids[at + index] = bytes[from + index] ?? 0;
  }

  #holdsId(cell: number, group: number, bytes: Uint8Array, from: number, length: number): boolean {
    if (this.#cells[cell + GROUP] !== group || this.#cells[cell + LENGTH] !== length) return false;
    const at = (cell / NUMBERS) * MAX_ID_BYTES;
    for (let index = 0; index < length; index += 1) {
      if (this.#ids[at + index] !== bytes[from + index]) return false;
    }
    return true;
  }

  /** Goes on with more cells. A log that needs all of them is large: its rows are sent as they come. */
  #grow(): void {
    const [cells, ids] = [this.#cells, this.#ids];
    this.#size += 1;
    this.#used = 0;
    this.#isLast = this.#memory.isLast(this.#size);
    if (this.#isLast) this.#holds = false;
    ({ numbers: this.#cells, ids: this.#ids } = this.#memory.take(this.#size));
    this.#lastPlace = this.#cells.length / NUMBERS / WAYS - 1;
    for (let cell = 0; cell < cells.length; cell += NUMBERS) {
      const count = cells[cell + COUNT] ?? 0;
      if (count === 0) continue;
      const at = (cell / NUMBERS) * MAX_ID_BYTES;
      this.#addTimes(cells[cell + GROUP] ?? 0, cells[cell] ?? 0, ids, at, cells[cell + LENGTH] ?? 0, count);
    }
  }

  #evictAll(): void {
    for (let cell = 0; cell < this.#cells.length; cell += NUMBERS) {
      if ((this.#cells[cell + COUNT] ?? 0) > 0) this.#evict(cell);
    }
  }

  /** Writes the row of a cell and empties it. */
  #evict(cell: number): void {
    const at = (cell / NUMBERS) * MAX_ID_BYTES;
    const group = this.#cells[cell + GROUP] ?? 0;
    const length = this.#cells[cell + LENGTH] ?? 0;
    const count = this.#cells[cell + COUNT] ?? 0;
    this.#cells[cell + COUNT] = 0;
    this.#write(group, this.#ids, at, length, count);
  }

  #write(group: number, bytes: Uint8Array, from: number, length: number, count: number): void {
    const before = this.#before[group];
    const after = this.#after[group];
    if (before === undefined || after === undefined) throw new Error(`there is no group ${group}`);
    this.#writer.write(before, { bytes, from, length }, after, count);
  }

  /** Whether the log is still small enough to be held. */
  #isHeld(): boolean {
    this.#holds &&= this.#writer.waitingBytes <= MAX_HELD_BYTES;
    return this.#holds;
  }

  /** Takes the pieces of rows that are full; each is returned once. */
  take(): readonly Buffer[] {
    return this.#isHeld() ? [] : this.#writer.take();
  }

  /** Takes all rows that are left; none of a small log that is held. */
  finish(): readonly Buffer[] {
    if (this.#isHeld()) return [];
    this.#evictAll();
    return this.#writer.finish();
  }

  /** The hits of a log of which no row was sent; null if they were. Asked once, when it is finished. */
  getHeld(): HeldHits | null {
    if (!this.#holds) return null;
    const cells = { numbers: this.#cells, ids: this.#ids };
    const { rowCount } = this.#writer;
    return { cells, groups: this.#groups, rows: this.#writer.finish(), rowCount };
  }
}
