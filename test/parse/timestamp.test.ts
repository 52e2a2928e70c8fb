import { describe, expect, test } from 'vitest';
import {
  cacheDays,
  createTimeReader,
  TIME_PATTERNS,
  type TimePart,
  toIsoDate,
} from '../../src/parse/times/timestamp.js';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** All days of a year as the platform's calendar has them: the log's text and the ISO date. */
function listDays(year: number): readonly { readonly text: string; readonly iso: string }[] {
  const days: { text: string; iso: string }[] = [];
  const date = new Date(0);
  // setUTCFullYear, as Date.UTC takes the years 0 to 99 for 1900 to 1999
  for (
    date.setUTCFullYear(year, 0, 1);
    date.getUTCFullYear() === year;
    date.setUTCDate(date.getUTCDate() + 1)
  ) {
    const [month, day] = [date.getUTCMonth(), `${date.getUTCDate()}`.padStart(2, '0')];
    const yearText = `${year}`.padStart(4, '0');
    days.push({
      text: `${day}/${MONTHS[month]}/${yearText}`,
      iso: `${yearText}-${`${month + 1}`.padStart(2, '0')}-${day}`,
    });
  }
  return days;
}

function matches(part: TimePart, text: string): boolean {
  return new RegExp(`^(?:${TIME_PATTERNS[part]})$`).test(text);
}

describe('a day', () => {
  test('is read for every day that the calendar has, and for no other', () => {
    const years = [1, 4, 99, 100, 400, 1582, 1900, 1999, 2000, 2023, 2024, 2026, 2100, 9999];
    for (const year of years) {
      const known = new Map(listDays(year).map(({ text, iso }) => [text, iso]));
      expect(known.size).toBeGreaterThanOrEqual(365);
      for (const month of MONTHS) {
        for (let day = 1; day <= 31; day += 1) {
          const text = `${`${day}`.padStart(2, '0')}/${month}/${`${year}`.padStart(4, '0')}`;
          expect(matches('clfDay', text), text).toBe(true);
          expect(toIsoDate(text), text).toBe(known.get(text) ?? null);
        }
      }
    }
  });

  test.each([
    ...[
      '00/Apr/2026',
      '32/Jan/2026',
      '1/Apr/2026',
      '01/apr/2026',
      '01/APR/2026',
      '01/Foo/2026',
      '01/04/2026',
    ],
    ...[
      '01/Apr/0000',
      '01/Apr/26',
      '01/Apr/20266',
      '01-Apr-2026',
      '2026-04-01',
      'now',
      'epoch',
      ' 1/Apr/2026',
    ],
  ])('is not in the shape of a server: %s', (text) => {
    expect(matches('clfDay', text)).toBe(false);
  });

  test('is null for an unknown month, even where the shape was not checked', () => {
    expect(toIsoDate('01/Foo/2026')).toBeNull();
    expect(toIsoDate('')).toBeNull();
  });
});

describe('a reader that remembers days', () => {
  test('says the same of days seen before, also after more days than it remembers', () => {
    const read = cacheDays(toIsoDate);
    const days = Array.from({ length: 40 }, (_, index) => listDays(1990 + index)).flat();
    expect(days.length).toBeGreaterThan(14_000);
    for (const { text, iso } of [...days, ...days.toReversed()]) {
      expect(read(text)).toBe(iso);
      expect(read(text)).toBe(iso);
    }
  });

  test('remembers that a day does not exist', () => {
    const read = cacheDays(toIsoDate);
    const answers = ['31/Apr/2026', '30/Apr/2026', '31/Apr/2026', '31/Apr/2026'].map(read);
    expect(answers).toEqual([null, '2026-04-30', null, null]);
  });

  test('takes no text for the one before it: the first may be empty', () => {
    expect(cacheDays(toIsoDate)('')).toBeNull();
  });
});

describe('a time of day', () => {
  test.each(['00:00:00', '09:05:01', '23:59:59', '23:59:60'])('may be %s', (text) => {
    expect(matches('clock', text)).toBe(true);
  });

  test.each(['24:00:00', '23:60:00', '23:59:61', '9:05:01', '10:22', '10:22:31.5', '-1:00:00', '10.22.31'])(
    'may not be %s',
    (text) => {
      expect(matches('clock', text)).toBe(false);
    },
  );
});

describe('an offset', () => {
  test.each(['+0000', '-0000', '+0545', '+1400', '-1200', '-0330', '+1245', '+02:00', 'Z'])(
    'may be %s',
    (text) => {
      expect(matches('offset', text)).toBe(true);
    },
  );

  test.each(['+2500', '+1500', '+0260', '0200', '+200', '+020', 'z', 'CEST', ''])(
    'may not be "%s"',
    (text) => {
      expect(matches('offset', text)).toBe(false);
    },
  );
});

/** Reads a time from its parts. */
function readTime(parts: Partial<Record<TimePart, string>>): string | null | undefined {
  const reader = createTimeReader(new Set(Object.keys(parts) as TimePart[]));
  return reader?.readTime((part) => parts[part]);
}

describe('a time', () => {
  test('is ISO 8601 with the offset of the line', () => {
    expect(readTime({ clfDay: '10/Oct/2000', clock: '13:55:36', offset: '-0700' })).toBe(
      '2000-10-10T13:55:36-07:00',
    );
    expect(readTime({ clfDay: '31/Dec/2016', clock: '23:59:60', offset: '+0545' })).toBe(
      '2016-12-31T23:59:60+05:45',
    );
  });

  test('is put together from whatever parts the format writes', () => {
    expect(readTime({ isoDay: '2026-04-14', clock: '10:22:31', fraction: '125', offset: 'Z' })).toBe(
      '2026-04-14T10:22:31.125+00:00',
    );
    expect(readTime({ year: '2026', monthName: 'Apr', dayOfMonth: ' 4', hour: '10', minute: '22' })).toBe(
      '2026-04-04T10:22:00',
    );
    expect(readTime({ shortYear: '69', month: '12', dayOfMonth: '31' })).toBe('1969-12-31T00:00:00');
  });

  test('in seconds, milliseconds or microseconds since 1970 is in UTC', () => {
    expect(readTime({ epochSeconds: '1776154951.125' })).toBe('2026-04-14T08:22:31.125+00:00');
    expect(readTime({ epochMilliseconds: '1776154951125' })).toBe('2026-04-14T08:22:31.125+00:00');
    expect(readTime({ epochMicroseconds: '7' })).toBe('1970-01-01T00:00:00.000007+00:00');
    expect(readTime({ epochSeconds: '253402300800' })).toBeNull();
  });

  test('is null where the month has no such day', () => {
    expect(readTime({ isoDay: '2026-02-29', clock: '10:22:31' })).toBeNull();
    expect(readTime({ year: '2026', month: '04', dayOfMonth: '31' })).toBeNull();
  });

  test('cannot be read from parts that make no day', () => {
    expect(createTimeReader(new Set<TimePart>(['clock', 'offset']))).toBeNull();
    expect(createTimeReader(new Set<TimePart>(['year', 'month']))).toBeNull();
  });
});
