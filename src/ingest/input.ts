/** One input from its first byte to its commit: a transaction that holds all of it or nothing. */
import { pipeline } from 'node:stream/promises';
import type { Attribution } from '../attribute/attribution.js';
import { type Database, inTransaction, toDatabaseError } from '../database/database.js';
import { sql } from '../database/sql.js';
import { DatabaseError, InputError, InterruptedError } from '../errors.js';
import { openSource, type Source, toInputError, toInputName } from '../source/open.js';
import { Account } from './account.js';
import { checkFormat } from './check-format.js';
import { ContentTypes } from './content-types.js';
import type { FormatChoice } from './format-choice.js';
import { mergeBatch } from './merge.js';
import type { RejectsFile } from './rejects-file.js';
import { createStage, STAGING_TARGET } from './stage.js';

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

/** What all inputs of a run share. */
export interface InputContext {
  readonly run: number;
  readonly choice: FormatChoice;
  readonly attribution: Attribution;
  readonly maxLineBytes: number;
  readonly rejects: RejectsFile | null;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Counts the lines of one input.
 *
 * @throws DatabaseError, InterruptedError; an error of the input itself is in the result
 */
export async function ingestInput(
  database: Database,
  path: string,
  context: InputContext,
): Promise<InputResult> {
  try {
    context.signal.throwIfAborted();
    const source = await openSource(path);
    const result = await inTransaction(database, () => countInput(database, source, context));
    context.rejects?.commit();
    return result;
  } catch (error) {
    context.rejects?.discard();
    if (context.signal.aborted) {
      throw new InterruptedError(`interrupted at ${toInputName(path)}; what was counted before it stays`);
    }
    if (!(error instanceof InputError)) throw error;
    return { path, state: 'failed', account: new Account(), bytes: 0, error };
  }
}

async function countInput(database: Database, source: Source, context: InputContext): Promise<InputResult> {
  const { path } = source;
  const account = new Account();
  const contentTypes = new ContentTypes();
  const bytes = await stageLines(database, source, { ...context, account, contentTypes });
  if (account.lines === 0) return { path, state: 'empty', account, bytes, error: null };
  checkFormat(path, context.choice.name, account);
  await mergeBatch(database, { run: context.run, path, bytes, account, contentTypes }, context.signal);
  return { path, state: 'counted', account, bytes, error: null };
}

interface StagingContext extends InputContext {
  readonly account: Account;
  readonly contentTypes: ContentTypes;
}

/**
 * Copies the hits of an input into the staging table.
 *
 * @returns the decompressed bytes that were read
 */
async function stageLines(database: Database, source: Source, context: StagingContext): Promise<number> {
  const { account, progress, signal } = context;
  await database.execute(sql.createStaging);
  const stage = createStage(context);
  const before = { ...progress };
  stage.guard.on('data', () => {
    progress.packedBytes = before.packedBytes + source.readPackedBytes();
    progress.lines = before.lines + account.lines;
  });
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
  return stage.guard.bytes;
}
