/** Finds out whether a known log really begins in the middle of a pipe or an archive, if it seems to. */
import type { Database } from '../../database/database.js';
import { EXIT, InputError } from '../../errors.js';
import {
  openSource,
  type Patience,
  type RereadableInput,
  STANDARD_INPUT,
  toInputError,
  toInputName,
} from '../../source/source.js';
import { type IdentifyOptions, type Identity, identify, type LogAtHand } from './identify.js';
import type { BeginningWatch } from './known/beginning-watch.js';
import { HEAD_BYTES } from './known/checkpoints.js';
import { findRunsOfFirstLines, type PipedLines } from './known/piped-lines.js';
import { MIN_REPEATED_LINES } from './known/repeated-lines.js';
import type { KnownStream } from './known/streams.js';

/** If a log begins with a line of a flood, it seems to begin anew at each identical line: so many times are looked at. */
const MAX_FALSE_STARTS = 20;

/**
 * Makes `watch` look for the beginnings of known logs in the bytes of a pipe or an archive.
 *
 * @param patience how long a pipe is waited for
 * @returns whether one seems to begin right behind the known bytes of the log, as with `zcat access.log.*.gz`
 */
export async function beginWatch(
  database: Database,
  { input, identity, watch }: LogAtHand,
  patience: Patience,
): Promise<boolean> {
  const { at } = identity;
  if (at === 'within') return false;
  await watch.beginnings.refresh(database);
  if (!watch.isSequence || watch.restIsOwn) return false;
  watch.begin(identity);
  if (at !== 'after') return false;
  // an archive may end within a line: the next log begins there even so
  return watch.isFollowed(input.file === null ? patience.silenceMs : Number.POSITIVE_INFINITY);
}

/**
 * Finds out which log goes on at the position of the input: the one before, which was read up to there, or a known one that
 * begins there.
 *
 * @throws InputError, exit code 4, if it cannot be known
 */
export async function identifyNext(
  database: Database,
  input: RereadableInput,
  {
    before,
    watch,
    options,
  }: { readonly before: Identity; readonly watch: BeginningWatch; readonly options: IdentifyOptions },
): Promise<Identity> {
  const position = input.position;
  const found = await identify(database, input, options);
  if (found.stream === null) {
    watch.falseStarts += 1;
    if (watch.falseStarts > MAX_FALSE_STARTS) throw toFloodError(input, position);
    return before;
  }
  if (found.isCertain) return found;
  const isWhole = found.damage === null && !input.isInterrupted;
  if (found.at !== 'after' && isWhole) {
    // the last requests before a rotation and the first ones behind it may be the same lines, of one second
    watch.restIsOwn = true;
    await input.rewind();
    input.forget();
    return before;
  }
  // after a restart a server's pipe may begin with the same few lines: other requests, made in the same second
  if (input.file !== null || found.stream.pipedRun === null || watch.beginsKnown)
    throw toUncertainError(input, position, found.stream);
  await input.rewind();
  input.forget();
  return before;
}

/**
 * Holds back a new log that was perhaps counted already, among the lines of a pipe.
 *
 * @throws InputError, exit code 4
 */
export async function checkNotPiped(database: Database, input: RereadableInput, site: string): Promise<void> {
  const head = await input.peek(HEAD_BYTES);
  const [run = null] = await database.transaction('reading', () =>
    findRunsOfFirstLines(database, site, [head]),
  );
  if (run === null) return;
  throw new InputError(
    `${toInputName(input.path)} begins with lines that run ${run} counted from a pipe, behind other lines: some of it was perhaps counted; nothing of it is counted`,
    { hint: toUndoHint(run), exitCode: EXIT.held },
  );
}

/**
 * Holds back the lines of a pipe if they contain a log that an earlier pipe delivered. Call it under the merge lock.
 *
 * @param ownRun the run at hand
 * @throws InputError, exit code 4
 */
export async function checkNotRepeated(
  database: Database,
  { path, piped }: { readonly path: string; readonly piped: PipedLines | null },
  ownRun: number,
): Promise<void> {
  const run = (await piped?.findRepeatedRun(database, ownRun)) ?? null;
  if (run === null) return;
  throw new InputError(
    `${toInputName(path)} holds at least ${MIN_REPEATED_LINES} lines in a row that run ${run} counted from a pipe: a log of that pipe comes again behind another one; nothing is counted of this part of it`,
    { hint: toUndoHint(run), exitCode: EXIT.held },
  );
}

/** The hint for a log that may be among the lines that a run counted from a pipe. */
export function toUndoHint(run: number): string {
  return `give the logs by their names: those that run ${run} did not count are counted then. If one is held back even so, logtally undo ${run} takes back all that it counted; then name all logs that it read, also those that are in no pipe any more`;
}

/** @throws InputError, exit code 4, if a gap that `undo` left holds what seems to be another log */
export function refuseGap(input: RereadableInput): never {
  throw new InputError(
    `${toInputName(input.path)} has lines of a run that was undone, which were perhaps counted as another log since; they are not counted`,
    { hint: NAMES_HINT, exitCode: EXIT.held },
  );
}

/** A rejected line of a log. */
interface RejectedLine {
  /** Its bytes but for the LF, as latin1. */
  readonly line: string;
  /** Its first byte, counted in the input. */
  readonly start: number;
}

/**
 * Holds back what is read if a rejected line goes on with the first line of a known log: the line was cut off, as at a crash, and the
 * log begins within it.
 *
 * @throws InputError, exit code 4
 */
export function checkRejected({ input, watch }: LogAtHand, { line, start }: RejectedLine): void {
  if (!watch.isSequence || watch.restIsOwn) return;
  if (!watch.beginnings.endsWithFirstLine(Buffer.from(`${line}\n`, 'latin1'))) return;
  throw new InputError(
    `${toInputName(input.path)} has a line at byte ${start} that was cut off and goes on with the first line of a log that was counted; nothing is counted of this part of it`,
    { hint: input.file === null ? NAMES_HINT : UNPACKED_HINT, exitCode: EXIT.held },
  );
}

/**
 * Reads an archive to its end once more, so that nothing of a damaged one is counted: a log within it ends before that.
 *
 * @throws InputError, exit code 3, if it is damaged
 */
export async function checkArchiveEnd(input: RereadableInput, watch: BeginningWatch): Promise<void> {
  if (input.file === null || !input.source.isArchive || watch.isEndChecked) return;
  const { stream } = await openSource(input.path, input.file);
  try {
    for await (const _bytes of stream);
  } catch (error) {
    throw toInputError(input.path, error);
  }
  watch.isEndChecked = true;
}

const UNPACKED_HINT =
  'is it one log? unpack it and give the file: a plain file is one log. Otherwise give the logs in it by their names';

const NAMES_HINT = 'give the logs by their names, each for itself: logtally ingest access.log.1 access.log';

function toUncertainError(
  input: RereadableInput,
  position: number,
  { path, pipedRun }: KnownStream,
): InputError {
  const hintForFile = pipedRun === null ? UNPACKED_HINT : toUndoHint(pipedRun);
  const hint = input.file === null ? NAMES_HINT : hintForFile;
  const known = path === STANDARD_INPUT ? `what run ${pipedRun} counted from a pipe` : toInputName(path);
  return new InputError(
    `${toInputName(input.path)}: at byte ${position} it goes on with the lines that ${known} begins with, too few to tell whether it is that log again; nothing from there on is counted`,
    { hint, exitCode: EXIT.held },
  );
}

function toFloodError(input: RereadableInput, position: number): InputError {
  return new InputError(
    `${toInputName(input.path)}: before byte ${position} known logs seem to begin at more than ${MAX_FALSE_STARTS} lines, and none did; nothing from there on is counted`,
    { hint: NAMES_HINT, exitCode: EXIT.held },
  );
}
