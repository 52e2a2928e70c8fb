/** Reads the lists that one part of a summary has all rows of: keys with their requests, the most first. */
import type { Database, Row } from '../../database/database.js';
import { sql } from '../../database/sql.js';
import { getNumber, getNumberOrNull, getText, getTextOrNull } from '../../database/values.js';
import { getPartNumber, type PartName } from '../../summaries/count-parts.js';
import type { Period } from '../period.js';
import type { BoundedPeriod } from '../report-shape.js';
import type { WantedTypes } from '../types.js';
import type { KeyName, ListName, SummaryList } from './summary-shape.js';

/** What is asked of a summary. */
export interface Wanted extends WantedTypes {
  readonly period: Period;
  /** Rows of each list at most. */
  readonly limit: number;
  /** Whether the report page asks: it needs all days of the period, and no pages of referrers. */
  readonly isForPage?: boolean;
}

/** A list of a part, and which of its rows it has. */
export interface KeyList {
  readonly name: ListName;
  readonly part: PartName;
  /** The part of a content type's objects; missing if there is none. */
  readonly objectPart?: PartName;
  /** The names of the part's keys; null for those that are not told apart. */
  readonly keys: readonly (KeyName | null)[];
  /** Only requests of this origin, of a part of referrers. */
  readonly origin?: 'other';
  /** Only those of robots, or only those of people, of the part of agents. */
  readonly isRobot?: boolean;
  readonly hasBytes?: true;
}

/** A list, and what of its part it is of. */
export interface FoundList {
  readonly list: SummaryList;
  readonly days: BoundedPeriod | null;
  /** The bytes of all rows; null if no line tells its size. */
  readonly bytes: number | null;
}

/** Keys of a part at most. */
const MAX_KEYS = 4;

const NUMBERS: ReadonlySet<KeyName> = new Set(['status', 'hour']);

/** The days of a period as statements take them. */
export function toDayValues({ since, until }: Period): readonly [first: string, last: string] {
  return [since ?? '-infinity', until ?? 'infinity'];
}

/** Reads the days that a row says all rows are of; null without a row. */
export function toDays(row: Row | undefined): BoundedPeriod | null {
  return row === undefined ? null : { since: getText(row, 'first_day'), until: getText(row, 'last_day') };
}

/** Reads a list within a transaction. */
export async function readKeyList(database: Database, wanted: Wanted, list: KeyList): Promise<FoundList> {
  const rows = await readRows(database, wanted, list);
  const keys = list.keys.flatMap((key, at) => (key === null ? [] : [{ key, column: `key${at + 1}` }]));
  const { name, hasBytes = false } = list;
  return {
    list: {
      name,
      keys: keys.map(({ key }) => key),
      values: hasBytes ? ['requests', 'bytes'] : ['requests'],
      rows: rows.map((row) => [
        ...keys.map(({ key, column }) => toKey(key, getTextOrNull(row, column))),
        getNumber(row, 'requests'),
        ...(hasBytes ? [getNumberOrNull(row, 'bytes')] : []),
      ]),
      total: rows[0] === undefined ? 0 : getNumber(rows[0], 'all_requests'),
      count: rows[0] === undefined ? 0 : getNumber(rows[0], 'key_count'),
    },
    days: toDays(rows[0]),
    bytes: rows[0] === undefined || !hasBytes ? null : getNumberOrNull(rows[0], 'all_bytes'),
  };
}

async function readRows(
  database: Database,
  { site, contentType, period, limit }: Wanted,
  { part, objectPart, keys, origin, isRobot }: KeyList,
): Promise<readonly Row[]> {
  const told = Array.from({ length: MAX_KEYS }, (_, at) => (keys[at] ?? null) !== null);
  const common = [site, ...toDayValues(period), told, origin ?? null];
  const { rows } =
    contentType === null || objectPart === undefined
      ? await database.query(sql.selectSiteKeys, [getPartNumber(part), ...common, isRobot ?? null, limit])
      : await database.query(sql.selectObjectKeys, [
          getPartNumber(objectPart),
          ...common,
          contentType,
          limit,
        ]);
  return rows;
}

function toKey(key: KeyName, text: string | null): string | number | null {
  return text !== null && NUMBERS.has(key) ? Number(text) : text;
}
