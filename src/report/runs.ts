/** What each run counted. */
import { type Database, inReading, type Row } from '../database/database.js';
import { getNumberOrNull, getTextOrNull } from '../database/nullable-values.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';

/** One invocation of ingest. Times are ISO 8601, UTC. */
export interface Run {
  readonly run: number;
  readonly startedAt: string;
  /** null where it did not get to its end. */
  readonly finishedAt: string | null;
  /**
   * `unfinished`: it may be running, or was killed. `killed`: it cannot be running, because an embedded database is open
   * in one process only.
   */
  readonly state: 'finished' | 'unfinished' | 'killed';
  readonly exitCode: number | null;
  readonly host: string;
  readonly version: string;
  readonly batches: number;
  /** Decompressed. */
  readonly bytes: number;
  readonly lines: number;
  readonly counted: number;
  readonly unattributed: number;
  readonly filtered: number;
  readonly rejected: number;
  /** When it was undone, which leaves it nothing counted; null where it was not. */
  readonly undoneAt: string | null;
}

/** The last runs, newest first. */
export async function selectRuns(database: Database, limit: number): Promise<readonly Run[]> {
  return inReading(database, async () => {
    const { rows } = await database.query(sql.selectRuns, [limit]);
    return rows.map((row) => toRun(row, database.kind));
  });
}

function toRun(row: Row, kind: Database['kind']): Run {
  const finishedAt = getTextOrNull(row, 'finished_at');
  return {
    run: getNumber(row, 'run_id'),
    startedAt: getText(row, 'started_at'),
    finishedAt,
    state: finishedAt !== null ? 'finished' : kind === 'embedded' ? 'killed' : 'unfinished',
    exitCode: getNumberOrNull(row, 'exit_code'),
    host: getText(row, 'host'),
    version: getText(row, 'program_version'),
    batches: getNumber(row, 'batches'),
    bytes: getNumber(row, 'bytes'),
    lines: getNumber(row, 'lines'),
    counted: getNumber(row, 'counted'),
    unattributed: getNumber(row, 'unattributed'),
    filtered: getNumber(row, 'filtered'),
    rejected: getNumber(row, 'rejected'),
    undoneAt: getTextOrNull(row, 'undone_at'),
  };
}
