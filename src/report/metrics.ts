/** Reads the numbers by which a monitoring system watches the counting. */
import { hostname } from 'node:os';
import type { Database, Row } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber, getNumbers, getText } from '../database/values.js';
import { type StreamList, selectStreams } from './streams.js';

/** What is counted of the logs of a site. */
export interface SiteSums {
  readonly site: string;
  readonly batches: number;
  /** Decompressed. */
  readonly bytes: number;
  readonly counted: number;
  readonly unattributed: number;
  readonly filtered: number;
  readonly rejected: number;
  /** The reasons of rejected lines, each with its lines. */
  readonly reasons: readonly (readonly [reason: string, lines: number])[];
  /** ISO 8601, UTC. */
  readonly lastCommitAt: string;
}

/** How a run ended. Times are ISO 8601, UTC. */
export interface EndedRun {
  readonly exitCode: number;
  readonly startedAt: string;
  readonly finishedAt: string;
}

export interface Metrics {
  readonly sites: readonly SiteSums[];
  /** Runs that ended, of all hosts. */
  readonly runs: readonly { readonly exitCode: number; readonly runs: number }[];
  /** The last run of this host that ended; null if none has. */
  readonly lastRun: EndedRun | null;
  readonly logs: StreamList;
  readonly databaseBytes: number;
}

/** Reads them from one state of the database, and looks at the logs of this host. */
export async function selectMetrics(database: Database): Promise<Metrics> {
  const logs = await selectStreams(database, false);
  return database.transaction('snapshot', async () => {
    const lastRun = (await database.query(sql.selectLastRun, [hostname()])).rows[0];
    return {
      sites: (await database.query(sql.sumSites)).rows.map(toSiteSums),
      runs: (await database.query(sql.countRunsByExitCode)).rows.map((row) => ({
        exitCode: getNumber(row, 'exit_code'),
        runs: getNumber(row, 'runs'),
      })),
      lastRun: lastRun === undefined ? null : toEndedRun(lastRun),
      logs,
      databaseBytes: getNumber((await database.query(sql.measureDatabase)).rows[0], 'bytes'),
    };
  });
}

function toSiteSums(row: Row): SiteSums {
  return {
    site: getText(row, 'site'),
    ...getNumbers(row, ['batches', 'bytes', 'counted', 'unattributed', 'filtered', 'rejected']),
    reasons: JSON.parse(getText(row, 'reasons')) as SiteSums['reasons'],
    lastCommitAt: getText(row, 'last_commit_at'),
  };
}

function toEndedRun(row: Row): EndedRun {
  return {
    exitCode: getNumber(row, 'exit_code'),
    startedAt: getText(row, 'started_at'),
    finishedAt: getText(row, 'finished_at'),
  };
}
