/**
 * Holds back a log, or the new lines of one, that most likely is in another format: more than half of its lines are rejects,
 * or nearly all from some line on. Lines that nobody could read must not be remembered as counted. The file also says how
 * many rejected lines a run may have before it ends with exit code 3.
 */
import { EXIT, InputError, UsageError } from '../../errors.js';
import { hintFormat, type RejectedLine } from '../../parse/parse.js';
import { STANDARD_INPUT, toInputName } from '../../source/source.js';
import type { KnownRange } from '../identity/identity.js';
import type { Account, RejectRun } from './account.js';
import type { CountedRange } from './count-line.js';

/** If a larger share of a log's lines is rejected, the log is held back, unless --max-rejects allows more. */
const HELD_SHARE = 0.5;

/** How many rejected lines are allowed. */
export interface MaxRejects {
  /** As given, for messages: `1000` or `5%`. */
  readonly text: string;
  /** The share of rejects, 0 to 1, above which a log is held back. */
  readonly heldShare: number;
  isExceeded(account: Account): boolean;
}

/**
 * Reads `1000` (lines of the run) or `5%` (of the lines read). Blank lines and directives do not count; if a log has few new
 * lines, they are judged together with its last ones that were counted before.
 *
 * @param source the flag or key, for the message
 * @throws UsageError if it is neither
 */
export function parseMaxRejects(source: string): (text: string) => MaxRejects {
  return (text) => {
    const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
    const limit = Number(number);
    if (percent === '%' && limit <= 100) {
      const heldShare = Math.max(HELD_SHARE, limit / 100);
      return { text, heldShare, isExceeded: (account) => isShareExceeded(account, limit) };
    }
    if (percent === '' && Number.isSafeInteger(limit)) {
      return { text, heldShare: HELD_SHARE, isExceeded: ({ rejected }) => rejected > limit };
    }
    throw new UsageError(`${source}: '${text}' is neither a number of lines nor a percentage up to 100%`);
  };
}

const DEFAULT_PERCENT = 10;

/** Applies if neither the command line nor the config file says anything. One odd line in a short log is no reason for mail from cron. */
export const DEFAULT_MAX_REJECTS: MaxRejects = {
  text: `${DEFAULT_PERCENT}%`,
  heldShare: HELD_SHARE,
  isExceeded: (account) => account.rejected > 1 && isShareExceeded(account, DEFAULT_PERCENT),
};

function isShareExceeded({ rejected, judged, before }: Account, percent: number): boolean {
  return rejected > 0 && (rejected + before.rejected) * 100 > percent * (judged + before.lines);
}

/** Fewer new lines than this are judged together with the last lines of their log that were counted, this many in all. */
const JUDGED_LINES = 1000;

/** If this many lines at one end of a log hardly fit, they are in another format, whatever the other lines are. */
const CHANGED_LINES = 100;

/** In a short log fewer lines are enough, if they are this share of all. */
const FEW_CHANGED_LINES = 10;
const FEW_CHANGED_SHARE = 0.25;

/** A log whose rejects are judged. */
export interface ReadLog {
  readonly path: string;
  /** The format that it was read in. */
  readonly formatName: string;
  /** What was read now, added up. */
  readonly account: Account;
  /** The same, range by range. */
  readonly ranges: readonly CountedRange[];
  /** What was counted of it before, in order. */
  readonly known: readonly KnownRange[];
  readonly maxRejects: MaxRejects;
}

/**
 * Judges the rejects of a log, and enters into its account the earlier lines that they are judged together with.
 *
 * @throws InputError, exit code 3, if the log is held back; the hint names the preset that fits, if one does
 */
export function checkFormat(log: ReadLog): void {
  const { account } = log;
  if (account.rejected === 0) return;
  Object.assign(account.before, sumLastLines(log.known, JUDGED_LINES - account.judged));
  const lines = account.judged + account.before.lines;
  const rejected = account.rejected + account.before.rejected;
  const { heldShare } = log.maxRejects;
  const isMostly = rejected > heldShare * lines || rejected === lines;
  const change = isMostly || heldShare <= HELD_SHARE ? findChange(log.ranges, lines) : null;
  if (change !== null) throw toChangedError(log, change);
  if (isMostly) throw toWrongFormatError(log);
}

/** Tells how many of the last lines that were counted before were rejects; a batch that is too long adds its share of them. */
function sumLastLines(known: readonly KnownRange[], limit: number): { lines: number; rejected: number } {
  const sum = { lines: 0, rejected: 0 };
  for (const range of known.toReversed()) {
    const taken = Math.min(range.lines, Math.max(0, limit - sum.lines));
    if (taken === 0) continue;
    sum.lines += taken;
    sum.rejected += (range.rejected * taken) / range.lines;
  }
  return sum;
}

/** The place where a log changes its format: the lines before it, or those from it on, are in another one. */
interface FormatChange {
  readonly run: RejectRun;
  readonly side: 'before' | 'behind';
}

/** @param judged how many lines the run is compared with */
function findChange(ranges: readonly CountedRange[], judged: number): FormatChange | null {
  const isChange = ({ range, account }: CountedRange, run: RejectRun) =>
    (run.lines < account.judged || range.start > 0) &&
    (run.lines >= CHANGED_LINES ||
      (run.lines >= FEW_CHANGED_LINES && run.lines >= FEW_CHANGED_SHARE * judged));
  const [first] = ranges;
  const last = ranges.at(-1);
  const tail = last?.account.tailRejects ?? null;
  if (last !== undefined && tail !== null && isChange(last, tail)) return { run: tail, side: 'behind' };
  const head = first?.range.start === 0 ? first.account.rejectRuns.head : null;
  return first !== undefined && head !== null && isChange(first, head) ? { run: head, side: 'before' } : null;
}

function toChangedError({ path, formatName }: ReadLog, { run, side }: FormatChange): InputError {
  const { position } = run.reject;
  const isBehind = side === 'behind';
  const line = isBehind ? position.number : position.number + 1;
  const byte = isBehind ? position.offset : position.offset + position.bytes + 1;
  const which = isBehind ? 'from there on' : 'before it';
  return new InputError(
    `${toInputName(path)} changes its format at line ${line} (byte ${byte}): ${which} ${run.rejected} of ${run.lines} lines are not in the format ${formatName}: line ${position.number}: ${describe(run.reject)}; nothing new of it is counted`,
    { hint: toHint(path, [run.reject], true), exitCode: EXIT.rejected },
  );
}

function toWrongFormatError({ path, formatName, known, account }: ReadLog): InputError {
  const [first] = account.samples;
  const what =
    account.rejected === account.judged
      ? `no ${known.length === 0 ? '' : 'new '}line of ${toInputName(path)} is in the format ${formatName}`
      : `${account.rejected} of ${account.judged} lines of ${toInputName(path)} are not in the format ${formatName}`;
  const why = first === undefined ? '' : `: line ${first.position.number}: ${describe(first)}`;
  return new InputError(`${what}${why}; nothing ${known.length === 0 ? '' : 'new '}of it is counted`, {
    hint: toHint(path, account.samples, account.rejected < account.judged),
    exitCode: EXIT.rejected,
  });
}

function describe({ reject }: RejectedLine): string {
  return reject.field === null ? reject.reject : `${reject.reject} (${reject.field})`;
}

/** @param isDecidable whether some lines are in the format, so that a person may decide to count these */
function toHint(path: string, rejects: readonly RejectedLine[], isDecidable: boolean): string {
  const fits = hintFormat(rejects);
  const again = path === STANDARD_INPUT ? '; what was read of the pipe is not kept: pipe it again' : '';
  const decide = isDecidable
    ? ', or --max-rejects 100% counts the lines that are in the format, and --rejects FILE keeps the others'
    : '';
  return `${fits}${decide}${again}`;
}
