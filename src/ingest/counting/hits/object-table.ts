/** The objects that the logs of a group requested, each with its day, once. They stay in the order in which they came. */
import { MAX_ID_BYTES, mixHash } from './cells.js';

/** Numbers of an object, side by side: its id's hash, its group, its log, its hits, where its id ends. */
const NUMBERS = 5;
const GROUP = 1;
const LOG = 2;
const HITS = 3;
const ID_END = 4;

/** The index has at least so many places for each object. */
const SPARE = 1.5;

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

/** Objects by id and group. All memory is reserved at once; the system gives it as it is used. */
export class ObjectTable {
  size = 0;
  readonly ids: Uint8Array;
  readonly #numbers: Int32Array;
  /** The number of an object and 1, at the place that its hash leads to, or one of the next; 0 where there is none. */
  readonly #index: Int32Array;

  /** @param capacity objects at most */
  constructor(capacity: number) {
    this.ids = new Uint8Array(capacity * MAX_ID_BYTES);
    this.#numbers = new Int32Array(capacity * NUMBERS);
    this.#index = new Int32Array(2 ** Math.ceil(Math.log2(capacity * SPARE)));
  }

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
    if (at === this.#numbers.length) throw new Error('the table of objects is full');
    for (let index = 0; index < idLength; index += 1) this.ids[start + index] = ids[idAt + index] ?? 0;
    this.#numbers[at] = hash;
    this.#numbers[at + GROUP] = group;
    this.#numbers[at + LOG] = log;
    this.#numbers[at + HITS] = hits;
    this.#numbers[at + ID_END] = start + idLength;
    this.size += 1;
    return object;
  }
}
