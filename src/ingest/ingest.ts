/**
 * The main job on one screen: bring the schema up to date, record the run, count each input, record the run's end.
 * Files are counted several in one transaction (`groups.ts`); what cannot be is counted for itself (`input.ts`), each log in a
 * transaction of its own. What was committed stays if a later one fails.
 */
import type { Database } from '../database/database.js';
import { EXIT, type ExitCode, InterruptedError, worstExitCode } from '../errors.js';
import { deliversOnce, holdsInput } from '../source/source.js';
import {
  addUp,
  maintain,
  prepareOwnSummaries,
  pruneAfterRun,
  type Retention,
} from '../summaries/summaries.js';
import {
  Account,
  beginCounts,
  CacheMemory,
  FieldsWatch,
  listNamedFields,
  type NamedField,
  type Progress,
} from './counting/counting.js';
import { ingestGroups, listGroupable } from './groups.js';
import { KnownArchives } from './identity/identity.js';
import { ingestInput } from './input.js';
import type { InputResult } from './results.js';
import { retry } from './retry.js';
import { openLane, openSecondLane, type RunAtHand, type RunSettings } from './run.js';
import {
  beginRun,
  finishRun,
  forgetOldRuns,
  type Gains,
  recordFailure,
  recordSeen,
  selectGains,
} from './storing/storing.js';

export {
  DEFAULT_MAX_REJECTS,
  type FurtherFields,
  findUnknownFields,
  listNamedFields,
  type NamedField,
  type Progress,
  parseMaxRejects,
  type RequestSettings,
} from './counting/counting.js';
export { CONTENT_CHECKS, type ContentCheck } from './identity/identity.js';
export type { InputResult } from './results.js';
export { GROUP_BOUNDS } from './run.js';
export type { Gain } from './storing/storing.js';

/** The settings of a run. */
export interface IngestSettings extends RunSettings {
  /** How long a run can be undone; older ones are forgotten by this run. */
  readonly undoDays: number;
  /** How long things are kept; what is older is pruned at the end of the run. */
  readonly retention: Retention;
}

/** What became of a run. */
export interface IngestResult {
  readonly run: number;
  readonly inputs: readonly InputResult[];
  /** The accounts of all inputs added up. */
  readonly account: Account;
  /** Requests of people on days whose visitors are no longer told apart. */
  readonly lateRequests: number;
  /** Fields that settings name and no line has had, of lines that name their fields themselves. */
  readonly missingFields: readonly NamedField[];
  /** Whether things that are too old were left, because only the owner of the tables may prune. */
  readonly lacksPruneRights: boolean;
  readonly seconds: number;
  /** The --max-rejects that was exceeded, as given; null if it was not. */
  readonly exceededMaxRejects: string | null;
  readonly exitCode: ExitCode;
}

/** Objects that a dry run shows, those that gain most. */
const SHOWN_GAINS = 10;

/** The result of a dry run: the same run in a transaction that ends with ROLLBACK, and what it would change. */
export interface DryRunResult extends IngestResult, Gains {}

/** The means by which a caller follows a run and may end it. */
export interface IngestWatch {
  /** Kept up to date while inputs are read. */
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** The program's own version. */
  readonly version: string;
}

/**
 * Counts the lines of each input.
 *
 * @throws DatabaseError, InterruptedError; an error of one input is in the result
 */
export async function ingest(
  database: Database,
  settings: IngestSettings,
  watch: IngestWatch,
): Promise<IngestResult> {
  const startSignal = createStartSignal(settings.paths, watch.signal);
  const { recount, description } = settings;
  const run = await database.interruptible(startSignal, () =>
    beginRun(database, { version: watch.version, description, takesBack: recount }),
  );
  try {
    await prepareOwnSummaries(database, settings.keys.own);
    return await ingestRun(database, settings, { ...watch, run });
  } catch (error) {
    await recordFailure(database, run, { error, signal: watch.signal });
    throw error;
  }
}

/**
 * Counts the lines of each input and stores nothing.
 *
 * @param settings with no file for rejected lines, which would keep them
 * @throws DatabaseError, InterruptedError; an error of one input is in the result
 */
export async function ingestDry(
  database: Database,
  settings: IngestSettings & { readonly rejectsPath: null },
  watch: IngestWatch,
): Promise<DryRunResult> {
  try {
    return await database.transaction('rehearsal', async () => {
      const result = await ingest(database, settings, watch);
      return { ...result, ...(await selectGains(database, result.run, SHOWN_GAINS)) };
    });
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    throw new InterruptedError('interrupted; the dry run has stored nothing', { cause: error });
  }
}

async function ingestRun(
  database: Database,
  settings: IngestSettings,
  watch: IngestWatch & { readonly run: number },
): Promise<IngestResult> {
  const startedAt = performance.now();
  const { run, signal } = watch;
  const seenStreams = new Set<number>();
  const supplemented = new Set<number>();
  const months = new Set<string>();
  const { choice, keys } = settings;
  // a format with fixed fields is judged before
  const fieldsWatch = new FieldsWatch(choice.furtherFields === null ? listNamedFields(keys) : []);
  const notes = { lateRequests: 0, fieldsWatch };
  const inputs = await ingestInputs(database, settings, {
    ...watch,
    seenStreams,
    supplemented,
    months,
    notes,
  });
  const account = Account.sum(inputs.map((input) => input.account));
  const exceeded = settings.maxRejects.isExceeded(account);
  const exitCode = worstExitCode([
    exceeded ? EXIT.rejected : EXIT.done,
    ...inputs.map((input) => input.error?.exitCode ?? EXIT.done),
  ]);
  const lacksPruneRights = await database.interruptible(signal, async () => {
    const hasForgotten = await retry(database, signal, async () => {
      await recordSeen(database, seenStreams);
      const hadOldRuns = await forgetOldRuns(database, settings.undoDays);
      await finishRun(database, run, exitCode);
      return hadOldRuns;
    });
    await retry(database, signal, () => addUp(database, [...months]));
    const pruned = await retry(database, signal, () => pruneAfterRun(database, settings.retention));
    const isIdle = inputs.every(({ state }) => state === 'known' || state === 'empty');
    const hasPruned = pruned !== null && pruned.months.length > 0;
    if (hasForgotten || hasPruned || supplemented.size > 0 || !isIdle) await maintain(database);
    return pruned === null;
  });
  return {
    run,
    inputs,
    account,
    lateRequests: notes.lateRequests,
    missingFields: fieldsWatch.missing,
    lacksPruneRights,
    seconds: (performance.now() - startedAt) / 1000,
    exceededMaxRejects: exceeded ? settings.maxRejects.text : null,
    exitCode,
  };
}

async function ingestInputs(
  database: Database,
  settings: IngestSettings,
  watch: IngestWatch & Pick<RunAtHand, 'run' | 'seenStreams' | 'supplemented' | 'months' | 'notes'>,
): Promise<readonly InputResult[]> {
  const { paths, site } = settings;
  const atHand = {
    ...watch,
    archives: new KnownArchives(paths, site),
    memory: new CacheMemory(),
    shareCounts: beginCounts(watch.run, watch.notes.fieldsWatch),
  };
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
    return results;
  } finally {
    await lane.close();
  }
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
