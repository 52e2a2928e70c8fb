/** Counts logs, as `logtally ingest` does. */
import { DEFAULT_UNDO_DAYS } from '../commands/decision-options.js';
import { type IngestFlags, toIngestSettings } from '../commands/ingest-settings.js';
import { EMPTY_CONFIG, readConfig } from '../config/config-file.js';
import type { Database } from '../database/database.js';
import { type ExitCode, UsageError } from '../errors.js';
import { type IngestResult, type InputResult, ingest as ingestInputs } from '../ingest/ingest.js';
import { toIngestSummary } from '../output/ingest-result.js';
import { checkInputs } from '../source/source.js';
import { parseSummaries } from '../summaries/count-parts.js';
import { readVersion } from '../version.js';
import { type OptionNames, refuseUnknown } from './known-options.js';
import { inTurn, type TallyDatabase } from './tally-database.js';

/** The options of `logtally ingest` under the same names; what is left out is as there. All others are keys of the config file. */
export interface IngestOptions {
  /** The path of a `logtally.toml`. No file is read that is not named. */
  readonly config?: string;
  readonly format?: string;
  readonly contentTypeField?: string;
  readonly objectIdField?: string;
  readonly year?: string;
  readonly byPath?: boolean;
  readonly site?: string;
  /** Names of summaries, such as `statuses`. */
  readonly summaries?: readonly string[];
  readonly final?: boolean;
  readonly recount?: boolean;
  readonly allowOtherSite?: boolean;
  readonly allowNewTypes?: boolean;
  /** The file to which rejected lines are appended. */
  readonly rejects?: string;
  readonly undoDays?: number;
  /** Interrupts the run: what was committed stays, and the next run goes on. */
  readonly signal?: AbortSignal;
  /** Told which format `auto` has found. */
  readonly onMessage?: (text: string) => void;
}

const INGEST_OPTIONS: OptionNames<IngestOptions> = {
  ...{ config: true, format: true, contentTypeField: true, objectIdField: true, year: true, byPath: true },
  ...{ site: true, summaries: true, final: true, recount: true, allowOtherSite: true, allowNewTypes: true },
  ...{ rejects: true, undoDays: true, signal: true, onMessage: true },
};

/** What became of the lines. */
interface LineCounts {
  /** The sum of the next four. */
  readonly lines: number;
  readonly counted: number;
  readonly unattributed: number;
  readonly filtered: number;
  readonly rejected: number;
}

/** What became of one input. */
export interface InputAnswer extends LineCounts {
  readonly path: string;
  readonly state: InputResult['state'];
  /** Why it is `failed` or `damaged`; null otherwise. */
  readonly problem: {
    readonly message: string;
    readonly hint: string | null;
    readonly exitCode: ExitCode;
  } | null;
}

/** What `logtally ingest --json` prints, with the problem of each input and the exit code. */
export interface IngestAnswer extends LineCounts {
  readonly run: number;
  /** Bytes that were read again, and counted before. */
  readonly alreadyCountedBytes: number;
  /** Decompressed bytes that were counted. */
  readonly bytes: number;
  readonly batches: number;
  readonly seconds: number;
  readonly inputs: readonly InputAnswer[];
  /** Rejected lines by reason. */
  readonly rejects: Readonly<Record<string, number>>;
  /** 0 done; 1 an input failed; 3 one is damaged or in another format, or too many lines were rejected; 4 one is held back. */
  readonly exitCode: ExitCode;
}

/**
 * Counts the lines of logs, each line once. The first run creates the schema. A log that fails leaves the others alone: what
 * became of each is in the answer.
 *
 * @param paths of logs, plain or compressed; `-` is standard input
 * @throws UsageError if an option is no good; DatabaseError if the database refuses; InterruptedError after the signal
 */
export async function ingest(
  database: TallyDatabase,
  paths: readonly string[],
  options: IngestOptions = {},
): Promise<IngestAnswer> {
  refuseUnknown('ingest', options, INGEST_OPTIONS);
  if (paths.length === 0) throw new UsageError('no log is given', { hint: '- is standard input' });
  return inTurn(database, (own) => ingestNow(own, paths, options));
}

async function ingestNow(
  database: Database,
  paths: readonly string[],
  options: IngestOptions,
): Promise<IngestAnswer> {
  const { signal = new AbortController().signal, onMessage = () => undefined } = options;
  const config =
    options.config === undefined
      ? EMPTY_CONFIG
      : await readConfig(options.config, { environment: process.env, signal });
  const settings = await toIngestSettings(config, paths, toFlags(options), { stderr: { write: onMessage } });
  await checkInputs(settings.paths);
  const watch = { progress: { packedBytes: 0, lines: 0 }, signal, version: readVersion() };
  return toAnswer(await ingestInputs(database, settings, watch));
}

function toFlags(options: IngestOptions): IngestFlags {
  const { format, contentTypeField, objectIdField, year, site, rejects, summaries } = options;
  const { byPath, final, recount, allowOtherSite, allowNewTypes } = options;
  return {
    ...(format === undefined ? {} : { format }),
    ...(contentTypeField === undefined ? {} : { contentTypeField }),
    ...(objectIdField === undefined ? {} : { objectIdField }),
    ...(year === undefined ? {} : { year }),
    ...(site === undefined ? {} : { site }),
    ...(rejects === undefined ? {} : { rejects }),
    ...(summaries === undefined ? {} : { summary: summaries.flatMap(parseSummaries) }),
    ...(byPath === true ? { byPath } : {}),
    ...(final === true ? { final } : {}),
    ...(recount === true ? { recount } : {}),
    ...(allowOtherSite === true ? { allowOtherSite } : {}),
    ...(allowNewTypes === true ? { allowNewTypes } : {}),
    verify: 'heads',
    undoDays: options.undoDays ?? DEFAULT_UNDO_DAYS,
  };
}

function toAnswer(result: IngestResult): IngestAnswer {
  const { run, ...summary } = toIngestSummary(result);
  return {
    ...summary,
    run: result.run,
    inputs: summary.inputs.map((input, at) => ({ ...input, problem: toProblem(result.inputs[at]) })),
    exitCode: result.exitCode,
  };
}

function toProblem(input: InputResult | undefined): InputAnswer['problem'] {
  const error = input?.error ?? null;
  return error === null ? null : { message: error.message, hint: error.hint, exitCode: error.exitCode };
}
