/**
 * The main job on one screen: bring the schema up to date, record the run, count each input, record the run's end.
 * Each log of an input is a transaction of its own (`input.ts`); what was committed stays if a later one fails.
 */
import type { Database } from '../database/database.js';
import { EXIT, type ExitCode, InterruptedError, worstExitCode } from '../errors.js';
import { deliversOnce, holdsInput } from '../source/source.js';
import { addUp, maintain } from '../summaries/summaries.js';
import type { CommitRun, Progress } from './commit.js';
import { Account, openRejectsFile } from './counting/counting.js';
import { Beginnings } from './identity/identity.js';
import { type InputResult, type InputSettings, ingestInput } from './input.js';
import { createSettingsCheck } from './other-settings.js';
import { retry } from './retry.js';
import {
  beginRun,
  finishRun,
  forgetOldRuns,
  type Gains,
  recordFailure,
  selectGains,
} from './storing/storing.js';

export type { Progress } from './commit.js';
export { DEFAULT_MAX_REJECTS, type FurtherFields, parseMaxRejects } from './counting/counting.js';
export { ARCHIVE_CHECKS, type ArchiveCheck } from './identity/identity.js';
export type { InputResult } from './input.js';
export type { OtherSettings } from './other-settings.js';
export type { Gain } from './storing/storing.js';

/** The settings of a run. */
export interface IngestSettings extends InputSettings {
  readonly paths: readonly string[];
  /** How long a run can be undone; older ones are forgotten by this run. */
  readonly undoDays: number;
  /** The file that rejected lines are kept in; null if they are only counted. */
  readonly rejectsPath: string | null;
  /** The settings as the run's record keeps them, without any secret. */
  readonly description: Readonly<Record<string, unknown>>;
}

/** What became of a run. */
export interface IngestResult {
  readonly run: number;
  readonly inputs: readonly InputResult[];
  /** The accounts of all inputs added up. */
  readonly account: Account;
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
  const months = new Set<string>();
  const inputs = await ingestInputs(database, settings, { ...watch, months });
  const account = Account.sum(inputs.map((input) => input.account));
  const exceeded = settings.maxRejects.isExceeded(account);
  const exitCode = worstExitCode([
    exceeded ? EXIT.rejected : EXIT.done,
    ...inputs.map((input) => input.error?.exitCode ?? EXIT.done),
  ]);
  await database.interruptible(signal, async () => {
    await retry(database, signal, async () => {
      await forgetOldRuns(database, settings.undoDays);
      await finishRun(database, run, exitCode);
    });
    await retry(database, signal, () => addUp(database, [...months]));
    await maintain(database);
  });
  return {
    run,
    inputs,
    account,
    seconds: (performance.now() - startedAt) / 1000,
    exceededMaxRejects: exceeded ? settings.maxRejects.text : null,
    exitCode,
  };
}

async function ingestInputs(
  database: Database,
  settings: IngestSettings,
  watch: IngestWatch & Pick<CommitRun, 'months'> & { readonly run: number },
): Promise<readonly InputResult[]> {
  const { run: number, progress, months, signal: readSignal } = watch;
  const rejects =
    settings.rejectsPath === null ? null : openRejectsFile(settings.rejectsPath, settings.paths);
  try {
    const inputs: InputResult[] = [];
    const beginnings = new Beginnings(settings.site);
    const findOtherSettings = createSettingsCheck(database, settings.description);
    for (const path of settings.paths) {
      // if the program is to stop, only the reading of a pipe ends: what it delivered cannot be read again and is stored
      const signal = deliversOnce(path) ? new AbortController().signal : readSignal;
      const run = { number, settings, rejects, progress, months, signal, readSignal };
      const known = { beginnings, findOtherSettings };
      inputs.push(
        await database.interruptible(signal, () => ingestInput(database, path, { ...run, ...known })),
      );
    }
    return inputs;
  } finally {
    rejects?.close();
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
