/**
 * The main job on one screen: bring the schema up to date, record the run, count each input, record its end.
 * Each input is a transaction of its own (`input.ts`); what was committed stays when a later one fails.
 */
import type { Attribution } from '../attribute/attribution.js';
import type { Database } from '../database/database.js';
import { checkRights } from '../database/grants.js';
import { maintain } from '../database/maintenance.js';
import { migrate } from '../database/migrate.js';
import { EXIT, type ExitCode, worstExitCode } from '../errors.js';
import { Account } from './account.js';
import type { ArchiveCheck } from './archives.js';
import type { FormatChoice } from './format-choice.js';
import { type InputResult, ingestInput } from './input.js';
import type { Progress } from './input-context.js';
import type { MaxRejects } from './max-rejects.js';
import type { Patience } from './patience.js';
import { openRejectsFile } from './rejects-file.js';
import { retry } from './retry.js';
import { finishRun, forgetOldRuns, startRun } from './run.js';

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
  const startedAt = performance.now();
  await migrate(database);
  await checkRights(database);
  const run = await startRun(database, watch.version, settings.description);
  const inputs = await ingestInputs(database, settings, { ...watch, run });
  const totals = addUp(inputs);
  const exceeded = settings.maxRejects.isExceeded(totals.account);
  const exitCode = worstExitCode([
    exceeded ? EXIT.rejected : EXIT.done,
    ...inputs.map((input) => input.error?.exitCode ?? EXIT.done),
  ]);
  await retry(database, watch.signal, async () => {
    await forgetOldRuns(database, settings.undoDays);
    await finishRun(database, run, exitCode);
  });
  await maintain(database);
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
    for (const path of settings.paths)
      inputs.push(await ingestInput(database, path, { ...settings, ...run, rejects }));
    return inputs;
  } finally {
    rejects?.close();
  }
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
