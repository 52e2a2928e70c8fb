/** Keeps an export from overwriting what only the target has, or the database that it reads. */
import { randomBytes } from 'node:crypto';
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';
import { EXIT, InputError, UsageError } from '../errors.js';
import { SUMMARIES } from '../summaries/summaries.js';
import { countRows, getHits, type TableTotals } from './tables.js';

/**
 * Refuses a target that holds anything but an earlier state of the source. Before the call, the source's record of runs and
 * batches must be copied into temporary tables of the target.
 *
 * @throws InputError, exit code 4
 */
export async function refuseOwnData(
  source: Database,
  target: Database,
  totals: readonly TableTotals[],
): Promise<void> {
  const own = (await findOwnRuns(target)) ?? findOwnRows(totals);
  if (own === null) return;
  throw new InputError(
    `${target.name} holds what ${source.name} does not have: ${own}; nothing was changed`,
    {
      hint: 'export into another database, or ingest the logs there: what was counted there already is not counted again. Where nothing there is needed, let its owner drop the schema logtally',
      exitCode: EXIT.held,
    },
  );
}

/** @returns `run 3 of 2026-04-14T08:22:31.000Z, and 2 more`, null if there is none */
async function findOwnRuns(target: Database): Promise<string | null> {
  const row = (await target.query(sql.findOwnRuns)).rows[0];
  if (row === undefined) return null;
  const more = getNumber(row, 'own_runs') - 1;
  const first = `run ${getNumber(row, 'run_id')} of ${getText(row, 'started_at')}`;
  return more === 0 ? first : `${first}, and ${more} more`;
}

/** @returns which rows no run has counted, null if there are none */
function findOwnRows(totals: readonly TableTotals[]): string | null {
  const counted = getHits(totals, 'batch');
  for (const { countedTable } of SUMMARIES) {
    if (countedTable === null) continue;
    const hits = getHits(totals, countedTable);
    if (hits !== counted) return `${hits} hits, of which its runs counted ${counted}`;
  }
  const runs = totals.find(({ table }) => table === 'run')?.rows ?? 0;
  return runs === 0 && countRows(totals) > 0 ? 'rows that belong to no run' : null;
}

/**
 * Refuses to export a database into itself. One connection takes a lock whose number nobody else knows: if the other one cannot
 * get it, both are in one database.
 *
 * @throws UsageError if the source is the target
 */
export async function refuseSameDatabase(source: Database, target: Database): Promise<void> {
  const number = randomBytes(8).readBigInt64BE().toString();
  const isAnother = await target.transaction('reading', async () => {
    await tryLock(target, number);
    return source.transaction('reading', () => tryLock(source, number));
  });
  if (isAnother) return;
  throw new UsageError(`--to names the database that is exported, ${source.name}`, {
    hint: '--data-dir or --database-url names the one to export, --to another one',
  });
}

async function tryLock(database: Database, number: string): Promise<boolean> {
  return (await database.query(sql.tryLock, [number])).rows[0]?.['is_had'] === true;
}
