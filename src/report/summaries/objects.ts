/** Reads the lists of objects: those with the most bytes, and those with the most visitors. */
import type { Database, Row } from '../../database/database.js';
import { sql } from '../../database/sql.js';
import { getNumber, getNumberOrNull, getText } from '../../database/values.js';
import { getPartNumber } from '../../summaries/count-parts.js';
import { toDays, toDayValues, type Wanted } from './key-lists.js';
import type { KeyName, SummaryAnswer, SummaryList } from './summary-shape.js';

/** `name` and `label` are null until they are looked up. */
const OBJECT_KEYS: readonly KeyName[] = ['site', 'contentType', 'objectId', 'name', 'label'];

/** Reads the summary `bytes` within a transaction. */
export async function readBytes(
  database: Database,
  wanted: Wanted,
): Promise<Pick<SummaryAnswer, 'days' | 'lists'>> {
  const { site, contentType, period, limit } = wanted;
  const part = getPartNumber('object_bytes');
  const values = [part, site, ...toDayValues(period), contentType, limit];
  const { rows } = await database.query(sql.selectObjectBytes, values);
  const list: SummaryList = {
    name: 'object',
    keys: OBJECT_KEYS,
    values: ['bytes', 'requests'],
    rows: rows.map((row) => [
      ...toObjectKeys(row),
      getNumberOrNull(row, 'bytes'),
      getNumber(row, 'requests'),
    ]),
    total: rows[0] === undefined ? 0 : getNumber(rows[0], 'all_bytes'),
    count: rows[0] === undefined ? 0 : getNumber(rows[0], 'object_count'),
    alike: listAlike(rows[0]),
  };
  return { days: toDays(rows[0]), lists: [list] };
}

/** Reads the summary `visitors` within a transaction: the last days of the period, and objects. */
export async function readVisitors(
  database: Database,
  wanted: Wanted,
): Promise<Pick<SummaryAnswer, 'days' | 'lists'>> {
  const { site, contentType, period, limit } = wanted;
  const common = [site, ...toDayValues(period)];
  const objectPart = getPartNumber('object_visitor');
  const { rows } =
    contentType === null
      ? await database.query(sql.selectSiteVisitors, [getPartNumber('visitor'), ...common])
      : await database.query(sql.selectTypeVisitors, [
          objectPart,
          ...common,
          contentType,
          getPartNumber('visitor'),
        ]);
  const objects = await database.query(sql.selectObjectVisitors, [objectPart, ...common, contentType, limit]);
  const total = rows.reduce((sum, row) => sum + getNumber(row, 'visitors'), 0);
  const [first, last] = [rows[0], rows.at(-1)];
  const days: SummaryList = {
    name: 'day',
    keys: ['day'],
    values: ['visitors', 'requests', 'lateRequests'],
    rows: rows
      .slice(wanted.isForPage ? 0 : -limit)
      .map((row) => [
        ...[getText(row, 'day'), getNumber(row, 'visitors'), getNumber(row, 'requests')],
        getNumber(row, 'late_requests'),
      ]),
    total,
    count: rows.length,
  };
  const most: SummaryList = {
    name: 'object',
    keys: OBJECT_KEYS,
    values: ['visitorDays', 'requests'],
    rows: objects.rows.map((row) => [
      ...toObjectKeys(row),
      getNumber(row, 'visitor_days'),
      getNumber(row, 'requests'),
    ]),
    total,
    count: objects.rows[0] === undefined ? 0 : getNumber(objects.rows[0], 'object_count'),
    alike: listAlike(objects.rows[0]),
  };
  return {
    days: first === undefined ? null : { since: getText(first, 'day'), until: getText(last, 'day') },
    lists: [days, most],
  };
}

function toObjectKeys(row: Row): readonly (string | null)[] {
  return [getText(row, 'site'), getText(row, 'content_type'), getText(row, 'object_id'), null, null];
}

function listAlike(row: Row | undefined): readonly KeyName[] {
  return [
    ...(row?.['has_sites'] === true ? [] : (['site'] as const)),
    ...(row?.['has_types'] === true ? [] : (['contentType'] as const)),
  ];
}
