/** `--metrics`: a file of numbers for a monitoring system, written whenever something was committed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database/database.js';
import { DatabaseError, EXIT, type ExitCode, LogtallyError, worstExitCode } from '../errors.js';
import { writeMetricsFile } from '../output/metrics.js';
import { selectMetrics } from '../report/metrics.js';
import type { CommandContext } from './context.js';

/** Milliseconds that a program that was asked to stop gives the metrics. */
const LAST_MS = 1000;

/**
 * Reads the metrics and replaces the file. A failure is told, and changes nothing of what was counted. Call it outside of a transaction,
 * as often as something was committed.
 *
 * @param path null for none
 * @returns whether it is written, or there is none
 */
export async function writeMetrics(
  { signal, stderr, version }: CommandContext,
  database: Database,
  path: string | null,
): Promise<boolean> {
  if (path === null) return true;
  const write = async () => writeMetricsFile(path, await selectMetrics(database), version);
  try {
    await (signal.aborted ? Promise.race([write(), giveUp()]) : database.interruptible(signal, write));
    return true;
  } catch (error) {
    if (!(error instanceof LogtallyError)) throw error;
    const hint = error.hint === null ? '' : `logtally: hint: ${error.hint}\n`;
    stderr.write(
      `logtally: error: no metrics were written: ${error.message}; what was counted is stored\n${hint}`,
    );
    return false;
  }
}

/** Milliseconds from one time that the metrics are written to the next: while lines are counted, and while there is nothing to count. */
const PAUSE_MS = 10_000;
const QUIET_PAUSE_MS = 60_000;

/** Writes the metrics of a program that goes on; a failure is told once, until they can be written again. */
export interface MetricsWriter {
  /** Something was committed: they have changed. */
  note(): void;
  /** Writes them if it is time. Called again and again. */
  writeInTime(): Promise<void>;
  /** Writes them once more, at the end. */
  write(): Promise<void>;
}

/** @param path null for none */
export function createMetricsWriter(
  context: CommandContext,
  database: Database,
  path: string | null,
): MetricsWriter {
  let writtenAt = Number.NEGATIVE_INFINITY;
  let hasChanged = true;
  let hasFailed = false;
  const quiet = { ...context, stderr: { ...context.stderr, write: () => undefined } };
  const write = async () => {
    writtenAt = performance.now();
    hasChanged = false;
    hasFailed = !(await writeMetrics(hasFailed ? quiet : context, database, path));
  };
  return {
    note() {
      hasChanged = true;
    },
    async writeInTime() {
      const pauseMs = hasChanged ? PAUSE_MS : QUIET_PAUSE_MS;
      if (performance.now() - writtenAt >= pauseMs) await write();
    },
    write,
  };
}

async function giveUp(): Promise<never> {
  await sleep(LAST_MS, undefined, { ref: false });
  throw new DatabaseError('the database has not answered in time');
}

/**
 * Does `work`, and writes the metrics whether it succeeds or fails.
 *
 * @param path null for none
 * @returns the result, and its exit code; that of a failure if the metrics are not written
 */
export async function withMetrics<Result extends { readonly exitCode: ExitCode }>(
  context: CommandContext,
  database: Database,
  { path, work }: { readonly path: string | null; readonly work: () => Promise<Result> },
): Promise<{ readonly result: Result; readonly exitCode: ExitCode }> {
  try {
    const result = await work();
    const isWritten = await writeMetrics(context, database, path);
    return { result, exitCode: worstExitCode([result.exitCode, isWritten ? EXIT.done : EXIT.failure]) };
  } catch (error) {
    // the run has recorded how it ended
    await writeMetrics(context, database, path);
    throw error;
  }
}
