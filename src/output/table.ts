/** Plain text tables: columns as wide as their content, numbers to the right, no lines around them. */
import stringWidth from 'string-width';
import { toVisibleText } from './text.js';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** Puts a cell, already safe to show, into colours; its width stays. */
  readonly paint?: (cell: string) => string;
}

/** A column that says what its cells are. */
export interface CellColumn<Item> extends Column {
  readonly toCell: (item: Item) => string;
}

/** A column of a table that has to fit. */
export interface FittingColumn<Item> extends CellColumn<Item> {
  /** What happens if the lines are too long: columns with lower numbers are left out first, `cut` cells are cut. */
  readonly whenNarrow: 'keep' | 'cut' | number;
}

const GAP = '  ';
/** Characters that a column keeps before others are left out. */
const CUT_WIDTH = 24;
const LEAST_CUT_WIDTH = 8;

/** Lays rows out under their titles; every cell is made safe to show. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const visible = rows.map((row) => row.map(toVisibleText));
  const widths = measureColumns(columns, visible);
  const titles = columns.map(({ title, align }, at) => pad(title, { width: widths[at] ?? 0, align }));
  const lines = visible.map((row) =>
    columns.map((column, at) => pad(row[at] ?? '', { width: widths[at] ?? 0, ...column })),
  );
  return [titles, ...lines].map((line) => `${line.join(GAP).trimEnd()}\n`).join('');
}

/** Lays items out, one a row. */
export function formatItems<Item>(columns: readonly CellColumn<Item>[], items: readonly Item[]): string {
  return formatTable(columns, toRows(columns, items));
}

function toRows<Item>(columns: readonly CellColumn<Item>[], items: readonly Item[]): readonly string[][] {
  return items.map((item) => columns.map(({ toCell }) => toCell(item)));
}

/**
 * Lays items out within a width: leaves columns out and cuts cells until the table fits, as far as the columns allow.
 *
 * @param width null for lines as long as they are
 */
export function formatFittingTable<Item>(
  columns: readonly FittingColumn<Item>[],
  items: readonly Item[],
  width: number | null,
): string {
  if (width === null) return formatItems(columns, items);
  const visible = toRows(columns, items).map((row) => row.map(toVisibleText));
  const widths = measureColumns(columns, visible);
  const isCut = (at: number) => columns[at]?.whenNarrow === 'cut';
  const measure = (shown: readonly number[], toWidth: (at: number) => number) =>
    shown.reduce((sum, at) => sum + toWidth(at), (shown.length - 1) * GAP.length);
  const toLeast = (at: number) => (isCut(at) ? Math.min(widths[at] ?? 0, CUT_WIDTH) : (widths[at] ?? 0));
  const order = [...new Set(columns.flatMap(({ whenNarrow }) => Number(whenNarrow) || []))].sort(
    (a, b) => a - b,
  );
  let shown: readonly number[] = [...columns.keys()];
  for (const next of order) {
    if (measure(shown, toLeast) <= width) break;
    shown = shown.filter((at) => columns[at]?.whenNarrow !== next);
  }
  const others = measure(shown, (at) => (isCut(at) ? 0 : (widths[at] ?? 0)));
  const cutWidth = Math.max(LEAST_CUT_WIDTH, width - others);
  return formatTable(
    shown.flatMap((at) => columns[at] ?? []),
    visible.map((row) =>
      shown.map((at) => (isCut(at) ? cutMiddle(row[at] ?? '', cutWidth) : (row[at] ?? ''))),
    ),
  );
}

function measureColumns(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly number[] {
  return columns.map(({ title }, at) =>
    rows.reduce((widest, row) => Math.max(widest, stringWidth(row[at] ?? '')), stringWidth(title)),
  );
}

function pad(
  cell: string,
  { width, align, paint }: Omit<Column, 'title'> & { readonly width: number },
): string {
  const space = ' '.repeat(width - stringWidth(cell));
  const text = paint === undefined ? cell : paint(cell);
  return align === 'left' ? text + space : space + text;
}

/** Takes characters out of the middle of a text that is safe to show, so that it is at most `width` columns wide. */
export function cutMiddle(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  const characters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  const head = takeColumns(characters, Math.ceil((width - 1) / 2));
  const tail = takeColumns(characters.toReversed(), width - 1 - stringWidth(head.join('')));
  return `${head.join('')}…${tail.toReversed().join('')}`;
}

function takeColumns(characters: readonly string[], columns: number): readonly string[] {
  let left = columns;
  const end = characters.findIndex((character) => {
    left -= stringWidth(character);
    return left < 0;
  });
  return end === -1 ? characters : characters.slice(0, end);
}

/** Breaks a text that is safe to show into lines at its spaces, where it is wider than a terminal; a longer word stays whole. */
export function wrapWords(text: string, width: number | null): string {
  if (width === null) return text;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || stringWidth(`${line} ${word}`) > width) lines.push(word);
    else lines.splice(-1, 1, `${line} ${word}`);
  }
  return lines.join('\n');
}
