/** Reads the summary `hours`: by hour, by weekday, and by both. */
import type { Database } from '../../database/database.js';
import { sql } from '../../database/sql.js';
import { getNumber, getNumberOrNull } from '../../database/values.js';
import { getPartNumber } from '../../summaries/count-parts.js';
import { toDays, toDayValues, type Wanted } from './key-lists.js';
import type { SummaryAnswer, SummaryList } from './summary-shape.js';

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
/** 1 is Monday (ISO 8601). */
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];

interface HourCell {
  readonly weekday: number;
  /** Null if the lines tell only their day. */
  readonly hour: number | null;
  readonly requests: number;
  readonly bytes: number | null;
  /** How many such weekdays have requests. */
  readonly days: number;
}

/** Reads it within a transaction; no limit is needed. */
export async function readHours(
  database: Database,
  wanted: Wanted,
): Promise<Pick<SummaryAnswer, 'days' | 'lists'>> {
  const values = [getPartNumber('hour'), wanted.site, ...toDayValues(wanted.period)];
  const { rows } = await database.query(sql.selectHours, values);
  const cells = rows.map(
    (row): HourCell => ({
      weekday: getNumber(row, 'weekday'),
      hour: getNumberOrNull(row, 'hour'),
      requests: getNumber(row, 'requests'),
      bytes: getNumberOrNull(row, 'bytes'),
      days: getNumber(row, 'days'),
    }),
  );
  const total = cells.reduce((sum, { requests }) => sum + requests, 0);
  const hours = cells.some(({ hour }) => hour === null) ? [...HOURS, null] : HOURS;
  const ofHour = (hour: number | null) => cells.filter((cell) => cell.hour === hour);
  const ofWeekday = (weekday: number) => cells.filter((cell) => cell.weekday === weekday);
  const lists: readonly SummaryList[] = [
    {
      name: 'hour',
      keys: ['hour'],
      values: ['requests', 'bytes'],
      rows: hours.map((hour) => [hour, ...addUp(ofHour(hour))]),
      ...{ total, count: hours.length },
    },
    {
      name: 'weekday',
      keys: ['weekday'],
      values: ['requests', 'bytes', 'days'],
      rows: WEEKDAYS.map((weekday) => {
        const found = ofWeekday(weekday);
        return [weekday, ...addUp(found), found[0]?.days ?? 0];
      }),
      ...{ total, count: WEEKDAYS.length },
    },
    {
      name: 'weekday_hour',
      keys: ['weekday', 'hour'],
      values: ['requests', 'bytes'],
      rows: cells
        .toSorted((a, b) => a.weekday - b.weekday || (a.hour ?? 24) - (b.hour ?? 24))
        .map(({ weekday, hour, requests, bytes }) => [weekday, hour, requests, bytes]),
      ...{ total, count: cells.length },
    },
  ];
  return { days: toDays(rows[0]), lists: cells.length === 0 ? [] : lists };
}

/** @returns requests and bytes; these are null if no line tells its size */
function addUp(cells: readonly HourCell[]): readonly [requests: number, bytes: number | null] {
  const sizes = cells.flatMap(({ bytes }) => (bytes === null ? [] : [bytes]));
  const add = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
  return [add(cells.map(({ requests }) => requests)), sizes.length === 0 ? null : add(sizes)];
}
