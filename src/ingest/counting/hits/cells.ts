/** The cells in which hits are added up: fields of numbers and of bytes, which one log after the other uses. */

/** Numbers of a cell, side by side: the id's hash, how often the object came (0 in an empty cell), its group, the id's bytes. */
export const NUMBERS = 4;
export const COUNT = 1;
export const GROUP = 2;
export const LENGTH = 3;
/** A longer id is not added up in the program. */
export const MAX_ID_BYTES = 40;

/**
 * Cells of a log until they do not suffice: most logs are small, and need not clear and look through all of them. The last ones
 * take 14.7 MB; a processor's cache holds those that are used most.
 */
const SIZES = [4096, 32_768, 262_144] as const;

/** Objects of a log that is held: it does not need all cells. */
export const MAX_HELD_OBJECTS = SIZES[1];

/** The first value and the factor of FNV-1a, 32 bits (Fowler, Noll, Vo). */
export const HASH_START = 0x811c9dc5 | 0;
export const HASH_FACTOR = 0x01000193;

/** Mixes the hash of an id with the number of its group. The lowest bits say where it belongs. */
export function mixHash(hash: number, group: number): number {
  const mixed = Math.imul(hash ^ group, HASH_FACTOR);
  return mixed ^ (mixed >>> 15);
}

/** Some cells. */
export interface Cells {
  readonly numbers: Int32Array;
  /** `MAX_ID_BYTES` for each cell. */
  readonly ids: Uint8Array;
}

/** The cells, which one log after the other may use: to make them anew for each costs more than a small log. */
export class CacheMemory {
  readonly #cells: (Cells | undefined)[] = [];

  /** Takes the cells of a size, the smallest is 0; they are empty, whatever the log before has left. */
  take(size: number): Cells {
    const count = SIZES[size];
    if (count === undefined) throw new Error(`there are no cells of size ${size}`);
    const cells = this.#cells[size] ?? {
      numbers: new Int32Array(count * NUMBERS),
      ids: new Uint8Array(count * MAX_ID_BYTES),
    };
    this.#cells[size] = cells;
    cells.numbers.fill(0);
    return cells;
  }

  /** Whether there are no cells of a greater size. */
  isLast(size: number): boolean {
    return size === SIZES.length - 1;
  }
}
