/**
 * The main job on one screen: open each input, copy its hits, merge them, record the batch, commit.
 * Each input is a transaction of its own; what was committed stays when a later one fails.
 */
import { hostname } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { type Database, inTransaction, toDatabaseError } from '../database/database.js';
import { checkRights, migrate } from '../database/migrate.js';
import { sql } from '../database/sql.js';
import { getNumber } from '../database/values.js';
import {
  DatabaseError,
  EXIT,
  type ExitCode,
  InputError,
  InterruptedError,
  worstExitCode,
} from '../errors.js';
import type { LogFormat } from '../parse/formats.js';
import { createHitParser } from '../parse/hit.js';
import { openSource, type Source, toInputError, toInputName } from '../source/open.js';
import { Account } from './account.js';
import { checkFormat } from './check-format.js';
import { ContentTypes } from './content-types.js';
import { mergeBatch } from './merge.js';
import { createStage, STAGING_TARGET } from './stage.js';

export interface IngestSettings {
  readonly paths: readonly string[];
  readonly site: string;
  readonly format: LogFormat;
  readonly maxLineBytes: number;
}

/** How far an ingest has come; read by whoever shows progress. */
export interface Progress {
  /** Bytes read from disk, of all inputs so far. */
  packedBytes: number;
  lines: number;
}

/** What became of one input. */
export interface InputResult {
  readonly path: string;
  /** `counted`: committed; `empty`: nothing to count; `failed`: nothing of it was committed, and `error` says why. */
  readonly state: 'counted' | 'empty' | 'failed';
  readonly account: Account;
  /** Decompressed bytes that were committed. */
  readonly bytes: number;
  readonly error: InputError | null;
}

export interface IngestResult {
  readonly run: number;
  readonly inputs: readonly InputResult[];
  /** The accounts of all committed inputs added up. */
  readonly account: Account;
  readonly bytes: number;
  readonly batches: number;
  readonly seconds: number;
  readonly exitCode: ExitCode;
}

/**
 * Counts the lines of each input.
 *
 * @param progress is kept up to date while inputs are read
 * @throws DatabaseError, InterruptedError; what concerns one input only is in its result
 */
export async function ingest(
  database: Database,
  settings: IngestSettings,
  { progress, signal, version }: { progress: Progress; signal: AbortSignal; version: string },
): Promise<IngestResult> {
  const startedAt = performance.now();
  await migrate(database);
  await checkRights(database);
  const run = await startRun(database, settings, version);
  const inputs: InputResult[] = [];
  for (const path of settings.paths) {
    inputs.push(await ingestInput(database, settings, { run, path, progress, signal }));
  }
  const exitCode = worstExitCode(inputs.map((input) => input.error?.exitCode ?? EXIT.done));
  await database.query(sql.finishRun, [run, new Date().toISOString(), exitCode]);
  if (database.kind === 'embedded') await maintainEmbedded(database);
  const { account, bytes, batches } = addUp(inputs);
  return { run, inputs, account, bytes, batches, seconds: (performance.now() - startedAt) / 1000, exitCode };
}

async function startRun(database: Database, settings: IngestSettings, version: string): Promise<number> {
  const described = JSON.stringify({
    paths: settings.paths,
    site: settings.site,
    format: settings.format.name,
  });
  return inTransaction(database, async () => {
    await database.query(sql.lockMerges);
    const { rows } = await database.query(sql.insertRun, [hostname(), version, described]);
    return getNumber(rows[0], 'run_id');
  });
}

async function maintainEmbedded(database: Database): Promise<void> {
  await database.query(sql.vacuumTables);
  await database.query(sql.writeCheckpoint);
}

function addUp(inputs: readonly InputResult[]) {
  const account = new Account();
  for (const input of inputs) account.add(input.account);
  return {
    account,
    bytes: inputs.reduce((sum, input) => sum + input.bytes, 0),
    batches: inputs.filter((input) => input.state === 'counted').length,
  };
}

interface InputContext {
  readonly run: number;
  readonly path: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

async function ingestInput(
  database: Database,
  settings: IngestSettings,
  context: InputContext,
): Promise<InputResult> {
  const { path, progress, signal } = context;
  try {
    signal.throwIfAborted();
    const source = await openSource(path);
    return await inTransaction(database, async () => {
      const contentTypes = new ContentTypes(settings.site);
      const { account, bytes } = await stageInput(database, settings, {
        source,
        contentTypes,
        progress,
        signal,
      });
      if (account.lines === 0) return { path, state: 'empty', account, bytes, error: null };
      checkFormat(path, settings.format, account);
      await mergeBatch(database, { run: context.run, path, bytes, account, contentTypes }, signal);
      return { path, state: 'counted', account, bytes, error: null };
    });
  } catch (error) {
    if (signal.aborted)
      throw new InterruptedError(`interrupted at ${toInputName(path)}; what was counted before it stays`);
    if (!(error instanceof InputError)) throw error;
    return { path, state: 'failed', account: new Account(), bytes: 0, error };
  }
}

interface StagingContext {
  readonly source: Source;
  readonly contentTypes: ContentTypes;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Copies the hits of one input into the staging table. */
async function stageInput(database: Database, settings: IngestSettings, context: StagingContext) {
  const { source, contentTypes, progress, signal } = context;
  const account = new Account();
  const before = { ...progress };
  const follow = () => {
    progress.packedBytes = before.packedBytes + source.readPackedBytes();
    progress.lines = before.lines + account.lines;
  };
  await database.execute(sql.createStaging);
  const stage = createStage({
    parse: createHitParser(settings.format),
    account,
    contentTypes,
    maxLineBytes: settings.maxLineBytes,
  });
  stage.guard.on('data', follow);
  const copy = await database.openCopy(STAGING_TARGET);
  try {
    await pipeline([...source.streams, ...stage.streams, copy.writable], { signal });
  } catch (error) {
    throw toInputError(source.path, toDatabaseError(database.name, error));
  }
  if (copy.getRowCount() !== account.counted) {
    throw new DatabaseError(
      `${account.counted} rows were sent to ${database.name}, which took ${copy.getRowCount()}; nothing was stored`,
    );
  }
  return { account, bytes: stage.guard.bytes };
}
