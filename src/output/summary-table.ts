/** Lays out one list of a summary as a table, and tells its cells by name. */
import type { KeyName, SummaryList, ValueName } from '../report/summaries/summary-shape.js';
import { formatBar } from './bars.js';
import { chooseMarkStyle, formatGain } from './marks.js';
import { formatShare } from './names.js';
import { type FittingColumn, formatFittingTable } from './table.js';
import { paint, type Terminal } from './terminal.js';
import { formatBytes, formatCount } from './text.js';

type Cell = string | number | null;
type Row = SummaryList['rows'][number];
type Cells = readonly (readonly [name: string, cell: Cell])[];

/** Characters of a bar that stands for the largest share of a table. */
const BAR_WIDTH = 10;

/** What a narrow terminal leaves out, first things first; never what the list is about. */
const NARROW = { bar: 1, otherValues: 2, share: 3, site: 4 } as const;

/** What a log writes for nothing. */
const UNTOLD = '-';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const VALUE_TITLES: Readonly<Record<ValueName, string>> = {
  requests: 'requests',
  bytes: 'bytes',
  visitors: 'visitors',
  visitorDays: 'visitor-days',
  lateRequests: 'late requests',
  days: 'days',
};

/** The keys that are part of another column: `photo (7)`, `Sunset (1234)`. */
const JOINED: ReadonlySet<KeyName> = new Set(['name', 'label']);

/** Keys whose texts may be long. */
const LONG: ReadonlySet<KeyName> = new Set(['path', 'host', 'terms', 'objectId', 'robot', 'network']);

/** Lists the cells of each row by the names of keys and values, and its share. */
export function listCells(list: SummaryList): readonly Cells[] {
  const names = [...list.keys, ...list.values];
  return list.rows.map((row) => [
    ...names.map((name, at) => [name, row[at] ?? null] as const),
    ['share', findShare(list, row)] as const,
  ]);
}

/** Of the list's first value; null if there is no total, or the log does not tell. */
function findShare({ keys, total }: SummaryList, row: Row): number | null {
  const value = row[keys.length];
  return typeof value !== 'number' || total === 0 ? null : value / total;
}

/** @param before the list of the look before, against which changes are marked; null if none are */
export function formatSummaryTable(
  list: SummaryList,
  terminal: Terminal,
  before: SummaryList | null,
): string {
  const { keys, values, rows } = list;
  const shares = rows.map((row) => findShare(list, row) ?? 0);
  const largest = Math.max(0, ...shares);
  const bar: FittingColumn<Row> = {
    ...{ title: '', align: 'left', whenNarrow: NARROW.bar },
    toCell: (row) => formatBar(findShare(list, row) ?? 0, largest, BAR_WIDTH),
    paint: (cell) => paint(terminal, 'dim', cell),
  };
  const share: FittingColumn<Row> = {
    ...{ title: 'share', align: 'right', whenNarrow: NARROW.share },
    toCell: (row) => {
      const found = findShare(list, row);
      return found === null ? UNTOLD : formatShare(found);
    },
  };
  const columns: readonly FittingColumn<Row>[] = [
    ...keys.flatMap((key, at) => (isShown(list, key, at) ? [toKeyColumn(list, key, at)] : [])),
    ...values.flatMap((value, at) => {
      const column = keys.length + at;
      const isNothing = value === 'lateRequests' && rows.every((row) => row[column] === 0);
      return isNothing ? [] : [toValueColumn(value, column, at === 0 ? 'keep' : NARROW.otherValues)];
    }),
    ...(before === null ? [] : [toGainColumn(before, terminal)]),
    share,
    // a bar is for eyes, not for programs
    ...(terminal.columns === null ? [] : [bar]),
  ];
  return formatFittingTable(columns, rows, terminal.columns);
}

/** What each row has gained of the list's first value. */
function toGainColumn({ keys, rows }: SummaryList, terminal: Terminal): FittingColumn<Row> {
  const toKey = (row: Row) => JSON.stringify(row.slice(0, keys.length));
  const known = new Map(rows.map((row) => [toKey(row), row[keys.length]]));
  return {
    ...{ title: 'gained', align: 'right', whenNarrow: 'keep' },
    toCell: (row) => {
      const [now, then] = [row[keys.length], known.get(toKey(row))];
      return typeof now === 'number' && typeof then === 'number' ? formatGain(now, then) : '';
    },
    paint: (cell) => paint(terminal, chooseMarkStyle(cell), cell),
  };
}

/** A key that no row has is left out, if the list is not about it, and so is the site if there is only one. */
function isShown({ name, keys, rows, alike = [] }: SummaryList, key: KeyName, at: number): boolean {
  if (JOINED.has(key)) return false;
  if (key === 'site') return !alike.includes(key);
  return keys.length === 1 || key === name || rows.some((row) => row[at] !== null);
}

function toKeyColumn({ keys }: SummaryList, key: KeyName, at: number): FittingColumn<Row> {
  const names = { contentType: 'name', objectId: 'label' } as const;
  const other = key === 'contentType' || key === 'objectId' ? keys.indexOf(names[key]) : -1;
  return {
    title: { contentType: 'content type', objectId: 'object' }[key as string] ?? key,
    align: key === 'hour' || key === 'status' ? 'right' : 'left',
    whenNarrow: key === 'site' ? NARROW.site : LONG.has(key) ? 'cut' : 'keep',
    toCell: (row) => {
      const cell = row[at] ?? UNTOLD;
      if (key === 'weekday') return WEEKDAYS[Number(cell) - 1] ?? UNTOLD;
      const called = row[other] ?? null;
      return called === null ? String(cell) : `${called} (${cell})`;
    },
  };
}

function toValueColumn(
  value: ValueName,
  at: number,
  whenNarrow: FittingColumn<Row>['whenNarrow'],
): FittingColumn<Row> {
  return {
    ...{ title: VALUE_TITLES[value], align: 'right', whenNarrow },
    toCell: (row) => {
      const cell = row[at];
      if (typeof cell !== 'number') return UNTOLD;
      return value === 'bytes' ? formatBytes(cell) : formatCount(cell);
    },
  };
}
