/**
 * One input from its first byte to its commit: find out which log it is, count what was not counted of it before.
 * Several logs may follow each other in one input; what is counted of each is one transaction, all of it or nothing.
 */
import type { Database } from '../database/database.js';
import { EXIT, InputError, InterruptedError } from '../errors.js';
import { deliversOnce, STANDARD_INPUT, toInputName } from '../source/open.js';
import { Content } from '../source/rereadable-input.js';
import { Account } from './counting/account.js';
import type { Identity } from './identity/identify.js';
import { findKnownArchive } from './identity/known/archives.js';
import { BeginningWatch } from './identity/known/beginning-watch.js';
import type { InputContext } from './input-context.js';
import { ingestPart } from './log.js';
import type { OtherSettings } from './other-settings.js';
import type { PartResult } from './part-result.js';
import type { Recount } from './recount.js';
import { withRetries } from './retry.js';

/**
 * What became of an input. `counted`: lines of it were committed; `known`: all of it was counted before; `empty`: there is
 * nothing to count; `damaged`: its whole lines were committed, but it is cut off; `failed`: nothing of it was committed.
 */
export type InputState = 'counted' | 'known' | 'empty' | 'damaged' | 'failed';

export interface InputResult {
  readonly path: string;
  readonly state: InputState;
  readonly account: Account;
  /** Decompressed bytes that were committed. */
  readonly bytes: number;
  /** Decompressed bytes that were counted before. */
  readonly alreadyCountedBytes: number;
  /** Bytes of a last line without its end, which waits for the next run. */
  readonly unfinishedBytes: number;
  readonly batches: number;
  /** What was taken back, to be counted again. */
  readonly recounts: readonly Recount[];
  /** The runs that counted parts of it before under other settings; each once. */
  readonly otherSettings: readonly OtherSettings[];
  /** Why it is `failed` or `damaged`; null otherwise. */
  readonly error: InputError | null;
}

/**
 * Counts what was not counted of an input before. Of a pipe that is interrupted what it had delivered is counted first.
 *
 * @throws DatabaseError, InterruptedError; an error of the input itself is in the result
 */
export async function ingestInput(
  database: Database,
  path: string,
  context: InputContext,
): Promise<InputResult> {
  const result = await tryInput(database, path, context);
  if (context.readSignal.aborted && deliversOnce(path)) {
    throw new InterruptedError(describePipeInterruption(result), { cause: result.error });
  }
  return result;
}

async function tryInput(database: Database, path: string, context: InputContext): Promise<InputResult> {
  let parts: PartResult[] = [];
  try {
    context.signal.throwIfAborted();
    await withRetries(database, { path, signal: context.signal }, async () => {
      parts = parts.flatMap(toCommittedBefore);
      // what a try before this one has rejected was rolled back with it
      context.rejects?.discard();
      const known =
        context.archiveCheck === 'heads' && !context.recount
          ? await findKnownArchive(database, path, context)
          : null;
      if (known !== null) parts.push(known);
      else await ingestContent(database, path, context, parts);
    });
    return addUp(path, parts, describeDamage(parts));
  } catch (error) {
    context.rejects?.discard();
    if (context.signal.aborted) {
      throw new InterruptedError(`interrupted at ${toInputName(path)}; what was counted before it stays`);
    }
    if (!(error instanceof InputError)) throw error;
    return addUp(path, parts, error);
  }
}

/** Whoever stops a pipe wants to know what became of the lines that nobody can deliver again. */
function describePipeInterruption({ account, unfinishedBytes, error }: InputResult): string {
  const lines = account.lines === 1 ? '1 whole line' : `${account.lines} whole lines`;
  const counted = `interrupted; ${lines} of ${toInputName(STANDARD_INPUT)} were stored, ${account.counted} of them counted`;
  const unfinished =
    unfinishedBytes === 0 ? '' : `; ${unfinishedBytes} bytes of a line that had begun were not`;
  return counted + unfinished + (error === null ? '' : `; ${error.message}`);
}

/** What a try before this one has committed is found known by this one: it was not counted before this run. */
function toCommittedBefore(part: PartResult): readonly PartResult[] {
  if (part.batches === 0) return [];
  return [{ ...part, alreadyCountedBytes: -part.bytes, unfinishedBytes: 0, damage: null }];
}

/** @param parts is given each part as soon as it is committed, so that a later failure does not hide it */
async function ingestContent(
  database: Database,
  path: string,
  context: InputContext,
  parts: PartResult[],
): Promise<void> {
  const content = await Content.open(path, { signal: context.readSignal, patience: context.patience });
  try {
    const watch = new BeginningWatch(context.beginnings, content);
    let continued: Identity | null = null;
    for (let hasMore = true; hasMore; ) {
      const part: PartResult = await ingestPart(database, content, context, { continued, watch });
      parts.push(part);
      ({ hasMore, continued } = part);
    }
  } finally {
    await content.close();
  }
}

function describeDamage(parts: readonly PartResult[]): InputError | null {
  const damage = parts.find((part) => part.damage !== null)?.damage;
  if (damage === undefined || damage === null) return null;
  return new InputError(`${damage}; its whole lines are counted`, {
    hint: 'is it still being written? give it again when it is whole: it goes on from there',
    exitCode: EXIT.rejected,
  });
}

function addUp(path: string, parts: readonly PartResult[], error: InputError | null): InputResult {
  const account = new Account();
  for (const part of parts) account.add(part.account);
  for (const part of parts) account.samples.push(...part.account.samples);
  const sum = (key: 'bytes' | 'alreadyCountedBytes' | 'unfinishedBytes' | 'batches') =>
    parts.reduce((total, part) => total + part[key], 0);
  const totals = {
    bytes: sum('bytes'),
    alreadyCountedBytes: Math.max(0, sum('alreadyCountedBytes')),
    unfinishedBytes: sum('unfinishedBytes'),
    batches: sum('batches'),
  };
  const recounts = parts.flatMap(({ recount }) => recount ?? []);
  const otherSettings = [...new Set(parts.flatMap((part) => part.otherSettings))];
  return {
    ...{ path, state: toState(totals, parts, error), account, ...totals },
    ...{ recounts, otherSettings, error },
  };
}

function toState(
  { batches, alreadyCountedBytes }: { readonly batches: number; readonly alreadyCountedBytes: number },
  parts: readonly PartResult[],
  error: InputError | null,
): InputState {
  if (error !== null) return parts.some((part) => part.damage !== null) ? 'damaged' : 'failed';
  if (batches > 0) return 'counted';
  return alreadyCountedBytes > 0 ? 'known' : 'empty';
}
