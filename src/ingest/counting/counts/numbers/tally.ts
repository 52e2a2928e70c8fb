/** Adds up requests and bytes by two numbers: a place, such as a site on a day, and a key, such as a status. Entries stay in the order in which they came. */

/** Numbers of an entry, side by side. */
const NUMBERS = 3;
const KEY = 1;
const REQUESTS = 2;

const FIRST_CAPACITY = 256;

/** The index has twice as many places as there may be entries. */
const SPARE = 2;

/** Mixes two numbers well enough that neighbours do not meet (constants of MurmurHash3's last steps, Appleby). */
function mix(place: number, key: number): number {
  let hash = Math.imul(place, 0x85ebca6b) ^ Math.imul(key + 1, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x27d4eb2d);
  return hash ^ (hash >>> 13);
}

export class Tally {
  size = 0;
  #numbers = new Int32Array(FIRST_CAPACITY * NUMBERS);
  /** The bytes of those requests that tell their size; NaN if none does. Null if they are not added up. */
  #bytes: Float64Array | null;
  /** The number of an entry and 1, at the place that its hash leads to, or one of the next; 0 where there is none. */
  #index = new Int32Array(FIRST_CAPACITY * SPARE);

  /** @param hasBytes whether bytes are added up as well */
  constructor(hasBytes: boolean) {
    this.#bytes = hasBytes ? new Float64Array(FIRST_CAPACITY) : null;
  }

  /** Counts a request. @param bytes null if the line does not tell them @returns the number of the entry */
  add(place: number, key: number, bytes: number | null): number {
    const last = this.#index.length - 1;
    let at = mix(place, key) & last;
    for (let entry = this.#index[at] ?? 0; entry !== 0; entry = this.#index[at] ?? 0) {
      const from = (entry - 1) * NUMBERS;
      if (this.#numbers[from] === place && this.#numbers[from + KEY] === key) {
        this.#numbers[from + REQUESTS] = (this.#numbers[from + REQUESTS] ?? 0) + 1;
        if (bytes !== null && this.#bytes !== null) addBytes(this.#bytes, entry - 1, bytes);
        return entry - 1;
      }
      at = (at + 1) & last;
    }
    if (this.size * NUMBERS === this.#numbers.length) {
      this.#grow();
      return this.add(place, key, bytes);
    }
    const from = this.size * NUMBERS;
    this.#numbers[from] = place;
    this.#numbers[from + KEY] = key;
    this.#numbers[from + REQUESTS] = 1;
    if (this.#bytes !== null) this.#bytes[this.size] = bytes ?? Number.NaN;
    this.size += 1;
    this.#index[at] = this.size;
    return this.size - 1;
  }

  #grow(): void {
    const capacity = this.size * 2;
    const numbers = new Int32Array(capacity * NUMBERS);
    numbers.set(this.#numbers);
    const bytes = this.#bytes === null ? null : new Float64Array(capacity);
    if (this.#bytes !== null) bytes?.set(this.#bytes);
    const index = new Int32Array(capacity * SPARE);
    for (let entry = 0; entry < this.size; entry += 1) {
      const from = entry * NUMBERS;
      let at = mix(numbers[from] ?? 0, numbers[from + KEY] ?? 0) & (index.length - 1);
      while (index[at] !== 0) at = (at + 1) & (index.length - 1);
      index[at] = entry + 1;
    }
    this.#numbers = numbers;
    this.#bytes = bytes;
    this.#index = index;
  }

  getPlace(entry: number): number {
    return this.#numbers[entry * NUMBERS] ?? 0;
  }

  getKey(entry: number): number {
    return this.#numbers[entry * NUMBERS + KEY] ?? 0;
  }

  getRequests(entry: number): number {
    return this.#numbers[entry * NUMBERS + REQUESTS] ?? 0;
  }

  /** @returns null if no request told its size */
  getBytes(entry: number): number | null {
    const bytes = this.#bytes?.[entry] ?? Number.NaN;
    return Number.isNaN(bytes) ? null : bytes;
  }

  clear(): void {
    this.size = 0;
    this.#index.fill(0);
  }
}

function addBytes(sums: Float64Array, entry: number, bytes: number): void {
  const before = sums[entry] ?? 0;
  sums[entry] = Number.isNaN(before) ? bytes : before + bytes;
}
