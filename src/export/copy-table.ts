/** Copies the rows of one table from one database to another one, some thousand at a time. */
import { COPY_NULL, copyRows, escapeCopyText } from '../database/copy.js';
import type { Answer, Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { InterruptedError } from '../errors.js';
import { reachFaultPoint } from '../faults.js';

export interface ExportProgress {
  /** Rows that were copied. */
  rows: number;
  /** Rows that are to be copied; null until it is known. */
  totalRows: number | null;
}

export interface ExportWatch {
  /** Kept up to date while rows are copied. */
  readonly progress: ExportProgress;
  readonly signal: AbortSignal;
}

/** @throws InterruptedError if the person or the system has asked to stop */
export function checkInterrupted(signal: AbortSignal, target: Database): void {
  if (signal.aborted) throw new InterruptedError(`interrupted; ${target.name} is as it was`);
}

/**
 * Copies all rows that the statement begins to read, whose columns have the names of the table's. Memory holds the rows of one fetch, and those that the connection has not taken yet.
 *
 * @throws DatabaseError if the target took another number of rows, InterruptedError
 */
export async function copyTable(
  source: Database,
  target: Database,
  {
    statement,
    table,
    progress,
    signal,
  }: ExportWatch & { readonly statement: string; readonly table: string },
): Promise<void> {
  await source.query(statement);
  const first = await source.ask(sql.fetchRows);
  let sent = 0;
  const toText = async function* () {
    for (let { rows } = first; rows.length > 0; { rows } = await source.ask(sql.fetchRows)) {
      await reachFaultPoint('copying', target);
      checkInterrupted(signal, target);
      yield Buffer.from(toCopyText(rows));
      sent += rows.length;
      progress.rows += rows.length;
    }
  };
  const columns = first.columns.map(({ name }) => name).join(', ');
  await copyRows(target, {
    target: `${table} (${columns})`,
    text: toText(),
    countSent: () => sent,
  });
  await source.query(sql.closeRows);
}

function toCopyText(rows: Answer['rows']): string {
  return rows
    .map((row) => `${row.map((value) => (value === null ? COPY_NULL : escapeCopyText(value))).join('\t')}\n`)
    .join('');
}
