/**
 * The main job on one screen: bring the schema up to date, record the run, count each input, record the run's end.
 * Files are counted several in one transaction (`groups.ts`); what cannot be is counted for itself (`input.ts`), each log in a
 * transaction of its own. What was committed stays if a later one fails.
 */
import type { Database } from '../database/database.js';
import { EXIT, type ExitCode, InterruptedError, worstExitCode } from '../errors.js';
import { Account, type NamedField } from './counting/counting.js';
import { type IngestSettings, type IngestWatch, type OpenRun, openRun } from './open-run.js';
import type { InputResult } from './results.js';
import { type Gains, selectGains } from './storing/storing.js';

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
export {
  createStartSignal,
  type IngestSettings,
  type IngestWatch,
  type OpenRun,
  openRun,
} from './open-run.js';
export type { InputResult } from './results.js';
export { GROUP_BOUNDS } from './run.js';
export type { Gain } from './storing/storing.js';

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
  const run = await openRun(database, settings, watch);
  try {
    return await countAll(run, settings);
  } catch (error) {
    await run.fail(error);
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

async function countAll(run: OpenRun, settings: IngestSettings): Promise<IngestResult> {
  const startedAt = performance.now();
  const inputs = await run.count(settings.paths);
  const account = Account.sum(inputs.map((input) => input.account));
  const exceeded = settings.maxRejects.isExceeded(account);
  const exitCode = worstExitCode([
    exceeded ? EXIT.rejected : EXIT.done,
    ...inputs.map((input) => input.error?.exitCode ?? EXIT.done),
  ]);
  const { lacksPruneRights } = await run.finish(exitCode);
  return {
    run: run.number,
    inputs,
    account,
    lateRequests: run.lateRequests,
    missingFields: run.missingFields,
    lacksPruneRights,
    seconds: (performance.now() - startedAt) / 1000,
    exceededMaxRejects: exceeded ? settings.maxRejects.text : null,
    exitCode,
  };
}
