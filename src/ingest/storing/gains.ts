/** Tells what a run has added to the totals, object by object. */
import type { Database, Row } from '../../database/database.js';
import { sql } from '../../database/sql.js';
import { getNumber, getNumberOrNull, getText } from '../../database/values.js';

/** One object that gained hits. */
export interface Gain {
  readonly site: string;
  readonly contentType: string;
  readonly objectId: string;
  /** Hits that were added. */
  readonly gained: number;
  /** 0 if it is new. */
  readonly hitsBefore: number;
  readonly hitsAfter: number;
  /** Null if it is new. */
  readonly rankBefore: number | null;
  readonly rankAfter: number;
}

export interface Gains {
  /** The objects that gained most, the largest gain first. */
  readonly gains: readonly Gain[];
  /** Objects that had no hit before. */
  readonly newObjects: number;
  /** Objects whose rank has changed, even if only others gained hits. */
  readonly changedRanks: number;
}

/**
 * Compares the totals with those before a run. Call it in the transaction that counted the run.
 *
 * @param limit objects at most
 */
export async function selectGains(database: Database, run: number, limit: number): Promise<Gains> {
  return database.transaction('reading', async () => {
    const { rows } = await database.query(sql.selectGains, [run, limit]);
    const [first] = rows;
    return {
      gains: rows.map(toGain),
      newObjects: first === undefined ? 0 : getNumber(first, 'new_objects'),
      changedRanks: first === undefined ? 0 : getNumber(first, 'changed_ranks'),
    };
  });
}

function toGain(row: Row): Gain {
  return {
    site: getText(row, 'site'),
    contentType: getText(row, 'content_type'),
    objectId: getText(row, 'object_id'),
    gained: getNumber(row, 'gained'),
    hitsBefore: getNumber(row, 'hits_before'),
    hitsAfter: getNumber(row, 'hits_after'),
    rankBefore: getNumberOrNull(row, 'rank_before'),
    rankAfter: getNumber(row, 'rank_after'),
  };
}
