/** Formats the answer to a person's own SQL as a table, as comma-separated values, or as a JSON array. */
import type { Answer, AnswerColumn } from '../database/database.js';
import { UsageError } from '../errors.js';
import { NOTHING_COUNTED } from './names.js';
import { formatTable } from './table.js';
import { formatCsvRecord, formatJson, toVisibleText } from './text.js';

export type QueryFormat = 'text' | 'json' | 'csv';

/** Type identifiers of PostgreSQL (pg_type.dat): smallint, integer, bigint, real, double precision, numeric, oid. */
const NUMBERS: ReadonlySet<number> = new Set([21, 23, 20, 700, 701, 1700, 26]);
const BOOLEAN = 16;
/** json and jsonb. */
const JSON_TYPES: ReadonlySet<number> = new Set([114, 3802]);

/** @throws UsageError if a JSON object would have two keys of one name */
export function formatAnswer({ columns, rows }: Answer, format: QueryFormat): string {
  switch (format) {
    case 'json':
      return formatJson(toObjects({ columns, rows }));
    case 'csv':
      return [
        columns.map(({ name }) => name),
        ...rows.map((row) => columns.map((column, at) => toCsvCell(row[at] ?? null, column))),
      ]
        .map(formatCsvRecord)
        .join('');
    case 'text':
      return formatTable(
        columns.map(({ name, type }) => ({
          title: toVisibleText(name),
          align: NUMBERS.has(type) ? 'right' : 'left',
        })),
        rows.map((row) => row.map((value) => value ?? '')),
      );
  }
}

/** The answer if there are no tables to ask yet. */
export function formatNoAnswer(format: QueryFormat): string {
  return { json: '[]\n', csv: '', text: `${NOTHING_COUNTED}\n` }[format];
}

function toCsvCell(value: string | null, { type }: AnswerColumn): string | number {
  if (value === null) return '';
  return NUMBERS.has(type) && isExact(value) ? Number(value) : value;
}

/**
 * Makes an object of each row, with the names of columns as keys.
 *
 * @throws UsageError if two columns have one name
 */
export function toObjects({ columns, rows }: Answer): readonly Readonly<Record<string, unknown>>[] {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new UsageError(`two columns are named '${twice}', which JSON cannot tell apart`, {
      hint: 'name them: select a.id as first_id, b.id as second_id',
    });
  }
  return rows.map((row) =>
    Object.fromEntries(columns.map((column, at) => [column.name, toJsonValue(row[at] ?? null, column)])),
  );
}

/** A number that JavaScript would round stays text. */
function toJsonValue(value: string | null, { type }: AnswerColumn): unknown {
  if (value === null) return null;
  if (NUMBERS.has(type)) return isExact(value) ? Number(value) : value;
  if (type === BOOLEAN) return value === 't' || value === 'true';
  return JSON_TYPES.has(type) ? JSON.parse(value) : value;
}

function isExact(text: string): boolean {
  return /^-?\d+(?:\.\d+)?$/.test(text) && String(Number(text)) === text;
}
