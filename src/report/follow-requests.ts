/**
 * Follows the requests as runs commit them. Batches are numbered in the order of commits, and each commit has sources of its own: a
 * source that is seen for the first time is a new commit. No transaction stays open between two looks.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database/database.js';
import { isLost, isPassingError } from '../database/database-errors.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';
import type { DatabaseError } from '../errors.js';
import { reachFaultPoint } from '../faults.js';
import type { RequestQuestion } from './request-filter.js';
import { ANY_TIME, readInTransaction, readRows, type TakeRequests } from './requests.js';

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
  /** Called once when the connection is lost; then it is tried again until there is one. */
  readonly onLost: (error: DatabaseError) => void;
  readonly signal: AbortSignal;
}

/** Reads the last requests, and then all that are committed, until it is stopped or nobody takes them. */
export async function followRequests(database: Database, following: Following): Promise<void> {
  const { onLost, signal } = following;
  const look = createLook(database, following);
  let isLostNow = false;
  try {
    for (;;) {
      try {
        if (!(await look())) return;
        isLostNow = false;
      } catch (error) {
        if (!isLost(error) || signal.aborted) throw error;
        const isLostAgain = isLostNow;
        isLostNow = true;
        if (!isLostAgain) onLost(error);
        await reconnect(database, signal);
        if (!isLostAgain) continue;
      }
      await sleep(LOOK_MS, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Connects again, however long the server is away. */
async function reconnect(database: Database, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await database.reconnect();
    } catch (error) {
      if (!isPassingError(error)) throw error;
      await sleep(LOOK_MS, undefined, { signal });
    }
  }
}

/** Makes the look, which answers whether more is wanted. One that fails can be repeated: nothing is shown twice or left out. */
function createLook(
  database: Database,
  { question, limit, take }: Omit<Following, 'onLost' | 'signal'>,
): () => Promise<boolean> {
  let commits: Commits | null = null;
  /** What is found and not read to its end. */
  let unread: { readonly sources: readonly number[]; taken: number } | null = null;
  const lookFirst = async () => {
    let isTaken = true;
    const found = new Commits();
    await found.findSources(database);
    await readInTransaction(database, {
      question,
      limit,
      async take(requests) {
        isTaken = await take(requests);
        return isTaken;
      },
    });
    commits = found;
    return isTaken;
  };
  const lookOn = async (seen: Commits) => {
    const reading = unread ?? { sources: await seen.findSources(database), taken: 0 };
    if (reading.sources.length === 0) return true;
    unread = reading;
    let isTaken = true;
    let skipped = reading.taken;
    const takeOn: TakeRequests = async (requests) => {
      const others = requests.slice(skipped);
      skipped -= requests.length - others.length;
      reading.taken += others.length;
      if (others.length > 0) isTaken = await take(others);
      await reachFaultPoint('followed', database);
      return isTaken;
    };
    const rows = { question, clients: null, newestFirst: false, limit: null };
    const where = { period: question.period, times: ANY_TIME, sources: reading.sources };
    await readRows(database, { ...rows, ...where, take: takeOn });
    unread = null;
    return isTaken;
  };
  return () => database.transaction('snapshot', () => (commits === null ? lookFirst() : lookOn(commits)));
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
    const runs = [...new Set(added.map(({ run }) => run))];
    const found = runs.length === 0 && !isFirst ? [] : await this.#findNew(database, runs, isFirst);
    // only now: if a statement has failed, the next look finds the same;
    // after an undo of more batches than are looked at, only later ones are new
    this.#behind = last < behind ? last : Math.max(behind, last - LOOKED_AT);
    this.#batches = new Set(batches.map(({ key }) => key));
    return found;
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
