/**
 * Formats the answer of a check in the one line that Nagios and its like read: a word, a sentence, and behind a bar the numbers
 * (Monitoring Plugins Development Guidelines, "Plugin Output for Nagios" and "Performance data").
 */
import { EXIT, toMessage } from '../errors.js';
import type { StreamList } from '../report/streams.js';
import { formatBytes, formatNumberOf, formatSeconds, toVisibleText } from './text.js';

export interface Health {
  /** The line, with its end. */
  readonly line: string;
  readonly isWell: boolean;
  /** Whether a log is too far behind, which may pass. */
  readonly isLate: boolean;
}

/** A log that can be looked at. */
interface LookedAt {
  readonly path: string;
  readonly lagBytes: number;
  readonly lagSeconds: number;
}

/** Judges the logs of this host. @param maxLagSeconds how far behind a log may be */
export function judgeHealth({ streams, newLogs, others }: StreamList, maxLagSeconds: number): Health {
  const logs = [...streams.flatMap(toLookedAt), ...newLogs];
  const unreadable = streams.filter(({ watched, lagUnknown }) => watched && lagUnknown === 'unreadable');
  const late = logs.filter(({ lagSeconds }) => lagSeconds > maxLagSeconds);
  const worst = logs.reduce<LookedAt | null>(
    (last, log) => (log.lagSeconds > (last?.lagSeconds ?? 0) ? log : last),
    null,
  );
  const waitingBytes = logs.reduce((sum, { lagBytes }) => sum + lagBytes, 0);
  const numbers = [
    `lag=${worst?.lagSeconds ?? 0}s;${maxLagSeconds};;0`,
    `waiting=${waitingBytes}B;;;0`,
    `logs=${logs.length};;;0`,
    `late=${late.length};0;;0`,
  ].join(' ');
  const answer = (isWell: boolean, text: string): Health => ({
    isWell,
    isLate: late.length > 0,
    line: `LOGTALLY ${isWell ? 'OK' : 'WARNING'} - ${toSafeText(text)} | ${numbers}\n`,
  });
  if (streams.length + others === 0) return answer(false, 'nothing has been counted yet');
  const [first, ...more] = unreadable;
  if (first !== undefined && late.length === 0) {
    const andMore = more.length === 0 ? '' : ` and ${more.length} more`;
    return answer(false, `may not read '${first.path}'${andMore}`);
  }
  const all = formatNumberOf(logs.length, 'log');
  if (worst === null) return answer(true, `${all}, none is behind`);
  const furthest = `${formatSeconds(worst.lagSeconds)} behind (${formatBytes(worst.lagBytes)} of '${worst.path}')`;
  if (late.length === 0) return answer(true, `${all}, at most ${furthest}`);
  return answer(false, `${late.length} of ${all} too far behind, at most ${furthest}`);
}

function toLookedAt({ path, lagBytes, lagSeconds }: StreamList['streams'][number]): readonly LookedAt[] {
  return lagBytes === null || lagSeconds === null ? [] : [{ path, lagBytes, lagSeconds }];
}

/** What Nagios calls an exit code. */
const WORDS: Readonly<Record<number, string>> = { [EXIT.failure]: 'WARNING', [EXIT.usage]: 'CRITICAL' };

/** The line of a check that failed; the program tells the error itself. */
export function formatCheckFailure(error: unknown, exitCode: number): string {
  const [message = ''] = toMessage(error).split('\n');
  return `LOGTALLY ${WORDS[exitCode] ?? 'UNKNOWN'} - ${toSafeText(message)}\n`;
}

/** A bar would begin the numbers. */
function toSafeText(text: string): string {
  return toVisibleText(text).replaceAll('|', '\\x7c');
}
