/**
 * Adds hits up before COPY sends them, in a small cache of the objects that came last. An object that is requested often
 * becomes a few rows instead of one row for each hit. An object that comes once becomes one row. The size of the cache has
 * a bound, so it may evict an object early: the database adds up the rows of one object.
 */
import { escapeCopyText } from '../../database/copy.js';

/** Cells of the cache: 14.7 MB in all. A processor's cache holds the cells that are used most. */
const CELLS = 262_144;
/** Cells of a log until they do not suffice: most logs are small, and need not clear and look through all of them. */
const FIRST_CELLS = 4096;
/** An object may lie in any of so many neighbouring cells: their numbers fill one line of a processor's cache. */
const WAYS = 4;
/** Numbers of a cell, side by side: the id's hash, how often the object came (0 in an empty cell), its group, the id's bytes. */
const NUMBERS = 4;
const COUNT = 1;
const GROUP = 2;
const LENGTH = 3;
/** A longer id is not cached. */
const MAX_CACHED_ID_BYTES = 40;

/** Rows are handed on in pieces of about so many bytes: each becomes one message of the protocol. */
const PIECE_BYTES = 131_072;
/** Room for a row beside its id: two numbers of up to ten digits, a day, tabs and the line end. */
const ROW_BYTES = 48;

const TAB = 0x09;
const LF = 0x0a;
const ZERO = 0x30;

/** The first value and the factor of FNV-1a, 32 bits (Fowler, Noll, Vo). */
export const HASH_START = 0x811c9dc5 | 0;
export const HASH_FACTOR = 0x01000193;

/** Some cells of the cache. */
interface Cells {
  readonly numbers: Int32Array;
  readonly ids: Uint8Array;
}

function createCells(count: number): Cells {
  return { numbers: new Int32Array(count * NUMBERS), ids: new Uint8Array(count * MAX_CACHED_ID_BYTES) };
}

/** The memory of the cache, which one log after the other may use: to make it anew for each costs more than a small log. */
export class CacheMemory {
  readonly #first = createCells(FIRST_CELLS);
  #all: Cells | null = null;

  /** Takes the cells for the first objects of a log; they are empty, whatever the log before has left. */
  takeFirst(): Cells {
    this.#first.numbers.fill(0);
    return this.#first;
  }

  /** Takes as many cells as the cache may have, empty as well. */
  takeAll(): Cells {
    this.#all ??= createCells(CELLS);
    this.#all.numbers.fill(0);
    return this.#all;
  }
}

/** Turns the hits of one batch into rows for COPY. */
export class HitCounter {
  /** Rows that were written so far. */
  rowCount = 0;
  readonly #memory: CacheMemory;
  #cells: Int32Array;
  #ids: Uint8Array;
  /** The last place where neighbouring cells begin. */
  #lastPlace = FIRST_CELLS / WAYS - 1;
  /** The number of the group of a day and type: by the day, then by the type's number. */
  readonly #groupsOfDay = new Map<string, number[]>();
  /** What stands before and after the id in the rows of a group. */
  readonly #before: Buffer[] = [];
  readonly #after: Buffer[] = [];
  #scratch: Buffer = Buffer.alloc(1024);
  #piece: Buffer = Buffer.allocUnsafe(PIECE_BYTES);
  #pieceEnd = 0;
  #pieces: Buffer[] = [];

  /** @param memory no other counter uses it meanwhile */
  constructor(memory: CacheMemory) {
    this.#memory = memory;
    ({ numbers: this.#cells, ids: this.#ids } = memory.takeFirst());
  }

  /** The number of a content type's hits on a day, for `add`. */
  getGroup(typeKey: number, day: string): number {
    const groups = this.#groupsOfDay.get(day) ?? this.#addDay(day);
    const known = groups[typeKey];
    if (known !== undefined) return known;
    const group = this.#before.length;
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
    if (length > MAX_CACHED_ID_BYTES) {
      this.#write(group, bytes, from, length, 1);
      return;
    }
    let mixed = Math.imul(hash ^ group, HASH_FACTOR);
    mixed ^= mixed >>> 15;
    const cells = this.#cells;
    const first = (mixed & this.#lastPlace) * WAYS * NUMBERS;
    let rarest = first;
    let fewest = 0x7fffffff;
    for (let cell = first; cell < first + WAYS * NUMBERS; cell += NUMBERS) {
      const count = cells[cell + COUNT] ?? 0;
      if (count > 0 && cells[cell] === mixed && this.#holds(cell, group, bytes, from, length)) {
        cells[cell + COUNT] = count + 1;
        return;
      }
      if (count < fewest) {
        fewest = count;
        rarest = cell;
      }
    }
    if (fewest > 0) {
      if (this.#lastPlace < CELLS / WAYS - 1) {
        this.#addCells();
        this.add(group, hash, bytes, from, to);
        return;
      }
      this.#evict(rarest);
    }
    cells[rarest] = mixed;
    cells[rarest + COUNT] = 1;
    cells[rarest + GROUP] = group;
    cells[rarest + LENGTH] = length;
    const at = (rarest / NUMBERS) * MAX_CACHED_ID_BYTES;
    for (let index = 0; index < length; index += 1) this.#ids[at + index] = bytes[from + index] ?? 0;
  }

  #holds(cell: number, group: number, bytes: Uint8Array, from: number, length: number): boolean {
    if (this.#cells[cell + GROUP] !== group || this.#cells[cell + LENGTH] !== length) return false;
    const at = (cell / NUMBERS) * MAX_CACHED_ID_BYTES;
    for (let index = 0; index < length; index += 1) {
      if (this.#ids[at + index] !== bytes[from + index]) return false;
    }
    return true;
  }

  /** Writes the rows of the first cells and goes on with all. */
  #addCells(): void {
    this.#evictAll();
    ({ numbers: this.#cells, ids: this.#ids } = this.#memory.takeAll());
    this.#lastPlace = CELLS / WAYS - 1;
  }

  #evictAll(): void {
    for (let cell = 0; cell < this.#cells.length; cell += NUMBERS) {
      if ((this.#cells[cell + COUNT] ?? 0) > 0) this.#evict(cell);
    }
  }

  /** Writes the row of a cell and empties it. */
  #evict(cell: number): void {
    const at = (cell / NUMBERS) * MAX_CACHED_ID_BYTES;
    const group = this.#cells[cell + GROUP] ?? 0;
    const length = this.#cells[cell + LENGTH] ?? 0;
    const count = this.#cells[cell + COUNT] ?? 0;
    this.#cells[cell + COUNT] = 0;
    this.#write(group, this.#ids, at, length, count);
  }

  #write(group: number, bytes: Uint8Array, from: number, length: number, count: number): void {
    if (this.#pieceEnd + length + ROW_BYTES > this.#piece.length) this.#endPiece(length);
    const piece = this.#piece;
    let at = this.#pieceEnd;
    const before = this.#before[group];
    const after = this.#after[group];
    if (before === undefined || after === undefined) throw new Error(`there is no group ${group}`);
    for (let index = 0; index < before.length; index += 1) piece[at++] = before[index] ?? TAB;
    for (let index = 0; index < length; index += 1) piece[at++] = bytes[from + index] ?? TAB;
    for (let index = 0; index < after.length; index += 1) piece[at++] = after[index] ?? TAB;
    if (count < 10) piece[at++] = ZERO + count;
    else at += piece.write(String(count), at, 'latin1');
    piece[at++] = LF;
    this.#pieceEnd = at;
    this.rowCount += 1;
  }

  #endPiece(idBytes: number): void {
    if (this.#pieceEnd > 0) this.#pieces.push(this.#piece.subarray(0, this.#pieceEnd));
    this.#piece = Buffer.allocUnsafe(Math.max(PIECE_BYTES, idBytes + ROW_BYTES));
    this.#pieceEnd = 0;
  }

  /** Takes the pieces of rows that are full; each is returned once. */
  take(): readonly Buffer[] {
    return this.#pieces.splice(0);
  }

  /** Takes all rows that are left. */
  finish(): readonly Buffer[] {
    this.#evictAll();
    this.#endPiece(0);
    return this.take();
  }
}
