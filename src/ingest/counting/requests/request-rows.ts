/** Writes the requests of a log as rows for COPY: all columns for the summary `requests`, or those that the operator's summaries read. */
import { COPY_NULL, type CopyPiece, escapeCopyText } from '../../../database/copy.js';
import type { Database } from '../../../database/database.js';
import { sql } from '../../../database/sql.js';
import { type OwnSummary, REQUEST_COLUMNS, toOwnTarget } from '../../../summaries/own/own.js';
import { REQUEST_TARGET } from '../../../summaries/requests.js';
import type { RequestValues } from './request-reader.js';

/** Rows become pieces of about so many characters. */
const PIECE_CHARACTERS = 131_072;

export class RequestRows {
  readonly target: string;
  /** Rows that were written so far. */
  rowCount = 0;
  readonly #columns: readonly number[];
  #prepare: CopyPiece['prepare'];
  #text = '';
  #pieces: CopyPiece[] = [];

  /**
   * @param target the table and its columns
   * @param columns the places of the values that become columns, in their order
   */
  constructor(target: string, columns: readonly number[]) {
    this.target = target;
    this.#columns = columns;
  }

  /** @param before columns before those of the request, each with its tab */
  add(before: string, values: RequestValues): void {
    let row = '';
    for (const at of this.#columns) row += `\t${toField(values[at] ?? null)}`;
    this.#text += `${before}${row.slice(1)}\n`;
    this.rowCount += 1;
    if (this.#text.length >= PIECE_CHARACTERS) this.#endPiece();
  }

  /** Has something done before the rows behind this are copied. */
  prepare(prepare: (database: Database) => Promise<void>): void {
    this.#endPiece();
    this.#prepare = prepare;
  }

  #endPiece(): void {
    if (this.#text === '') return;
    const piece = { target: this.target, text: Buffer.from(this.#text) };
    this.#pieces.push(this.#prepare === undefined ? piece : { ...piece, prepare: this.#prepare });
    this.#prepare = undefined;
    this.#text = '';
  }

  /** Takes the pieces that are full; each is returned once. */
  take(): readonly CopyPiece[] {
    return this.#pieces.splice(0);
  }

  /** Takes all rows that are left. */
  finish(): readonly CopyPiece[] {
    this.#endPiece();
    return this.take();
  }
}

/** Makes the rows of the summary `requests`. */
export function createRows(): RequestRows {
  // the site follows from the source
  const columns = REQUEST_COLUMNS.flatMap((column, at) => (column === 'site' ? [] : [at]));
  return new RequestRows(REQUEST_TARGET, columns);
}

/** Makes the rows that the operator's summaries read. */
export function createOwnRows(own: readonly OwnSummary[]): RequestRows {
  const read = new Set(own.flatMap(({ reads }) => reads));
  const columns = REQUEST_COLUMNS.filter((column) => read.has(column));
  return new RequestRows(
    toOwnTarget(columns),
    columns.map((column) => REQUEST_COLUMNS.indexOf(column)),
  );
}

/** Looks after the partitions of the months that requests are of. */
export class RequestMonths {
  readonly #known = new Set<string>();

  /** Has the partition of a day's month made before its first row is copied. */
  prepare(day: string, rows: RequestRows): void {
    const month = day.slice(0, -'-dd'.length);
    if (this.#known.has(month)) return;
    this.#known.add(month);
    rows.prepare(async (database) => {
      await database.query(sql.createRequestMonth, [`${month}-01`]);
    });
  }
}

function toField(value: string | number | null): string {
  if (value === null) return COPY_NULL;
  return typeof value === 'number' ? String(value) : escapeCopyText(value);
}
