/** Rows for COPY, in PostgreSQL's text format (PostgreSQL manual, COPY, "Text Format"). */
import { pipeline } from 'node:stream/promises';
import { DatabaseError } from '../errors.js';
import { type Database, toDatabaseError } from './database.js';

const SPECIAL = /[\\\t\n\r]/;
const EVERY_SPECIAL = new RegExp(SPECIAL, 'g');
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** The text that stands for null. */
export const COPY_NULL = '\\N';

/** Writes a value as it stands between tabs. */
export function escapeCopyText(text: string): string {
  // a test alone is twice as fast as a replacement that finds nothing
  return SPECIAL.test(text)
    ? text.replace(EVERY_SPECIAL, (character) => ESCAPES[character] ?? character)
    : text;
}

/** The rows of one COPY. */
interface CopyRows {
  /** The table and its columns: `pg_temp.staged_hit (object_id, hit_on)`. */
  readonly target: string;
  readonly text: AsyncIterable<Buffer>;
  /** How many rows the text had; asked when it has ended. */
  readonly countSent: () => number;
  readonly signal?: AbortSignal;
}

/**
 * Copies rows into a table, and makes sure that the database took each.
 *
 * @throws DatabaseError if it took other rows than were sent; errors of the text as they are
 */
export async function copyRows(database: Database, rows: CopyRows): Promise<void> {
  const copy = await database.openCopy(rows.target);
  try {
    await pipeline(rows.text, copy.writable, { signal: rows.signal });
  } catch (error) {
    throw toDatabaseError(database.name, error);
  }
  const [sent, taken] = [rows.countSent(), copy.getRowCount()];
  if (taken === sent) return;
  const [table] = rows.target.split(' ');
  throw new DatabaseError(
    `${sent} rows of ${table} were sent to ${database.name}, which took ${taken}; nothing was stored`,
  );
}
