/** Plain text tables: columns as wide as their content, numbers to the right, no lines around them. */
import stringWidth from 'string-width';
import { toVisibleText } from './text.js';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/** Lays rows out under their titles; every cell is made safe to show. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map((column) => column.title), ...rows.map((row) => row.map(toVisibleText))];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => stringWidth(line[at] ?? ''))));
  return lines
    .map((line) => columns.map((column, at) => pad(line[at] ?? '', widths[at] ?? 0, column.align)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function pad(text: string, width: number, align: Column['align']): string {
  const space = ' '.repeat(width - stringWidth(text));
  return align === 'left' ? text + space : space + text;
}
