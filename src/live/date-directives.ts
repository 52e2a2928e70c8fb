/**
 * The directives of strftime(3) that a path can have, in the C locale that servers run in. %Z and %c are not there: the name of
 * a time zone is not the same everywhere, nor is that of a locale's time.
 */

export interface Directive {
  write(date: Date): string;
  /** What it writes, as a regular expression without groups. */
  readonly expression: string;
  /** What it writes, as a glob. */
  readonly glob: string;
  /** Milliseconds of the step at whose beginning its text changes, a day at most. */
  readonly stepMs: number;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** What stands for several directives (POSIX strftime). */
export const ABBREVIATIONS: Readonly<Record<string, string>> = {
  F: '%Y-%m-%d',
  T: '%H:%M:%S',
  R: '%H:%M',
  h: '%b',
};

export const DIRECTIVES: Readonly<Record<string, Directive>> = {
  Y: number((date) => date.getFullYear(), 4, DAY_MS),
  y: number((date) => date.getFullYear() % 100, 2, DAY_MS),
  m: number((date) => date.getMonth() + 1, 2, DAY_MS, '0[1-9]|1[0-2]'),
  b: name((date) => MONTHS[date.getMonth()], MONTHS, 3),
  B: name((date) => MONTHS[date.getMonth()], MONTHS),
  d: number((date) => date.getDate(), 2, DAY_MS, '0[1-9]|[12][0-9]|3[01]'),
  e: {
    write: (date) => String(date.getDate()).padStart(2, ' '),
    expression: '(?: [1-9]|[12][0-9]|3[01])',
    glob: '[ 123][0-9]',
    stepMs: DAY_MS,
  },
  j: number((date) => getDayOfYear(date) + 1, 3, DAY_MS, '[0-2][0-9][0-9]|3[0-5][0-9]|36[0-6]'),
  H: number((date) => date.getHours(), 2, HOUR_MS, '[01][0-9]|2[0-3]'),
  I: number((date) => date.getHours() % 12 || 12, 2, HOUR_MS, '0[1-9]|1[0-2]'),
  p: name((date) => (date.getHours() < 12 ? 'AM' : 'PM'), ['AM', 'PM'], 2, HOUR_MS),
  M: number((date) => date.getMinutes(), 2, MINUTE_MS, '[0-5][0-9]'),
  S: number((date) => date.getSeconds(), 2, SECOND_MS, '[0-5][0-9]'),
  U: number((date) => getWeek(date, 0), 2, DAY_MS, '[0-4][0-9]|5[0-3]'),
  W: number((date) => getWeek(date, 1), 2, DAY_MS, '[0-4][0-9]|5[0-3]'),
  V: number(
    (date) => Math.floor(getDayOfYear(getThursday(date)) / 7) + 1,
    2,
    DAY_MS,
    '0[1-9]|[1-4][0-9]|5[0-3]',
  ),
  G: number((date) => getThursday(date).getFullYear(), 4, DAY_MS),
  u: number((date) => date.getDay() || 7, 1, DAY_MS, '[1-7]'),
  w: number((date) => date.getDay(), 1, DAY_MS, '[0-6]'),
  a: name((date) => WEEKDAYS[date.getDay()], WEEKDAYS, 3),
  A: name((date) => WEEKDAYS[date.getDay()], WEEKDAYS),
  z: {
    write: (date) => formatOffset(getOffset(date.getTime())),
    expression: '[+-][0-9]{4}',
    glob: '[+-][0-9][0-9][0-9][0-9]',
    stepMs: DAY_MS,
  },
};

/** @param expression what is more exact than so many digits */
function number(
  get: (date: Date) => number,
  digits: number,
  stepMs: number,
  expression = `[0-9]{${digits}}`,
): Directive {
  return {
    write: (date) => String(get(date)).padStart(digits, '0'),
    expression: `(?:${expression})`,
    glob: '[0-9]'.repeat(digits),
    stepMs,
  };
}

/** @param length characters that are written of a name */
function name(
  get: (date: Date) => string | undefined,
  names: readonly string[],
  length?: number,
  stepMs = DAY_MS,
): Directive {
  const written = names.map((each) => each.slice(0, length));
  return {
    write: (date) => get(date)?.slice(0, length) ?? '',
    expression: `(?:${written.join('|')})`,
    glob: `{${written.join(',')}}`,
    stepMs,
  };
}

/** Milliseconds that the clock on the wall is ahead of UTC. */
export function getOffset(at: number): number {
  return -new Date(at).getTimezoneOffset() * MINUTE_MS;
}

/** `+0530` */
function formatOffset(offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / MINUTE_MS);
  const digits = Math.floor(minutes / 60) * 100 + (minutes % 60);
  return `${offsetMs < 0 ? '-' : '+'}${String(digits).padStart(4, '0')}`;
}

/** From 0 on; days in between are counted by the calendar, since a day need not have 24 hours. */
function getDayOfYear(date: Date): number {
  const day = Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return (day - Date.UTC(date.getFullYear(), 0, 1)) / DAY_MS;
}

/** Full weeks since the year's first Sunday (0) or Monday (1), with the one that has begun. */
function getWeek(date: Date, firstWeekday: number): number {
  return Math.floor((getDayOfYear(date) + 7 - ((date.getDay() + 7 - firstWeekday) % 7)) / 7);
}

/** The Thursday of the date's week, which says what year a week belongs to (ISO 8601); noon is there on every day. */
function getThursday(date: Date): Date {
  const weekday = (date.getDay() + 6) % 7;
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - weekday + 3, 12);
}
