/**
 * The text of a time as strftime(3) writes it, in the C locale that servers run in. Only what can be read back
 * is accepted: a 12-hour clock without its half of the day is not a time.
 */
import { UsageError } from '../../errors.js';
import { createTimeReader, isEpoch, type TimePart } from './timestamp.js';

/** Text, parts of the time, and words that say nothing new about it, such as the day of the week. */
export type TimeText = readonly (string | { readonly part: TimePart } | { readonly word: string })[];

/** What stands for several conversions (POSIX strftime). */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  '%c': '%a %b %e %H:%M:%S %Y',
  '%x': '%m/%d/%y',
  '%D': '%m/%d/%y',
  '%X': '%H:%M:%S',
  '%T': '%H:%M:%S',
  '%R': '%H:%M',
  '%F': '%Y-%m-%d',
  '%h': '%b',
  '%+': '%a %b %e %H:%M:%S %Z %Y',
};

/** What a conversion writes: a part of the time, a word, or text. */
const CONVERSIONS: Readonly<Record<string, TimeText[number]>> = {
  '%d/%b/%Y': { part: 'clfDay' },
  '%Y-%m-%d': { part: 'isoDay' },
  '%H:%M:%S': { part: 'clock' },
  '%Y': { part: 'year' },
  '%y': { part: 'shortYear' },
  '%m': { part: 'month' },
  '%b': { part: 'monthName' },
  '%d': { part: 'dayOfMonth' },
  '%e': { part: 'dayOfMonth' },
  '%H': { part: 'hour' },
  '%M': { part: 'minute' },
  '%S': { part: 'second' },
  '%z': { part: 'offset' },
  '%s': { part: 'epochSeconds' },
  '%a': { word: 'weekday' },
  '%A': { word: 'weekday' },
  '%j': { word: 'dayOfYear' },
  '%Z': { word: 'timeZone' },
  '%%': '%',
  '%t': '\t',
};

/** The longest first, so that a whole day is one part. */
const CONVERSION = /(%d\/%b\/%Y|%Y-%m-%d|%H:%M:%S|%[EO]?.|%$)/s;

/** Hints for conversions that are well known but not read. */
const ADVICE: Readonly<Record<string, string>> = {
  '%I': 'write the hour as %H, of 24 hours',
  '%l': 'write the hour as %H, of 24 hours',
  '%p': 'write the hour as %H, of 24 hours',
  '%r': 'write the time as %T, of 24 hours',
  '%k': 'write the hour as %H, with its zero',
  '%B': 'write the month as %b or %m',
};

/**
 * Takes the format of a time apart.
 *
 * @param text such as `%d/%b/%Y:%H:%M:%S %z`
 * @param written the directive that it stands in, for messages
 * @throws UsageError for a conversion that is unknown, cannot be read back or stands there twice
 */
export function parseStrftime(text: string, written: string): TimeText {
  const expanded = text.replace(/%./gs, (conversion) => ABBREVIATIONS[conversion] ?? conversion);
  const time = expanded
    .split(CONVERSION)
    .filter((piece) => piece !== '')
    .map((piece) => toTimePart(piece, written));
  const parts = listParts({ time });
  const repeated = parts.find((part, index) => parts.indexOf(part) !== index);
  if (repeated !== undefined) {
    throw new UsageError(`--format: '${written}' writes the same part of the time twice (${repeated})`, {
      hint: 'leave one of them out',
    });
  }
  if (!parts.some(isEpoch) || !makesDay(new Set(parts.filter((part) => !isEpoch(part))))) return time;
  // the time is there already, and it knows its time zone
  return time.map((part) =>
    typeof part === 'object' && 'part' in part && isEpoch(part.part) ? { word: part.part } : part,
  );
}

function toTimePart(piece: string, written: string): TimeText[number] {
  if (!piece.startsWith('%')) return piece;
  const part = CONVERSIONS[piece];
  if (part !== undefined) return part;
  throw new UsageError(`--format: '${piece}' in '${written}' cannot be read as a part of a time`, {
    hint: ADVICE[piece] ?? 'known are %a %b %c %d %e %F %H %j %m %M %R %s %S %T %x %X %y %Y %z %Z %%',
  });
}

/** The parts that a time consists of, in their order. */
export function listParts({ time }: { readonly time: TimeText }): readonly TimePart[] {
  return time.flatMap((part) => (typeof part === 'object' && 'part' in part ? [part.part] : []));
}

export function makesDay(parts: ReadonlySet<TimePart>): boolean {
  return createTimeReader(parts) !== null;
}

/** Splits the text before the first part and after the last one from a time. */
export function splitTexts<Part extends object>(
  time: readonly (string | Part)[],
): { head: string; body: readonly (string | Part)[]; tail: string } {
  const first = time.findIndex((part) => typeof part !== 'string');
  if (first === -1) return { head: time.join(''), body: [], tail: '' };
  const end = time.findLastIndex((part) => typeof part !== 'string') + 1;
  return {
    head: time.slice(0, first).join(''),
    body: time.slice(first, end),
    tail: time.slice(end).join(''),
  };
}
