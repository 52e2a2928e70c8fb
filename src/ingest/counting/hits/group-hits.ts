/**
 * Adds up the hits of the small logs of a group. Each object and day becomes one row for all of them. It is a row of its log if
 * only one requested it. Otherwise it is a row of no log, and the share of each log is told aside: many objects in one row.
 */
import { ContentTypes } from '../content-types.js';
import { COUNT, GROUP, LENGTH, MAX_HELD_OBJECTS, MAX_ID_BYTES, NUMBERS } from './cells.js';
import type { HeldHits } from './hit-counter.js';
import { ObjectTable, SEVERAL } from './object-table.js';
import { type IdBytes, RowWriter } from './row-writer.js';
import { ShareWriter } from './share-writer.js';

/** With so many objects, shares or bytes of rows a group is full: some 70 MB, and less if ids are short. One more log may come on top. */
const MAX_OBJECTS = 786_432;
const MAX_SHARES = 1_572_864;
const MAX_ROW_BYTES = 8_388_608;

/** A content type in the rows of a group, on a day. */
interface SharedGroup {
  /** The place of the content type among those of the group. */
  readonly type: number;
  readonly day: string;
}

/** What was added of one log. */
interface AddedLog {
  /** The number of each content type in its rows; by the place of the type among those of the group. */
  readonly typeKeys: readonly number[];
  /** The place after its last share. */
  readonly shareEnd: number;
}

/** The hits of the small logs of one group. */
export class GroupHits {
  /** Rows that were written so far. */
  rowCount = 0;
  /** Shares that were written so far: one row for a log, a content type and a day. */
  shareCount = 0;
  #heldRowCount = 0;
  #heldRowBytes = 0;
  readonly #heldRows: Buffer[] = [];
  readonly #types = new ContentTypes(0);
  readonly #groups: SharedGroup[] = [];
  readonly #groupsOfDay = new Map<string, number[]>();
  readonly #objects = new ObjectTable(MAX_OBJECTS + MAX_HELD_OBJECTS);
  readonly #logs: AddedLog[] = [];
  /** The number of an object and the hits, one share after the other. */
  readonly #shares = new Int32Array((MAX_SHARES + MAX_HELD_OBJECTS) * 2);
  #sharesEnd = 0;

  get isFull(): boolean {
    return (
      this.#objects.size >= MAX_OBJECTS ||
      this.#sharesEnd >= MAX_SHARES * 2 ||
      this.#heldRowBytes >= MAX_ROW_BYTES
    );
  }

  /** Whether some rows were of objects that are not added up here. */
  get hasOtherRows(): boolean {
    return this.#heldRowCount > 0;
  }

  /** Adds the hits of a log. @param types its content types, whose numbers its groups have */
  add({ cells, groups, rows, rowCount }: HeldHits, types: ContentTypes): void {
    this.#heldRows.push(...rows);
    this.#heldRowCount += rowCount;
    this.#heldRowBytes += rows.reduce((sum, { length }) => sum + length, 0);
    const typeKeys: number[] = [];
    const own = groups.map(({ typeKey, day }) => {
      const type = this.#types.getKey(types.getSite(typeKey), types.getName(typeKey));
      typeKeys[type] = typeKey;
      return this.#getGroup(type, day);
    });
    const log = this.#logs.length;
    const { numbers, ids } = cells;
    // one for all, as a small object for each would keep the garbage collector busy
    const added = { hash: 0, group: 0, log, hits: 0, ids, idAt: 0, idLength: 0 };
    for (let cell = 0; cell < numbers.length; cell += NUMBERS) {
      const hits = numbers[cell + COUNT] ?? 0;
      if (hits === 0) continue;
      added.hits = hits;
      added.group = own[numbers[cell + GROUP] ?? 0] ?? 0;
      added.idAt = (cell / NUMBERS) * MAX_ID_BYTES;
      added.idLength = numbers[cell + LENGTH] ?? 0;
      added.hash = numbers[cell] ?? 0;
      const object = this.#objects.add(added);
      this.#shares[this.#sharesEnd] = object;
      this.#shares[this.#sharesEnd + 1] = hits;
      this.#sharesEnd += 2;
    }
    this.#logs.push({ typeKeys, shareEnd: this.#sharesEnd });
  }

  #getGroup(type: number, day: string): number {
    let ofDay = this.#groupsOfDay.get(day);
    if (ofDay === undefined) {
      ofDay = [];
      this.#groupsOfDay.set(day, ofDay);
    }
    ofDay[type] ??= this.#groups.push({ type, day }) - 1;
    return ofDay[type] ?? 0;
  }

  /**
   * The rows of all logs, for COPY.
   *
   * @param sharedTypes is given the content types of the rows that are of no log
   */
  *toRows(sharedTypes: ContentTypes): Generator<Buffer> {
    yield* this.#heldRows.splice(0);
    this.rowCount = this.#heldRowCount;
    const writer = new RowWriter();
    const objects = this.#objects;
    const sharedKeys: number[] = [];
    const before: Buffer[] = [];
    const after = this.#groups.map(({ day }) => Buffer.from(`\t${day}\t`));
    const getSharedKey = (type: number) => {
      sharedKeys[type] ??= sharedTypes.getKey(this.#types.getSite(type), this.#types.getName(type));
      return sharedKeys[type] ?? 0;
    };
    for (let object = 0; object < objects.size; object += 1) {
      const group = objects.getGroup(object);
      const type = this.#groups[group]?.type ?? 0;
      const log = objects.getLog(object);
      const key = log === SEVERAL ? getSharedKey(type) : (this.#logs[log]?.typeKeys[type] ?? 0);
      before[key] ??= Buffer.from(`${key}\t`);
      writer.write(
        before[key] ?? NOTHING,
        this.#getId(object),
        after[group] ?? NOTHING,
        objects.getHits(object),
      );
      if (writer.waitingBytes > 0) yield* writer.take();
    }
    yield* writer.finish();
    this.rowCount += writer.rowCount;
  }

  /** What each log had of the objects and days that several logs requested, for COPY. */
  *toShares(): Generator<Buffer> {
    const writers: ShareWriter[] = [];
    const objects = this.#objects;
    let at = 0;
    for (const { typeKeys, shareEnd } of this.#logs) {
      const written = new Set<number>();
      for (; at < shareEnd; at += 2) {
        const object = this.#shares[at] ?? 0;
        if (objects.getLog(object) !== SEVERAL) continue;
        const group = objects.getGroup(object);
        writers[group] ??= new ShareWriter();
        written.add(group);
        const from = objects.getIdStart(object);
        writers[group]?.add(objects.ids, from, objects.getIdEnd(object) - from, this.#shares[at + 1] ?? 0);
      }
      for (const group of written) {
        const { type, day } = this.#groups[group] ?? { type: 0, day: '' };
        yield writers[group]?.finish(`${typeKeys[type]}\t${day}\t`) ?? NOTHING;
        this.shareCount += 1;
      }
    }
  }

  #getId(object: number): IdBytes {
    const from = this.#objects.getIdStart(object);
    return { bytes: this.#objects.ids, from, length: this.#objects.getIdEnd(object) - from };
  }
}

const NOTHING = Buffer.alloc(0);
