/** Decides which directives make the time: a format may write it in several directives, or more than once. */
import { UsageError } from '../../errors.js';
import { listParts, makesDay, splitTexts } from '../times/strftime.js';
import { isEpoch, type TimePart } from '../times/timestamp.js';
import { createToken, type Directive, type FormatItem, type TimeDirective } from './directive.js';

const CLOCK_PARTS = new Set<TimePart>(['clock', 'preciseClock', 'hour', 'minute', 'second']);
const OTHER_PARTS = new Set<TimePart>(['fraction', 'offset']);

/** What is known of the time beside the format. */
export interface GivenTime {
  /** The year of all dates, four digits; null if it is not known. */
  readonly year: string | null;
  /** Whether another part of the line has the time, so that the format needs none. */
  readonly isElsewhere: boolean;
}

export const NO_GIVEN_TIME: GivenTime = { year: null, isElsewhere: false };

/**
 * Keeps the time directives that make the time together; the others become fields of their own.
 * A time that says the day in the server's own time zone is better than seconds since 1970.
 *
 * @throws UsageError if they do not make a day, and what is given does not either
 */
export function chooseTimes(items: readonly FormatItem[], given: GivenTime): readonly FormatItem[] {
  const times = items.filter((item) => 'time' in item);
  const written = combineWritten(times);
  const epoch = combineEpoch(times);
  const chosen = written.hasClock || epoch.length === 0 ? written.times : epoch;
  const isGiven = given.isElsewhere && times.length === 0;
  if (!isGiven && lacksYear(chosen)) {
    if (given.year === null) throw refuse(times, 'year');
  } else if (!isGiven && !makesDay(new Set(chosen.flatMap(listParts)))) throw refuse(times, 'day');
  return items.flatMap((item) => ('time' in item && !chosen.includes(item) ? toFields(item) : [item]));
}

/** Whether all that these lack to make a day is the year. */
export function lacksYear(items: readonly FormatItem[]): boolean {
  const parts = new Set(items.flatMap((item) => ('time' in item ? listParts(item) : [])));
  return !makesDay(parts) && makesDay(new Set<TimePart>([...parts, 'year']));
}

/** Day and clock, from the directive that says most, and what others add to it. */
function combineWritten(times: readonly TimeDirective[]): {
  times: readonly TimeDirective[];
  hasClock: boolean;
} {
  const candidates = times.filter((time) => !listParts(time).some(isEpoch));
  const isWhole = (time: TimeDirective) => {
    const parts = new Set(listParts(time));
    return makesDay(parts) && hasClock(parts);
  };
  const ordered = [...candidates.filter(isWhole), ...candidates.filter((time) => !isWhole(time))];
  const known = new Set<TimePart>();
  const chosen = ordered.filter((time) => {
    const parts = listParts(time);
    if (parts.some((part) => isCovered(part, known))) return false;
    for (const part of parts) known.add(part);
    return true;
  });
  return { times: chosen, hasClock: makesDay(known) && hasClock(known) };
}

function isCovered(part: TimePart, known: ReadonlySet<TimePart>): boolean {
  if (known.has(part)) return true;
  if (CLOCK_PARTS.has(part)) return hasWholeClock(known) || known.has('second');
  // what is left says the day: directives with a count since 1970 are not asked about
  return !OTHER_PARTS.has(part) && makesDay(known);
}

function hasClock(parts: ReadonlySet<TimePart>): boolean {
  return hasWholeClock(parts) || parts.has('hour');
}

function hasWholeClock(parts: ReadonlySet<TimePart>): boolean {
  return parts.has('clock') || parts.has('preciseClock');
}

/** Chooses the first count since 1970 and, if it is in seconds, the fraction that another directive writes. */
function combineEpoch(times: readonly TimeDirective[]): readonly TimeDirective[] {
  const epoch = times.find((time) => listParts(time).some(isEpoch));
  if (epoch === undefined) return [];
  const isFraction = (time: TimeDirective) => listParts(time).every((part) => part === 'fraction');
  const fraction = listParts(epoch).includes('epochSeconds') ? times.find(isFraction) : undefined;
  return fraction === undefined ? [epoch] : [epoch, fraction];
}

/** A time that is not needed: a field with the text that stands around it. */
function toFields(item: TimeDirective): readonly FormatItem[] {
  const { head, body, tail } = splitTexts(item.time);
  const hasSpace = body.some((part) => typeof part === 'string' && part.includes(' '));
  const shape = hasSpace ? 'free' : 'token';
  const field: Directive = { ...createToken(item.written, item.name), shape };
  return [{ text: head }, ...(body.length > 0 ? [field] : []), { text: tail }];
}

const HINTS = {
  year: 'say it with --year, as in --year 2026: it is never guessed',
  day: 'hits are counted by day: write %t (Apache) or $time_local (nginx) into the format',
} as const;

function refuse(times: readonly TimeDirective[], missing: 'year' | 'day'): UsageError {
  const written = times.map((time) => `'${time.written}'`).join(' and ');
  const why =
    times.length === 0
      ? 'the format has no time'
      : `${written} ${times.length > 1 ? 'do' : 'does'} not say the ${missing}`;
  return new UsageError(`--format: ${why}`, { hint: HINTS[missing] });
}
