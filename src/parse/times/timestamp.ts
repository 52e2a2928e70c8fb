/**
 * The time of a log line, in whatever parts its format writes it. The day is the one that the line says, in the line's
 * own offset; no time zone of this machine takes part. Times in seconds since 1970 are read as UTC.
 */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Bound of the day cache: about 27 years of days. If a log names more, the cache is emptied and begins anew. */
const MAX_CACHED_DAYS = 10_000;

/** The last second of the year 9999, the last that ISO 8601 writes with four digits. */
const MAX_EPOCH_SECONDS = 253_402_300_799;

const CLOCK = '(?:[01]\\d|2[0-3]):[0-5]\\d:(?:[0-5]\\d|60)';

/**
 * The parts that a format can write a time in, and their shape. Seconds reach 60 (leap seconds), offsets 14:59 either
 * way; the year 0000 does not exist. Whether the month has such a day is for the time reader.
 */
export const TIME_PATTERNS = {
  /** `10/Oct/2000`, as in Apache's %t and nginx's $time_local. */
  clfDay: `(?:0[1-9]|[12]\\d|3[01])/(?:${MONTHS.join('|')})/(?!0000)\\d{4}`,
  /** `2000-10-10` */
  isoDay: '(?!0000)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])',
  year: '(?!0000)\\d{4}',
  /** Two digits: 69 to 99 are 19xx, 00 to 68 are 20xx (POSIX strptime). */
  shortYear: '\\d{2}',
  month: '0[1-9]|1[0-2]',
  monthName: MONTHS.join('|'),
  /** Padded with a zero or a space. */
  dayOfMonth: '[ 0][1-9]|[12]\\d|3[01]',
  /** `13:55:36` */
  clock: CLOCK,
  /** `13:55:36.123`, its fraction or not. */
  preciseClock: `${CLOCK}(?:[.,]\\d{1,9})?`,
  hour: '[01]\\d|2[0-3]',
  minute: '[0-5]\\d',
  second: '[0-5]\\d|60',
  /** Digits of a second. */
  fraction: '\\d{1,9}',
  /** `+0200`, `+02:00` or `Z` */
  offset: '[+-](?:0\\d|1[0-4]):?[0-5]\\d|Z',
  /** Since 1970, with or without a fraction. */
  epochSeconds: '\\d{1,12}(?:\\.\\d{1,9})?',
  epochMilliseconds: '\\d{1,15}',
  epochMicroseconds: '\\d{1,18}',
} as const;

export type TimePart = keyof typeof TIME_PATTERNS;

/** The text of a part in the line at hand; undefined if the format does not write it. */
export type TimeParts = (part: TimePart) => string | undefined;

export interface TimeReader {
  /** The one part that says the day by itself, and what converts it; null if the day is put together. */
  readonly dayPart: { readonly part: TimePart; readonly toDay: (text: string) => string | null } | null;
  /** The day, `2000-10-10`, or null if there is no such day. */
  readDay(parts: TimeParts): string | null;
  /** ISO 8601, with the line's own offset if it has one; null if there is no such day. */
  readTime(parts: TimeParts): string | null;
}

/**
 * Makes the reader of a format's time.
 *
 * @param parts those that the format writes
 * @returns null if they do not make a day
 */
export function createTimeReader(parts: ReadonlySet<TimePart>): TimeReader | null {
  const dayPart = findDayPart(parts);
  if (dayPart === null && [...parts].some(isEpoch)) {
    return { dayPart, readDay: (get) => toEpochTime(get)?.slice(0, 10) ?? null, readTime: toEpochTime };
  }
  const readDay =
    dayPart === null ? createDayReader(parts) : (get: TimeParts) => dayPart.toDay(get(dayPart.part) ?? '');
  if (readDay === null) return null;
  return {
    dayPart,
    readDay,
    readTime(get) {
      const day = readDay(get);
      return day === null ? null : toIsoTime(day, get);
    },
  };
}

function findDayPart(parts: ReadonlySet<TimePart>): TimeReader['dayPart'] {
  if (parts.has('clfDay')) return { part: 'clfDay', toDay: cacheDays(toIsoDate) };
  return parts.has('isoDay') ? { part: 'isoDay', toDay: cacheDays(checkDay) } : null;
}

/** Puts the day together from several parts; null if they do not make one. */
function createDayReader(parts: ReadonlySet<TimePart>): TimeReader['readDay'] | null {
  const hasYear = parts.has('year') || parts.has('shortYear');
  const hasMonth = parts.has('month') || parts.has('monthName');
  if (!hasYear || !hasMonth || !parts.has('dayOfMonth')) return null;
  const toDay = cacheDays(checkDay);
  return (get) => toDay(joinDay(get));
}

/** The parts that count from 1970 on, in UTC, and how many of their last digits are the fraction of a second. */
const EPOCHS: readonly (readonly [part: TimePart, digits: number])[] = [
  ['epochSeconds', 0],
  ['epochMilliseconds', 3],
  ['epochMicroseconds', 6],
];

/** Whether a part counts from 1970 on, in UTC. */
export function isEpoch(part: TimePart): boolean {
  return EPOCHS.some(([epoch]) => epoch === part);
}

/** Neighbouring lines nearly always share their day, so the texts that were converted are remembered. */
export function cacheDays(convert: (text: string) => string | null): (text: string) => string | null {
  const known = new Map<string, string | null>();
  let lastText = '';
  let lastDay: string | null = null;
  return (text) => {
    if (text === lastText) return lastDay;
    let day = known.get(text);
    if (day === undefined) {
      day = convert(text);
      if (known.size >= MAX_CACHED_DAYS) known.clear();
      known.set(text, day);
    }
    lastText = text;
    lastDay = day;
    return day;
  };
}

/** `29/Feb/2024`, the shape of `TIME_PATTERNS.clfDay`, -> `2024-02-29`; null if the month has no such day. */
export function toIsoDate(text: string): string | null {
  return checkDay(`${text.slice(7, 11)}-${toMonthNumber(text.slice(3, 6))}-${text.slice(0, 2)}`);
}

const CLF_DAY = new RegExp(`^${TIME_PATTERNS.clfDay}$`);

/** @returns the ISO date of what may be a day in the shape of `TIME_PATTERNS.clfDay`, or null if it is none */
export function parseClfDay(text: string): string | null {
  return CLF_DAY.test(text) ? toIsoDate(text) : null;
}

/** @returns the day, or null if the month has no such day */
function checkDay(day: string): string | null {
  // JavaScript takes the 30th of February for a day of March
  const time = new Date(day).getTime();
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day) ? day : null;
}

function joinDay(get: TimeParts): string {
  const shortYear = get('shortYear');
  const year = get('year') ?? (Number(shortYear) >= 69 ? `19${shortYear}` : `20${shortYear}`);
  const month = get('month') ?? toMonthNumber(get('monthName') ?? '');
  return `${year}-${month}-${(get('dayOfMonth') ?? '').replace(' ', '0')}`;
}

/** `Feb` -> `02` */
export function toMonthNumber(name: string): string {
  return String(MONTHS.indexOf(name) + 1).padStart(2, '0');
}

function toIsoTime(day: string, get: TimeParts): string {
  const clock =
    get('clock') ??
    get('preciseClock')?.replace(',', '.') ??
    [get('hour'), get('minute') ?? '00', get('second') ?? '00'].join(':');
  const fraction = get('fraction');
  const offset = get('offset');
  return `${day}T${clock.startsWith(':') ? '00:00:00' : clock}${fraction === undefined ? '' : `.${fraction}`}${toIsoOffset(offset)}`;
}

/** `+0200` and `+02:00` -> `+02:00`, `Z` -> `+00:00`, '' if the line has no offset. */
function toIsoOffset(offset: string | undefined): string {
  if (offset === undefined) return '';
  if (offset === 'Z') return '+00:00';
  return offset.includes(':') ? offset : `${offset.slice(0, 3)}:${offset.slice(3)}`;
}

/** @returns null after the year 9999 */
function toEpochTime(get: TimeParts): string | null {
  const [part, digits] = EPOCHS.find(([epoch]) => get(epoch) !== undefined) ?? [];
  if (part === undefined || digits === undefined) return null;
  const [count = '', written] = (get(part) ?? '').split('.');
  // the last digits of a count of parts of a second are the fraction
  const padded = count.padStart(digits + 1, '0');
  const seconds = Number(padded.slice(0, padded.length - digits));
  if (seconds > MAX_EPOCH_SECONDS) return null;
  const fraction = digits === 0 ? (written ?? get('fraction')) : padded.slice(-digits);
  const time = new Date(seconds * 1000).toISOString().slice(0, 19);
  return `${time}${fraction === undefined ? '' : `.${fraction}`}+00:00`;
}
