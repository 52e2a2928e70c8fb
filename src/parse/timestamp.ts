/**
 * The time of a log line, `10/Oct/2000:13:55:36 -0700` (Apache mod_log_config %t, nginx $time_local).
 * The day is the one that the line says, in the line's own offset; no time zone of this machine takes part.
 */

const MONTHS: readonly string[] = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
];
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** Bound of the day cache: about 27 years of days. A log that names more only loses the cache's help. */
const MAX_CACHED_DAYS = 10_000;

/**
 * The shape of a server's time, without its brackets: groups are day, time of day, offset.
 * Seconds reach 60 (leap seconds); offsets reach 14:59 either way; the year 0000 does not exist.
 * Whether the month has such a day is for `createDayReader`.
 */
export const TIME_PATTERN = {
  day: `(?:0[1-9]|[12]\\d|3[01])/(?:${MONTHS.join('|')})/(?!0000)\\d{4}`,
  timeOfDay: '(?:[01]\\d|2[0-3]):[0-5]\\d:(?:[0-5]\\d|60)',
  offset: '[+-](?:0\\d|1[0-4])[0-5]\\d',
} as const;

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/**
 * Converts the day of a server's time to an ISO date.
 *
 * @param text a day in the shape of `TIME_PATTERN.day`, `29/Feb/2024`
 * @returns `2024-02-29`, or null where the month has no such day
 */
export function toIsoDate(text: string): string | null {
  const day = Number(text.slice(0, 2));
  const month = MONTHS.indexOf(text.slice(3, 6));
  const yearText = text.slice(7, 11);
  const daysInMonth = DAYS_IN_MONTH[month];
  if (daysInMonth === undefined) return null;
  const lastDay = month === 1 && isLeapYear(Number(yearText)) ? 29 : daysInMonth;
  if (day > lastDay) return null;
  return `${yearText}-${String(month + 1).padStart(2, '0')}-${text.slice(0, 2)}`;
}

/**
 * Makes a reader of days for one pass over a log. Neighbouring lines nearly always share their day,
 * so it remembers the texts that it has converted.
 */
export function createDayReader(): (text: string) => string | null {
  const known = new Map<string, string | null>();
  let lastText = '';
  let lastDay: string | null = null;
  return (text) => {
    if (text === lastText) return lastDay;
    let day = known.get(text);
    if (day === undefined) {
      day = toIsoDate(text);
      if (known.size >= MAX_CACHED_DAYS) known.clear();
      known.set(text, day);
    }
    lastText = text;
    lastDay = day;
    return day;
  };
}

/** Joins a line's day, time of day and offset into ISO 8601: `2000-10-10`, `13:55:36`, `-0700` -> `2000-10-10T13:55:36-07:00`. */
export function toIsoTime(day: string, timeOfDay: string, offset: string): string {
  return `${day}T${timeOfDay}${offset.slice(0, 3)}:${offset.slice(3)}`;
}
