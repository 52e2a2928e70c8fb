/** Writes what a log had of many objects as one row for COPY, whose last two columns are arrays (PostgreSQL manual, "Array Input and Output Syntax"). */
import type { IdBytes } from './row-writer.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
/** A quote or a backslash within an element of an array takes a backslash, which COPY wants twice. */
const MAX_GROWTH = 4;

/**
 * Writes one row.
 *
 * @param before the columns before the arrays, each with its tab
 * @param ids as COPY wants them outside an array
 * @param hits of each
 */
export function writeShare(before: string, ids: readonly IdBytes[], hits: readonly number[]): Buffer {
  const idBytes = ids.reduce((sum, { length }) => sum + length * MAX_GROWTH + 3, 0);
  const counts = hits.join(',');
  const row = Buffer.allocUnsafe(before.length + idBytes + counts.length + 16);
  let end = row.write(`${before}{`, 'latin1');
  for (const [place, id] of ids.entries()) {
    if (place > 0) row[end++] = COMMA;
    row[end++] = QUOTE;
    end = writeElement(row, end, id);
    row[end++] = QUOTE;
  }
  end += row.write(`}\t{${counts}}\n`, end, 'latin1');
  return row.subarray(0, end);
}

/** @returns where the element ends in the row */
function writeElement(row: Buffer, start: number, { bytes, from, length }: IdBytes): number {
  let end = start;
  for (let at = from; at < from + length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      row[end++] = BACKSLASH;
      row[end++] = BACKSLASH;
    } else if (byte === BACKSLASH && bytes[at + 1] === BACKSLASH) {
      // a backslash, which is twice in the text for COPY already; other bytes behind one stand for a control character
      row[end++] = BACKSLASH;
      row[end++] = BACKSLASH;
      row[end++] = BACKSLASH;
      at += 1;
    }
    row[end++] = byte;
  }
  return end;
}
