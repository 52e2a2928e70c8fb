/**
 * The keys by which visitors of a day are told apart. A key that is missing is made here, and stored with the first batch that used it;
 * if another run was first, the batch is rolled back and counted anew with the stored key.
 */
import { randomBytes } from 'node:crypto';
import type { Database } from '../../../database/database.js';
import { sql } from '../../../database/sql.js';
import { getText } from '../../../database/values.js';
import { ID_KEY_DAY, ID_KEY_SITE, type VisitorKey } from '../../../summaries/visitor-days.js';

/** Bytes of a key: as many as the hash has. */
const KEY_BYTES = 32;

/** Keys by site and day: those that are stored, and those that the connections of this run have made. */
export type KnownVisitorKeys = Map<string, Buffer>;

export class VisitorKeys {
  readonly #known: KnownVisitorKeys;
  readonly #used = new Map<string, VisitorKey>();

  /** @param known all connections of a run share it: a day that one has begun goes on with the same key on another */
  constructor(known: KnownVisitorKeys) {
    this.#known = known;
  }

  /** Reads the keys that are there. Called when no COPY is open, before lines are read. */
  async load(database: Database): Promise<void> {
    const { rows } = await database.query(sql.selectVisitorKeys);
    this.#used.clear();
    for (const row of rows) {
      const place = toPlace(getText(row, 'site'), getText(row, 'day'));
      this.#known.set(place, Buffer.from(getText(row, 'key'), 'hex'));
    }
  }

  /** The key of a site's day. */
  getDayKey(site: string, day: string): Buffer {
    return this.#get(site, day);
  }

  /** The key of ids that the log has, which belongs to no day. */
  getIdKey(): Buffer {
    return this.#get(ID_KEY_SITE, ID_KEY_DAY);
  }

  #get(site: string, day: string): Buffer {
    const place = toPlace(site, day);
    const used = this.#used.get(place);
    if (used !== undefined) return used.key;
    const key = this.#known.get(place) ?? randomBytes(KEY_BYTES);
    this.#known.set(place, key);
    this.#used.set(place, { site, day, key });
    return key;
  }

  /** Lists the keys that were asked for since `load`. */
  listUsed(): readonly VisitorKey[] {
    return [...this.#used.values()];
  }
}

function toPlace(site: string, day: string): string {
  return `${day} ${site}`;
}
