/** The objects that the logs of a group requested, each with its day, once. They stay in the order in which they came. */
import { mixHash } from './cells.js';

/** At most so many of 4 places of the index are taken. */
const MAX_LOAD = 3;

/** Numbers of an object, side by side: its id's hash, its group, its log, its hits, where its id ends. */
const NUMBERS = 5;
const GROUP = 1;
const LOG = 2;
const HITS = 3;
const ID_END = 4;

/** The log of an object that several logs requested. */
export const SEVERAL = -1;

/** Hits of an object in a log, and its id: `idLength` bytes from `idAt` on. */
export interface ObjectHits {
  readonly hash: number;
  /** The content type and day. */
  readonly group: number;
  readonly log: number;
  readonly hits: number;
  readonly ids: Uint8Array;
  readonly idAt: number;
  readonly idLength: number;
}

/** Objects by id and group. */
export class ObjectTable {
  size = 0;
  ids = Buffer.alloc(16_384);
  #numbers = new Int32Array(1024 * NUMBERS);
  /** The number of an object and 1, at the place that its hash leads to, or one of the next; 0 where there is none. */
  #index = new Int32Array(4096);

  getGroup(object: number): number {
    return this.#numbers[object * NUMBERS + GROUP] ?? 0;
  }

  /** The log that alone requested the object, or `SEVERAL`. */
  getLog(object: number): number {
    return this.#numbers[object * NUMBERS + LOG] ?? 0;
  }

  getHits(object: number): number {
    return this.#numbers[object * NUMBERS + HITS] ?? 0;
  }

  /** Where the id of an object begins in `ids`. */
  getIdStart(object: number): number {
    return object === 0 ? 0 : this.getIdEnd(object - 1);
  }

  getIdEnd(object: number): number {
    return this.#numbers[object * NUMBERS + ID_END] ?? 0;
  }

  /** Adds hits of an object. @returns the object's number */
  add(added: ObjectHits): number {
    const { hash, group, log, hits } = added;
    const last = this.#index.length - 1;
    let place = mixHash(hash, group) & last;
    for (let entry = this.#index[place] ?? 0; entry !== 0; entry = this.#index[place] ?? 0) {
      const at = (entry - 1) * NUMBERS;
      if (
        this.#numbers[at] === hash &&
        this.#numbers[at + GROUP] === group &&
        this.#hasId(entry - 1, added)
      ) {
        this.#numbers[at + HITS] = (this.#numbers[at + HITS] ?? 0) + hits;
        if (this.#numbers[at + LOG] !== log) this.#numbers[at + LOG] = SEVERAL;
        return entry - 1;
      }
      place = (place + 1) & last;
    }
    this.#index[place] = this.#append(added) + 1;
    if (this.size * 4 > this.#index.length * MAX_LOAD) this.#growIndex();
    return this.size - 1;
  }

  #hasId(object: number, { ids, idAt, idLength }: ObjectHits): boolean {
    const start = this.getIdStart(object);
    if (this.getIdEnd(object) - start !== idLength) return false;
    for (let at = 0; at < idLength; at += 1) if (this.ids[start + at] !== ids[idAt + at]) return false;
    return true;
  }

  #append({ hash, group, log, hits, ids, idAt, idLength }: ObjectHits): number {
    const object = this.size;
    const start = this.getIdStart(object);
    const at = object * NUMBERS;
    if (at === this.#numbers.length) this.#numbers = grow(this.#numbers);
    if (start + idLength > this.ids.length)
      this.ids = Buffer.concat([this.ids, Buffer.alloc(this.ids.length)]);
    for (let index = 0; index < idLength; index += 1) this.ids[start + index] = ids[idAt + index] ?? 0;
    this.#numbers[at] = hash;
    this.#numbers[at + GROUP] = group;
    this.#numbers[at + LOG] = log;
    this.#numbers[at + HITS] = hits;
    this.#numbers[at + ID_END] = start + idLength;
    this.size += 1;
    return object;
  }

  #growIndex(): void {
    const index = new Int32Array(this.#index.length * 2);
    const last = index.length - 1;
    for (let object = 0; object < this.size; object += 1) {
      let place = mixHash(this.#numbers[object * NUMBERS] ?? 0, this.getGroup(object)) & last;
      while ((index[place] ?? 0) !== 0) place = (place + 1) & last;
      index[place] = object + 1;
    }
    this.#index = index;
  }
}

/** A list of twice the length that begins with the same numbers. */
export function grow(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(numbers.length * 2);
  grown.set(numbers);
  return grown;
}
