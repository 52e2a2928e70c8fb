/** Tells how far an export has come, and stops it if it was asked to stop. */
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

/** @throws InterruptedError if the person or the system has asked to stop */
export function checkInterrupted(signal: AbortSignal, target: Database): void {
  if (signal.aborted) throw new InterruptedError(`interrupted; ${target.name} is as it was`);
}
