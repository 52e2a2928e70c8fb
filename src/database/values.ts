/** How values arrive from either database: one JavaScript type for each SQL type, nothing rounded. */
import { DatabaseError } from '../errors.js';
import type { Answer, Row } from './database.js';

/** Type identifiers of PostgreSQL (pg_type.dat). */
const OID = { bigint: 20, date: 1082, timestamp: 1114, timestamptz: 1184 } as const;

/** Parsers by type identifier: dates and times stay text, bigint becomes a number. */
export const VALUE_PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  [OID.bigint]: toExactNumber,
  [OID.date]: (text) => text,
  [OID.timestamp]: (text) => text,
  [OID.timestamptz]: (text) => text,
};

/** @throws DatabaseError if a number would be rounded (above 2^53 - 1) */
function toExactNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number))
    throw new DatabaseError(`the database holds a number beyond 2^53: ${text}`);
  return number;
}

/** Reads a column that the SQL file promises to be a number. */
export function getNumber(row: Row | undefined, column: string): number {
  const value = row?.[column];
  if (typeof value !== 'number')
    throw new DatabaseError(`the database returned no number in column '${column}'`);
  return value;
}

/** Reads a column that the SQL file promises to be text. */
export function getText(row: Row | undefined, column: string): string {
  const value = row?.[column];
  if (typeof value !== 'string')
    throw new DatabaseError(`the database returned no text in column '${column}'`);
  return value;
}

/** Reads several columns that the SQL file promises to be numbers. */
export function getNumbers<Column extends string>(
  row: Row,
  columns: readonly Column[],
): Readonly<Record<Column, number>> {
  const numbers = columns.map((column) => [column, getNumber(row, column)] as const);
  return Object.fromEntries(numbers) as Record<Column, number>;
}

/** Reads a number from a column that may be null. */
export function getNumberOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : getNumber(row, column);
}

/** Reads text from a column that may be null. */
export function getTextOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : getText(row, column);
}

/** Makes the answer to a person's statement out of the result of either driver. */
export function toAnswer(result: {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
  readonly rows: Answer['rows'];
}): Answer {
  return {
    columns: result.fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID })),
    rows: result.rows,
  };
}

/** Returns the answer to the last statement of a script, which has at least one. */
export function getLast<Result>(answer: Result | readonly Result[]): Result {
  if (!Array.isArray(answer)) return answer as Result;
  return (answer as readonly Result[]).at(-1) as Result;
}
