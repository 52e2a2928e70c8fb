/**
 * The main job on one screen: bring the schema up to date, record the run, count each input, record its end.
 * Each input is a transaction of its own (`input.ts`); what was committed stays when a later one fails.
 */
import type { Attribution } from '../attribute/attribution.js';
import type { Database } from '../database/database.js';
import { checkRights, checkUndoRights } from '../database/grants.js';
import { migrate } from '../database/migrate.js';
import { EXIT, type ExitCode, worstExitCode } from '../errors.js';
import { deliversOnce, holdsInput } from '../source/open.js';
import { maintain } from '../summaries/maintenance.js';
import { Account } from './account.js';
import type { ArchiveCheck } from './archives.js';
import { Beginnings } from './beginnings.js';
import type { FormatChoice } from './format-choice.js';
import { type InputResult, ingestInput } from './input.js';
import type { Progress } from './input-context.js';
import type { MaxRejects } from './max-rejects.js';
import { createSettingsCheck } from './other-settings.js';
import type { Patience } from './patience.js';
import { openRejectsFile } from './rejects-file.js';
import { retry } from './retry.js';
import { finishRun, forgetOldRuns, recordFailure, startRun } from './run.js';

export interface IngestSettings {
  readonly paths: readonly string[];
  /** The label that logs are kept under. */
  readonly site: string;
  readonly allowOtherSite: boolean;
  readonly allowNewTypes: boolean;
  /** How archives that were counted are known again. */
  readonly archiveCheck: ArchiveCheck;
  /** Whether a last line without its end is counted. */
  readonly isFinal: boolean;
  /** How long a pipe is waited for within a batch. */
  readonly patience: Patience;
  /** How long a run can be undone; older ones are forgotten by this run. */
  readonly undoDays: number;
  /** Whether known logs are taken back and counted again. */
  readonly recount: boolean;
  readonly choice: FormatChoice;
  readonly attribution: Attribution;
  readonly maxLineBytes: number;
  /** The file that rejected lines are kept in; null where they are only counted. */
  readonly rejectsPath: string | null;
  readonly maxRejects: MaxRejects;
  /** What the run's record says of the settings: no secret. */
  readonly description: Readonly<Record<string, unknown>>;
}

export interface IngestResult {
  readonly run: number;
  readonly inputs: readonly InputResult[];
  /** The accounts of all committed inputs added up. */
  readonly account: Account;
  readonly bytes: number;
  readonly alreadyCountedBytes: number;
  readonly batches: number;
  readonly seconds: number;
  /** What was exceeded, as given; null where the rejected lines are within it. */
  readonly exceededMaxRejects: string | null;
  readonly exitCode: ExitCode;
}

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
 * @throws DatabaseError, InterruptedError; what concerns one input only is in its result
 */
export async function ingest(
  database: Database,
  settings: IngestSettings,
  watch: IngestWatch,
): Promise<IngestResult> {
  const startSignal = createStartSignal(settings.paths, watch.signal);
  const run = await database.interruptible(startSignal, async () => {
    await migrate(database);
    await checkRights(database);
    if (settings.recount) await checkUndoRights(database);
    return startRun(database, watch.version, settings.description);
  });
  try {
    return await ingestRun(database, settings, { ...watch, run });
  } catch (error) {
    await recordFailure(database, run, { error, signal: watch.signal });
    throw error;
  }
}

async function ingestRun(
  database: Database,
  settings: IngestSettings,
  watch: IngestWatch & { readonly run: number },
): Promise<IngestResult> {
  const startedAt = performance.now();
  const { run, signal } = watch;
  const inputs = await ingestInputs(database, settings, watch);
  const totals = addUp(inputs);
  const exceeded = settings.maxRejects.isExceeded(totals.account);
  const exitCode = worstExitCode([
    exceeded ? EXIT.rejected : EXIT.done,
    ...inputs.map((input) => input.error?.exitCode ?? EXIT.done),
  ]);
  await database.interruptible(signal, async () => {
    await retry(database, signal, async () => {
      await forgetOldRuns(database, settings.undoDays);
      await finishRun(database, run, exitCode);
    });
    await maintain(database);
  });
  return {
    run,
    inputs,
    ...totals,
    seconds: (performance.now() - startedAt) / 1000,
    exceededMaxRejects: exceeded ? settings.maxRejects.text : null,
    exitCode,
  };
}

async function ingestInputs(
  database: Database,
  settings: IngestSettings,
  run: { readonly run: number; readonly progress: Progress; readonly signal: AbortSignal },
): Promise<readonly InputResult[]> {
  const rejects =
    settings.rejectsPath === null ? null : openRejectsFile(settings.rejectsPath, settings.paths);
  try {
    const inputs: InputResult[] = [];
    const beginnings = new Beginnings(settings.site);
    const findOtherSettings = createSettingsCheck(database, settings.description);
    const shared = { ...settings, ...run, rejects, beginnings, findOtherSettings };
    for (const path of settings.paths) {
      const context = { ...shared, ...splitSignal(path, run.signal) };
      inputs.push(await database.interruptible(context.signal, () => ingestInput(database, path, context)));
    }
    return inputs;
  } finally {
    rejects?.close();
  }
}

/** A run with a pipe that holds something starts all the same when it is to stop: nobody can deliver that again. */
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

/** What cannot be read again is stored when the program is to stop: only the reading ends. */
function splitSignal(path: string, signal: AbortSignal) {
  return { readSignal: signal, signal: deliversOnce(path) ? new AbortController().signal : signal };
}

function addUp(inputs: readonly InputResult[]) {
  const account = new Account();
  for (const input of inputs) account.add(input.account);
  return {
    account,
    bytes: inputs.reduce((sum, input) => sum + input.bytes, 0),
    alreadyCountedBytes: inputs.reduce((sum, input) => sum + input.alreadyCountedBytes, 0),
    batches: inputs.reduce((sum, input) => sum + input.batches, 0),
  };
}
