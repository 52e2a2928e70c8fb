/** Writes the requests of a log as rows for COPY: all columns for the summary `requests`, or those that the operator's summaries read. */
import { COPY_NULL, type CopyPiece, escapeCopyText } from '../../../database/copy.js';
import type { Database } from '../../../database/database.js';
import { sql } from '../../../database/sql.js';
import {
  type OwnSummary,
  REQUEST_COLUMNS,
  type RequestColumn,
  toOwnTarget,
} from '../../../summaries/own/own.js';
import { REQUEST_TARGET } from '../../../summaries/requests.js';
import type { ScannedLine } from '../scanned-line.js';
import type { RequestValues } from './request-reader.js';
import { RowBytes } from './row-bytes.js';
import type { ColumnWriters, WriteColumn } from './scanned-columns.js';

export class RequestRows {
  readonly target: string;
  /** Rows that were written so far. */
  rowCount = 0;
  readonly #columns: readonly RequestColumn[];
  /** Those of the columns, for scanned lines. */
  readonly #writers: readonly WriteColumn[];
  readonly #rows = new RowBytes();
  #prepare: CopyPiece['prepare'];
  /** The source of the row before, and its text. */
  #source = -1n;
  #sourceText = '';
  #pieces: CopyPiece[] = [];

  /**
   * @param target the table and its columns
   * @param columns of a request, in the order of the target's
   * @param writers write them for scanned lines
   */
  constructor(target: string, columns: readonly RequestColumn[], writers: ColumnWriters) {
    this.target = target;
    this.#columns = columns;
    this.#writers = columns.map((column) => writers[column]);
  }

  /** @param source the first column; null if the target has none before those of the request */
  add(source: bigint | null, values: RequestValues): void {
    this.#addSource(source);
    for (const column of this.#columns) {
      this.#rows.addText(toField(values[column]));
      this.#rows.endColumn();
    }
    this.#endRow();
  }

  /** Adds the row of a line that was scanned. */
  addScanned(source: bigint | null, line: ScannedLine): void {
    this.#addSource(source);
    for (const write of this.#writers) {
      write(this.#rows, line);
      this.#rows.endColumn();
    }
    this.#endRow();
  }

  #addSource(source: bigint | null): void {
    if (source === null) return;
    if (source !== this.#source) {
      this.#source = source;
      this.#sourceText = `${source}`;
    }
    this.#rows.addAscii(this.#sourceText);
    this.#rows.endColumn();
  }

  #endRow(): void {
    this.#rows.endRow();
    this.rowCount += 1;
    if (this.#rows.isFull) this.#endPiece();
  }

  /** Has something done before the rows behind this are copied. */
  prepare(prepare: (database: Database) => Promise<void>): void {
    this.#endPiece();
    this.#prepare = prepare;
  }

  #endPiece(): void {
    const text = this.#rows.take();
    if (text.length === 0) return;
    const piece = { target: this.target, text };
    this.#pieces.push(this.#prepare === undefined ? piece : { ...piece, prepare: this.#prepare });
    this.#prepare = undefined;
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
export function createRows(writers: ColumnWriters): RequestRows {
  // the site follows from the source
  return new RequestRows(
    REQUEST_TARGET,
    REQUEST_COLUMNS.filter((column) => column !== 'site'),
    writers,
  );
}

/** Makes the rows that the operator's summaries read. */
export function createOwnRows(own: readonly OwnSummary[], writers: ColumnWriters): RequestRows {
  const read = new Set(own.flatMap(({ reads }) => reads));
  const columns = REQUEST_COLUMNS.filter((column) => read.has(column));
  return new RequestRows(toOwnTarget(columns), columns, writers);
}

/** Looks after the partitions of the months that requests are of. */
export class RequestMonths {
  readonly #known = new Set<string>();
  #lastDay = '';

  /** Has the partition of a day's month made before its first row is copied. */
  prepare(day: string, rows: RequestRows): void {
    if (day === this.#lastDay) return;
    this.#lastDay = day;
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
