/** One list of a summary as a table. */
import { formatBytes } from '../output/text.js';
import type { KeyName, ListName, SummaryList, ValueName } from '../report/summaries/summary-shape.js';
import { type Child, make, makeIsolated } from './dom.js';
import { recall, remember } from './memory.js';
import { makeShare } from './share.js';
import { type Column, makeSortableTable } from './table.js';
import { formatCount } from './words.js';

type Row = SummaryList['rows'][number];

/** Rows before somebody asks for more. */
const FIRST_ROWS = 10;

const TITLES: Readonly<Record<ListName, string>> = {
  status: 'Methods and statuses',
  failed_path: 'Paths that failed',
  host: 'Where requests came from',
  page: 'Pages of other sites',
  search_term: 'What people had searched for',
  audience: 'People and robots',
  browser: 'Browsers of people',
  system: 'Systems of people',
  device: 'Devices of people',
  robot: 'Robots',
  day: 'Visitors by day',
  object: 'Objects',
  network: 'Networks',
  country: 'Countries',
  hour: 'Hours of the day',
  weekday: 'Weekdays',
  weekday_hour: 'Hours of each weekday',
};

const KEY_TITLES: Readonly<Partial<Record<KeyName, string>>> = { contentType: 'type', objectId: 'object' };
const VALUE_TITLES: Readonly<Partial<Record<ValueName, string>>> = {
  visitorDays: 'visitor-days',
  lateRequests: 'late requests',
};

/** Keys that stand in the cells of others. */
const JOINED: ReadonlySet<KeyName> = new Set(['name', 'label']);
/** The key that takes what the others leave, the last of them that a list has. */
const LONG: ReadonlySet<KeyName> = new Set(['path', 'host', 'terms', 'objectId', 'robot', 'network']);

/** What a log writes for nothing. */
const UNTOLD = '-';

/** Makes a heading and the first rows, the others on demand. */
export function makeSummaryList(list: SummaryList): HTMLElement {
  const title = toTitle(list);
  const id = `list-${list.name}-${list.values[0]}`;
  const { rows, count } = list;
  const table = makeSortableTable({
    caption: title,
    columns: listColumns(list),
    rows,
    limit: 0,
    sortedBy: toValueTitle(list.values[0]),
  });
  const more = make(
    'button',
    { type: 'button', class: 'plain more' },
    `Show all ${formatCount(rows.length)}`,
  );
  const { showsAll = false } = recall(id);
  more.hidden = showsAll || rows.length <= FIRST_ROWS;
  more.addEventListener('click', () => {
    remember(id, { showsAll: true });
    table.show(() => true, rows.length);
    more.hidden = true;
    table.element.focus();
  });
  table.show(() => true, showsAll ? rows.length : FIRST_ROWS);
  const others =
    count > rows.length && list.name !== 'host'
      ? `The first ${formatCount(rows.length)} of ${formatCount(count)}.`
      : '';
  return make(
    'section',
    { 'aria-labelledby': id },
    make('h3', { id }, title),
    ...(others === '' ? [] : [make('p', { class: 'muted' }, others)]),
    table.element,
    more,
  );
}

function toTitle({ name, values }: SummaryList): string {
  if (name !== 'object') return TITLES[name];
  return values[0] === 'bytes' ? 'Objects with the most bytes' : 'Objects with the most visitors';
}

function listColumns(list: SummaryList): readonly Column<Row>[] {
  const { keys, values, rows, total } = list;
  const toShare = (row: Row) => (total === 0 ? 0 : Number(row[keys.length] ?? 0) / total);
  const largest = Math.max(Number.MIN_VALUE, ...rows.map(toShare));
  const shown = keys.flatMap((key, at) => (isShown(list, key, at) ? [{ key, at }] : []));
  const header = (shown.findLast(({ key }) => LONG.has(key)) ?? shown.at(-1))?.key;
  return [
    ...shown.map(({ key, at }) => ({
      title: KEY_TITLES[key] ?? key,
      look: key === header ? 'grow key' : key === 'contentType' ? 'wide type-name' : 'type-name',
      ...(key === header ? { isHeader: true as const } : {}),
      toCell: (row: Row) => makeKeyCell(list, key, row[at] ?? null, row),
      toKey: (row: Row) => row[at] ?? '',
    })),
    ...values.map((value, at) => toValueColumn(value, keys.length + at, at > 0)),
    {
      title: 'share',
      look: 'number',
      toCell: (row) => makeShare(toShare(row), toShare(row) / largest),
    },
  ];
}

/** A key that no row has is left out, if the list is not about it, and so are sites and content types if there is only one. */
function isShown({ name, keys, rows, alike = [] }: SummaryList, key: KeyName, at: number): boolean {
  if (JOINED.has(key)) return false;
  if (key === 'site' || key === 'contentType') return !alike.includes(key);
  return keys.length === 1 || key === name || rows.some((row) => row[at] !== null);
}

function makeKeyCell({ keys }: SummaryList, key: KeyName, cell: string | number | null, row: Row): Child {
  if (cell === null) return UNTOLD;
  const other = key === 'contentType' ? 'name' : key === 'objectId' ? 'label' : null;
  const called = other === null ? null : (row[keys.indexOf(other)] ?? null);
  if (called === null) return makeIsolated(String(cell));
  return make('span', {}, makeIsolated(String(called)), ' ', make('small', {}, makeIsolated(String(cell))));
}

function toValueTitle(value: ValueName | undefined): string {
  return value === undefined ? '' : (VALUE_TITLES[value] ?? value);
}

function toValueColumn(value: ValueName, at: number, isWide: boolean): Column<Row> {
  return {
    title: toValueTitle(value),
    look: isWide ? 'number wide' : 'number',
    toCell: (row) => {
      const cell = row[at];
      if (typeof cell !== 'number') return UNTOLD;
      return value === 'bytes' ? formatBytes(cell) : formatCount(cell);
    },
    toKey: (row) => Number(row[at] ?? -1),
    first: 'most',
  };
}
