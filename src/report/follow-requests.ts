/**
 * Follows the requests as runs commit them. Batches are numbered in the order of commits, and each commit has sources of its own: a
 * source that is seen for the first time is a new commit. No transaction stays open between two looks.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';
import type { RequestQuestion } from './request-filter.js';
import { readInTransaction, readRows, type TakeRequests } from './requests.js';

/** Milliseconds between two looks. */
const LOOK_MS = 1000;

/** The last batches that are looked at each time: `undo` and `--recount` may give numbers free, which later batches have again. */
const LOOKED_AT = 100;

/** Runs whose sources are remembered; those that have committed last. A run of a pipe may be silent for long. */
const MAX_RUNS = 100_000;

interface Following {
  readonly question: RequestQuestion;
  /** Requests that are shown first, of those that are there. */
  readonly limit: number;
  readonly take: TakeRequests;
  readonly signal: AbortSignal;
}

/** Reads the last requests, and then all that are committed, until it is stopped or nobody takes them. */
export async function followRequests(database: Database, following: Following): Promise<void> {
  const { question, limit, take, signal } = following;
  const commits = new Commits();
  let isTaken = true;
  const takeOn: TakeRequests = async (requests) => {
    isTaken = await take(requests);
    return isTaken;
  };
  try {
    await database.transaction('snapshot', async () => {
      await commits.findSources(database);
      await readInTransaction(database, { question, limit, take: takeOn });
    });
    while (isTaken) {
      await sleep(LOOK_MS, undefined, { signal });
      await database.transaction('snapshot', async () => {
        const sources = await commits.findSources(database);
        if (sources.length === 0) return;
        const rows = {
          question,
          clients: null,
          period: question.period,
          sources,
          newestFirst: false,
          limit: null,
        };
        await readRows(database, { ...rows, take: takeOn });
      });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** What was seen of the commits. */
class Commits {
  /** The batch behind which all are looked at; null before the first look. */
  #behind: number | null = null;
  /** The batches behind that one that were seen. */
  #batches = new Set<string>();
  /** The sources that were seen, by run, those of the last commits at the end. */
  readonly #sources = new Map<number, Set<number>>();

  /** Finds the sources that were committed since the last look; at the first one those that are there. Called in a snapshot. */
  async findSources(database: Database): Promise<readonly number[]> {
    const isFirst = this.#behind === null;
    const behind = this.#behind ?? Math.max(0, (await readLastBatch(database)) - LOOKED_AT);
    const { rows } = await database.query(sql.findLastBatches, [behind]);
    const batches = rows.map((row) => ({
      batch: getNumber(row, 'batch_id'),
      run: getNumber(row, 'run_id'),
      key: `${getNumber(row, 'batch_id')} ${getNumber(row, 'run_id')} ${getText(row, 'committed_at')}`,
    }));
    const last = batches.at(-1)?.batch ?? 0;
    const added = batches.filter(({ batch, key }) => batch > behind && !this.#batches.has(key));
    // after an undo of more batches than are looked at, only later ones are new
    this.#behind = last < behind ? last : Math.max(behind, last - LOOKED_AT);
    this.#batches = new Set(batches.map(({ key }) => key));
    if (added.length === 0 && !isFirst) return [];
    return this.#findNew(database, [...new Set(added.map(({ run }) => run))], isFirst);
  }

  async #findNew(database: Database, runs: readonly number[], isFirst: boolean): Promise<readonly number[]> {
    const { rows } = await database.query(sql.findRequestSources, [runs, isFirst]);
    const found: number[] = [];
    for (const row of rows) {
      const run = getNumber(row, 'run_id');
      const source = getNumber(row, 'source_id');
      const ofRun = this.#sources.get(run) ?? new Set();
      if (ofRun.has(source)) continue;
      ofRun.add(source);
      found.push(source);
      this.#sources.delete(run);
      this.#sources.set(run, ofRun);
    }
    for (const run of this.#sources.keys()) {
      if (this.#sources.size <= MAX_RUNS) break;
      this.#sources.delete(run);
    }
    return found;
  }
}

async function readLastBatch(database: Database): Promise<number> {
  const { rows } = await database.query(sql.findLastBatches, [Number.MAX_SAFE_INTEGER]);
  return rows[0] === undefined ? 0 : getNumber(rows[0], 'batch_id');
}
