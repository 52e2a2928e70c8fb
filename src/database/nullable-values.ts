/** Reads columns that may be null, as their SQL file says. */
import type { Row } from './database.js';
import { getNumber, getText } from './values.js';

export function getNumberOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : getNumber(row, column);
}

export function getTextOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : getText(row, column);
}
