/** How far an export has come, and where it stops that was asked to. */
import type { Database } from '../database/database.js';
import { InterruptedError } from '../errors.js';

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

/** @throws InterruptedError where the person or the system has asked to stop */
export function checkInterrupted(signal: AbortSignal, target: Database): void {
  if (signal.aborted) throw new InterruptedError(`interrupted; ${target.name} is as it was`);
}
