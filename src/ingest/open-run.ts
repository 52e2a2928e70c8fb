/** A run from its first record to its last: begun, given inputs as often as there are some, and ended. */
import type { Database } from '../database/database.js';
import type { ExitCode } from '../errors.js';
import { deliversOnce, holdsInput } from '../source/source.js';
import {
  addUp,
  maintain,
  prepareOwnSummaries,
  pruneAfterRun,
  type Retention,
  tidyRun,
} from '../summaries/summaries.js';
import {
  beginCounts,
  CacheMemory,
  FieldsWatch,
  listNamedFields,
  type NamedField,
  type Progress,
} from './counting/counting.js';
import { ingestGroups, listGroupable } from './groups/groups.js';
import { KnownArchives } from './identity/identity.js';
import { ingestInput } from './input.js';
import type { InputResult } from './results.js';
import { retry } from './retry.js';
import { openLane, openSecondLane, type RunSettings } from './run.js';
import { beginRun, finishRun, forgetOldRuns, recordFailure, recordSeen } from './storing/storing.js';

/** The settings of a run. */
export interface IngestSettings extends RunSettings {
  /** How long a run can be undone; older ones are forgotten by this run. */
  readonly undoDays: number;
  /** How long things are kept; what is older is pruned at the end of the run. */
  readonly retention: Retention;
}

/** The means by which a caller follows a run and may end it. */
export interface IngestWatch {
  /** Kept up to date while inputs are read. */
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** The program's own version. */
  readonly version: string;
}

/** A run that has begun. */
export interface OpenRun {
  readonly number: number;
  /** Requests of people so far that came too late to be counted as visitors. */
  readonly lateRequests: number;
  /** Fields that settings name and no line has had so far, of lines that name their fields themselves. */
  readonly missingFields: readonly NamedField[];
  /**
   * Counts the lines of inputs, one after the other.
   *
   * @returns what became of each, in their order
   * @throws DatabaseError, InterruptedError; an error of one input is in the result
   */
  count(paths: readonly string[]): Promise<readonly InputResult[]>;
  /** Records that the logs of the run were looked at, and nothing was new. */
  recordSeen(): Promise<void>;
  /** Adds up what was appended bit by bit, and removes dead rows of an embedded database, in a run that goes on for long. */
  tidy(): Promise<void>;
  /**
   * Records the end, adds up what is complete and prunes what is too old.
   *
   * @returns whether things that are too old were left, because only the owner of the tables may prune
   */
  finish(exitCode: ExitCode): Promise<{ readonly lacksPruneRights: boolean }>;
  /** Records that it failed as a whole, if the database still can. */
  fail(error: unknown): Promise<void>;
}

/**
 * Brings the schema up to date and begins a run.
 *
 * @throws DatabaseError, InterruptedError
 */
export async function openRun(
  database: Database,
  settings: IngestSettings,
  { progress, signal, version }: IngestWatch,
): Promise<OpenRun> {
  const { recount, description, choice, keys, site } = settings;
  const startSignal = createStartSignal(settings.paths, signal);
  const number = await database.interruptible(startSignal, () =>
    beginRun(database, { version, description, takesBack: recount }),
  );
  const fail = (error: unknown) => recordFailure(database, number, { error, signal });
  // a format with fixed fields is judged before
  const fieldsWatch = new FieldsWatch(choice.furtherFields === null ? listNamedFields(keys) : []);
  const notes = { lateRequests: 0, fieldsWatch };
  const kept = {
    ...{ run: number, progress, signal, notes },
    seenStreams: new Set<number>(),
    countedStreams: new Set<number>(),
    supplemented: new Set<number>(),
    months: new Set<string>(),
    memory: new CacheMemory(),
    shareCounts: beginCounts(number, fieldsWatch),
  };
  /** Runs `work`, which may be repeated. */
  const persist = <Result>(work: () => Promise<Result>) => retry(database, signal, work);
  let isIdle = true;
  try {
    await prepareOwnSummaries(database, keys.own);
  } catch (error) {
    await fail(error);
    throw error;
  }
  return {
    number,
    get lateRequests() {
      return notes.lateRequests;
    },
    get missingFields() {
      return fieldsWatch.missing;
    },
    async count(paths) {
      const atHand = { ...kept, archives: new KnownArchives(paths, site) };
      const lane = openLane(database, settings, atHand);
      const ingestAlone = (path: string) => {
        const run = lane.forInput(path);
        return database.interruptible(run.signal, () => ingestInput(database, path, run));
      };
      try {
        const results: InputResult[] = [];
        while (results.length < paths.length) {
          const left = paths.slice(results.length);
          const files = listGroupable(left, settings);
          const grouped =
            files.length < 2
              ? left.slice(0, 1).map((path) => ({ path, result: null }))
              : await ingestGroups(files, lane, () => openSecondLane(database, settings, atHand));
          for (const { path, result } of grouped) results.push(result ?? (await ingestAlone(path)));
        }
        isIdle &&= results.every(({ state }) => state === 'known' || state === 'empty');
        return results;
      } finally {
        await lane.close();
      }
    },
    recordSeen: () =>
      database.interruptible(signal, () =>
        persist(() => recordSeen(database, new Set([...kept.seenStreams, ...kept.countedStreams]))),
      ),
    tidy: () =>
      database.interruptible(signal, () =>
        persist(async () => {
          await tidyRun(database, number);
          await maintain(database);
        }),
      ),
    finish: (exitCode) =>
      database.interruptible(signal, async () => {
        if (settings.commitsOften && !isIdle) await persist(() => tidyRun(database, number));
        const hasForgotten = await persist(async () => {
          await recordSeen(database, kept.seenStreams);
          const hadOldRuns = await forgetOldRuns(database, settings.undoDays);
          await finishRun(database, number, exitCode);
          return hadOldRuns;
        });
        await persist(() => addUp(database, [...kept.months]));
        const pruned = await persist(() => pruneAfterRun(database, settings.retention));
        const hasPruned = pruned !== null && pruned.months.length > 0;
        if (hasForgotten || hasPruned || kept.supplemented.size > 0 || !isIdle) await maintain(database);
        return { lacksPruneRights: pruned === null };
      }),
    fail,
  };
}

/** A run starts even if it is already asked to stop, if a pipe holds bytes for it: nobody can deliver these again. */
export function createStartSignal(paths: readonly string[], signal: AbortSignal): AbortSignal {
  if (!paths.some(deliversOnce)) return signal;
  const start = new AbortController();
  const stop = async () => {
    if (!(await holdsInput())) start.abort();
  };
  if (signal.aborted) void stop();
  else signal.addEventListener('abort', () => void stop());
  return start.signal;
}
