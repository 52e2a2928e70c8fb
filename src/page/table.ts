/** Tables whose columns sort them, by pointer and by keyboard. */
import { type Child, make } from './dom.js';
import { type Order, recall, remember } from './memory.js';
import { formatCount } from './words.js';

export interface Column<Row> {
  readonly title: string;
  /** `number` stands to the right; `wide` is left out on a narrow screen. */
  readonly look?: string;
  /** The cell that names the row. */
  readonly isHeader?: true;
  readonly toCell: (row: Row) => Child;
  /** What rows are sorted by; without it the column cannot be sorted by. */
  readonly toKey?: (row: Row) => number | string;
  /** What comes first when the column is first sorted by; the least if it is missing. */
  readonly first?: 'least' | 'most';
}

export interface TableOptions<Row> {
  readonly caption: string;
  /** What a screen reader calls the element that scrolls; the caption if it is missing. */
  readonly name?: string;
  readonly columns: readonly Column<Row>[];
  /** In the order that is shown first. */
  readonly rows: readonly Row[];
  /** Rows that are shown until `show` says which; all if it is missing. */
  readonly limit?: number;
  /** The title of the column that the rows come sorted by. */
  readonly sortedBy?: string;
}

export interface SortableTable<Row> {
  /** Holds the table; a table that is wider than the screen scrolls in it, also by keyboard: the page never does. */
  readonly element: HTMLElement;
  /** Shows the first rows that pass, in the order that was chosen; returns how many pass. */
  show(passes: (row: Row) => boolean, limit: number): number;
}

/** Makes a column of numbers; the most come first. */
export function makeCountColumn<Row>(title: string, toCount: (row: Row) => number): Column<Row> {
  return {
    title,
    look: 'number',
    toCell: (row) => formatCount(toCount(row)),
    toKey: toCount,
    first: 'most',
  };
}

/** Makes a table; a click on a column's title sorts it, another click turns the order round. */
export function makeSortableTable<Row>(options: TableOptions<Row>): SortableTable<Row> {
  const { caption, name = caption, columns } = options;
  const body = make('tbody');
  let shown: readonly [passes: (row: Row) => boolean, limit: number] = [
    () => true,
    options.limit ?? options.rows.length,
  ];
  let order: Order | null = findOrder(options, recall(name).order) ?? findFirstOrder(options);
  let rows = sortRows(options, recall(name).order);

  const heads = columns.map((column) => {
    const head = make('th', { scope: 'col', class: column.look ?? false });
    if (column.toKey === undefined) {
      head.append(column.title);
    } else {
      const button = make('button', { type: 'button', class: 'sort' }, column.title);
      button.addEventListener('click', () => sortBy(column));
      head.append(button);
    }
    return head;
  });

  const fill = () => {
    const passing = rows.filter(shown[0]);
    body.replaceChildren(...passing.slice(0, shown[1]).map((row) => makeRow(columns, row)));
    return passing.length;
  };
  const markOrder = () => {
    columns.forEach(({ title }, at) => {
      if (order?.title === title) heads[at]?.setAttribute('aria-sort', order.direction);
      else heads[at]?.removeAttribute('aria-sort');
    });
  };
  const sortBy = ({ title, toKey, first }: Column<Row>) => {
    if (toKey === undefined) return;
    const usual = first === 'most' ? 'descending' : 'ascending';
    const other = usual === 'ascending' ? 'descending' : 'ascending';
    const direction = order?.title === title && order.direction === usual ? other : usual;
    order = { title, direction };
    remember(name, { order });
    rows = sortRows(options, order);
    markOrder();
    fill();
  };

  markOrder();
  fill();
  const head = make('thead', {}, make('tr', {}, ...heads));
  const table = make('table', {}, make('caption', {}, caption), head, body);
  return {
    element: makeScroller(name, table),
    show(passes, limit) {
      shown = [passes, limit];
      return fill();
    },
  };
}

/** Makes the element that a wide table scrolls in, also by keyboard. @param name what a screen reader calls it */
export function makeScroller(name: string, table: HTMLTableElement): HTMLElement {
  return make('div', { class: 'scroller', role: 'group', tabindex: '0', 'aria-label': name }, table);
}

/** An order that was chosen before, if the table still has its column. */
function findOrder<Row>({ columns }: TableOptions<Row>, order: Order | undefined): Order | null {
  return columns.some(({ title, toKey }) => title === order?.title && toKey !== undefined)
    ? (order ?? null)
    : null;
}

/** From the order that the rows came in, so that equal rows keep it. */
function sortRows<Row>({ columns, rows }: TableOptions<Row>, order: Order | undefined): readonly Row[] {
  const toKey = columns.find(({ title }) => title === order?.title)?.toKey;
  if (toKey === undefined) return rows;
  const sign = order?.direction === 'ascending' ? 1 : -1;
  return rows.toSorted((a, b) => sign * compare(toKey(a), toKey(b)));
}

function findFirstOrder<Row>({ columns, sortedBy }: TableOptions<Row>): Order | null {
  const column = columns.find(({ title }) => title === sortedBy);
  if (column === undefined) return null;
  return { title: column.title, direction: column.first === 'most' ? 'descending' : 'ascending' };
}

function makeRow<Row>(columns: readonly Column<Row>[], row: Row): HTMLTableRowElement {
  const cells = columns.map(({ isHeader, look = false, toCell }) =>
    isHeader
      ? make('th', { scope: 'row', class: look }, toCell(row))
      : make('td', { class: look }, toCell(row)),
  );
  return make('tr', {}, ...cells);
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}
