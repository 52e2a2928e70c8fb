/**
 * Counts files in groups, each in one transaction. While the database stores a group, the next one is read on a second
 * connection. If the transaction of a group fails, its files are counted one by one.
 */
import { isLost, isPassingError } from '../../database/database-errors.js';
import { InputError } from '../../errors.js';
import { reachFaultPoint } from '../../faults.js';
import { STANDARD_INPUT } from '../../source/source.js';
import { commitLogs, keepRejects } from '../committing/commit.js';
import { MovedError } from '../identity/identity.js';
import { toInterruption } from '../results.js';
import { reconnect } from '../retry.js';
import type { Lane } from '../run.js';
import type { StagedLog } from '../stage-log.js';
import { Group, type GroupedInput } from './group.js';

/** A group that was read. */
interface Flight {
  readonly lane: Lane;
  /** How many files it took. */
  readonly files: number;
  readonly staged: readonly StagedLog[];
  /** Whether the next file has to wait until it is stored: it may be one of its logs, or reading has failed. */
  readonly isAwaited: boolean;
  /** Comes when it is stored. */
  readonly done: Promise<readonly GroupedInput[]>;
}

/** Lists the first inputs that may be counted together: files. What is counted again is taken back first, log by log. */
export function listGroupable(
  paths: readonly string[],
  { recount }: { readonly recount: boolean },
): readonly string[] {
  if (recount) return [];
  const end = paths.indexOf(STANDARD_INPUT);
  return end === -1 ? paths : paths.slice(0, end);
}

/**
 * Counts the lines of files that were not counted before.
 *
 * @param first the lane that is there
 * @param openSecond opens another one; null if there cannot be one
 * @returns the files in their order; the last ones may be missing if some have to be counted for themselves before
 * @throws DatabaseError, InterruptedError
 */
export async function ingestGroups(
  paths: readonly string[],
  first: Lane,
  openSecond: () => Promise<Lane | null>,
): Promise<readonly GroupedInput[]> {
  const results: GroupedInput[] = [];
  let second: Lane | null = null;
  let before: Flight | null = null;
  let flight: Flight | null = null;
  try {
    while (results.length + (before?.files ?? 0) < paths.length) {
      const at: number = results.length + (before?.files ?? 0);
      const lane: Lane = before?.lane === first && second !== null ? second : first;
      flight = await readGroup(lane, paths.slice(at), before);
      if (before !== null) results.push(...(await before.done));
      before = flight;
      const hasNext = at + flight.files < paths.length && !flight.isAwaited && !results.some(isLeft);
      if (hasNext) second ??= await openSecond();
      if (hasNext && second !== null) continue;
      results.push(...(await flight.done));
      before = null;
      // they are counted before the files behind them
      if (results.some(isLeft)) break;
    }
    return results;
  } finally {
    await Promise.allSettled([before?.done, flight?.done]);
    await second?.close();
  }
}

/** Whether a file is left to be counted for itself. */
function isLeft({ result }: GroupedInput): boolean {
  return result === null;
}

/** Reads a group, and begins to store it when the group before it is stored. */
function readGroup(lane: Lane, paths: readonly string[], before: Flight | null): Promise<Flight> {
  return new Promise((resolve, reject) => {
    const done = storeGroup(lane, { paths, before }, (group) => resolve({ ...toFlight(group), lane, done }));
    // a group that failed before all of it was read
    done.then((inputs) => resolve({ lane, files: inputs.length, staged: [], isAwaited: true, done }), reject);
  });
}

function toFlight(group: Group): Omit<Flight, 'lane' | 'done'> {
  return { files: group.paths.length, staged: group.staged, isAwaited: group.isBeforeTwin };
}

/** @param onRead is called when all of the group is staged */
async function storeGroup(
  { database, forInput }: Lane,
  { paths, before }: { readonly paths: readonly string[]; readonly before: Flight | null },
  onRead: (group: Group) => void,
): Promise<readonly GroupedInput[]> {
  const run = forInput(paths[0] ?? '');
  const { rejects, signal } = run;
  let hasFailed = false;
  before?.done.catch(() => {
    hasFailed = true;
  });
  rejects?.discard();
  const group = new Group(database, run, before?.staged ?? []);
  try {
    await database.interruptible(signal, () =>
      commitLogs(database, run, async () => {
        await group.read(paths, () => hasFailed);
        const batch = await group.copyHeld();
        onRead(group);
        await before?.done;
        return batch;
      }),
    );
  } catch (error) {
    rejects?.discard();
    if (signal.aborted) throw toInterruption(group.paths.at(-1) ?? paths[0] ?? '');
    if (!isSurvivable(error)) throw error;
    if (isLost(error)) await reconnect(database, signal);
    return group.paths.map((path) => ({ path, result: null }));
  } finally {
    run.beginnings.endGroup();
  }
  const lateError = keepRejects(rejects);
  await reachFaultPoint('rejects_appended', database);
  return group.finish(lateError);
}

/** Whether the files may be counted one by one after an error of the transaction that was to count them all. */
function isSurvivable(error: unknown): boolean {
  return error instanceof InputError || error instanceof MovedError || isPassingError(error);
}
