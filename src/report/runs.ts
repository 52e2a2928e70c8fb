/** Reads what each run counted, and what the runs of each day read. */
import type { Database, Row } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber, getNumberOrNull, getNumbers, getText, getTextOrNull } from '../database/values.js';
import { EXIT } from '../errors.js';
import type { RunDay } from './report-shape.js';

/** The columns of the account of lines. */
const ACCOUNT = ['lines', 'counted', 'unattributed', 'filtered', 'rejected'] as const;

/** One invocation of ingest. Times are ISO 8601, UTC. */
export interface Run extends Pick<RunDay, (typeof ACCOUNT)[number]> {
  readonly run: number;
  readonly startedAt: string;
  /** Null if the run did not reach its end. */
  readonly finishedAt: string | null;
  /**
   * `interrupted`: it was asked to stop (exit code 130). `failed`: an input, or the whole run, could not be counted (1).
   * `unfinished`: it may be running, or was killed. `killed`: it cannot be running, because an embedded database is open
   * in one process only, whose run is the last one.
   */
  readonly state: 'finished' | 'interrupted' | 'failed' | 'unfinished' | 'killed';
  readonly exitCode: number | null;
  readonly host: string;
  readonly version: string;
  readonly batches: number;
  /** Decompressed. */
  readonly bytes: number;
  /** When it was undone; null if it was not. */
  readonly undoneAt: string | null;
}

export interface Runs {
  /** Newest first. */
  readonly runs: readonly Run[];
  /** Runs that counted nothing, and are not listed. */
  readonly leftOut: number;
  /** Those of them that did not end with exit code 0. */
  readonly leftOutNotDone: number;
}

/** The answer of a database without runs. */
export const NO_RUNS: Runs = { runs: [], leftOut: 0, leftOutNotDone: 0 };

/**
 * Reads the last runs.
 *
 * @param limit runs at most; the runs that are left out are counted as far back as the oldest listed one
 * @param all whether runs that counted nothing are listed as well
 */
export async function selectRuns(database: Database, limit: number, all: boolean): Promise<Runs> {
  return database.transaction('reading', async () => {
    const { rows } = await database.query(sql.selectRuns, [limit, all]);
    const runs = rows.map((row) => toRun(row, database));
    if (all) return { ...NO_RUNS, runs };
    const oldest = runs.length < limit ? 0 : (runs.at(-1)?.run ?? 0);
    const counts = (await database.query(sql.countEmptyRuns, [oldest])).rows[0];
    return { runs, leftOut: getNumber(counts, 'runs'), leftOutNotDone: getNumber(counts, 'not_done') };
  });
}

function toState(row: Row, { kind, isShared }: Database): Run['state'] {
  const exitCode = getNumberOrNull(row, 'exit_code');
  if (getTextOrNull(row, 'finished_at') === null) {
    const mayRun = kind === 'postgres' || (isShared && row['is_last'] === true);
    return mayRun ? 'unfinished' : 'killed';
  }
  if (exitCode === EXIT.interrupted) return 'interrupted';
  return exitCode === EXIT.failure ? 'failed' : 'finished';
}

function toRun(row: Row, database: Database): Run {
  return {
    run: getNumber(row, 'run_id'),
    startedAt: getText(row, 'started_at'),
    finishedAt: getTextOrNull(row, 'finished_at'),
    state: toState(row, database),
    exitCode: getNumberOrNull(row, 'exit_code'),
    host: getText(row, 'host'),
    version: getText(row, 'program_version'),
    ...getNumbers(row, ['batches', 'bytes', ...ACCOUNT]),
    undoneAt: getTextOrNull(row, 'undone_at'),
  };
}

/** Days that the page shows. A run every quarter of an hour is 96 runs a day, so the runs of a day are added up. */
const MAX_RUN_DAYS = 31;

/** Reads the account of the lines of each of the last days on which something was read, the last day first. */
export async function readRunDays(database: Database): Promise<readonly RunDay[]> {
  const { rows } = await database.query(sql.selectReportRuns, [MAX_RUN_DAYS]);
  return rows.map((row) => ({
    day: getText(row, 'run_on'),
    ...getNumbers(row, ['runs', ...ACCOUNT]),
    reasons: JSON.parse(getText(row, 'reasons')) as RunDay['reasons'],
  }));
}

/** Reads when lines were last counted, ISO 8601, UTC; null if none were. */
export async function readLastCommit(database: Database): Promise<string | null> {
  const { rows } = await database.query(sql.selectLastCommit);
  return getTextOrNull(rows[0] ?? {}, 'committed_at');
}

/** Reads how many hits of robots are in no total, within a transaction. */
export async function readRobots(database: Database): Promise<number> {
  const { rows } = await database.query(sql.sumRobots);
  return getNumber(rows[0], 'robots');
}
