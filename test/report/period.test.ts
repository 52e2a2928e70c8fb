import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { findPeriodBefore, parsePeriod } from '../../src/report/period.js';

/** A Tuesday. */
const TODAY = '2026-04-14';

const FORMS: readonly (readonly [text: string, since: string, until: string])[] = [
  ['2026-02-28', '2026-02-28', '2026-02-28'],
  ['2024-02', '2024-02-01', '2024-02-29'],
  ['2026-12', '2026-12-01', '2026-12-31'],
  ['2025', '2025-01-01', '2025-12-31'],
  ['today', '2026-04-14', '2026-04-14'],
  ['yesterday', '2026-04-13', '2026-04-13'],
  // the last 7 days with today; up to the day before them
  ['7d', '2026-04-08', '2026-04-07'],
  ['1d', '2026-04-14', '2026-04-13'],
  ['4w', '2026-03-18', '2026-03-17'],
  ['3m', '2026-01-15', '2026-01-14'],
  ['1y', '2025-04-15', '2025-04-14'],
  ['this week', '2026-04-13', '2026-04-19'],
  ['last week', '2026-04-06', '2026-04-12'],
  ['this month', '2026-04-01', '2026-04-30'],
  ['last month', '2026-03-01', '2026-03-31'],
  ['this year', '2026-01-01', '2026-12-31'],
  ['last-year', '2025-01-01', '2025-12-31'],
  ['  Last   MONTH ', '2026-03-01', '2026-03-31'],
];

describe('a period', () => {
  it.each(FORMS)("reads '%s' as its first day for --since, its last for --until", (text, since, until) => {
    expect(parsePeriod({ since: text }, TODAY)).toEqual({ since, until: null });
    expect(parsePeriod({ until: text }, TODAY)).toEqual({ since: null, until });
  });

  it('has no bound where nothing is said', () => {
    expect(parsePeriod({}, TODAY)).toEqual({ since: null, until: null });
  });

  it('keeps to the last day of a shorter month', () => {
    expect(parsePeriod({ since: 'last month', until: 'last month' }, '2026-03-31')).toEqual({
      since: '2026-02-01',
      until: '2026-02-28',
    });
    expect(parsePeriod({ until: '1m' }, '2026-03-31')).toEqual({ since: null, until: '2026-02-28' });
  });

  it('divides into parts that neither overlap nor leave days out', () => {
    const before = parsePeriod({ since: '14d', until: '7d' }, TODAY);
    const after = parsePeriod({ since: '7d' }, TODAY);
    expect(before).toEqual({ since: '2026-04-01', until: '2026-04-07' });
    expect(after.since).toBe('2026-04-08');
  });

  it.each([
    '2026-02-30',
    '2025-02-29',
    '2026-13',
    '2026-00-10',
    '0000',
    '0000-01-01',
    '26-04-14',
    '14.04.2026',
    '2026-4-1',
    '2026-04-14T00:00',
    '0d',
    '7',
    '-7d',
    '7 d',
    '99999d',
    '9999y',
    'last day',
    'tomorrow',
    '',
    '\u001b[2J',
  ])("refuses '%s', and names the flag and what can be written", (text) => {
    for (const side of ['since', 'until']) {
      const parse = () => parsePeriod({ [side]: text }, TODAY);
      expect(parse).toThrow(UsageError);
      expect(parse).toThrow(`--${side}: `);
      expect(parse).toThrow(expect.objectContaining({ hint: expect.stringContaining('2026-04-14') }));
    }
  });

  it('that ends before it begins is refused', () => {
    expect(() => parsePeriod({ since: 'today', until: 'yesterday' }, TODAY)).toThrow(
      '--since 2026-04-14 comes after --until 2026-04-13',
    );
    expect(parsePeriod({ since: 'today', until: 'today' }, TODAY)).toEqual({ since: TODAY, until: TODAY });
  });
});

describe('the period before', () => {
  it.each([
    ['2026-04-14', '2026-04-14', '2026-04-13', '2026-04-13'],
    ['2026-04-08', '2026-04-14', '2026-04-01', '2026-04-07'],
    ['2026-03-02', '2026-03-31', '2026-01-31', '2026-03-01'],
    ['2026-03-01', '2026-03-15', '2026-02-14', '2026-02-28'],
    // whole months before whole months
    ['2026-03-01', '2026-03-31', '2026-02-01', '2026-02-28'],
    ['2024-02-01', '2024-02-29', '2024-01-01', '2024-01-31'],
    ['2026-04-01', '2026-06-30', '2026-01-01', '2026-03-31'],
    ['2026-01-01', '2026-12-31', '2025-01-01', '2025-12-31'],
    ['2026-04-06', '2026-04-12', '2026-03-30', '2026-04-05'],
    // over the days that summer time begins and ends on
    ['2026-03-29', '2026-03-30', '2026-03-27', '2026-03-28'],
    ['2026-10-25', '2026-10-26', '2026-10-23', '2026-10-24'],
  ])('of %s to %s is %s to %s', (since, until, before, beforeUntil) => {
    expect(findPeriodBefore({ since, until })).toEqual({ since: before, until: beforeUntil });
  });

  it.each([
    // a month, the longest month, a year, a week that are not over
    ['2026-04-01', '2026-04-30', '2026-04-14', '2026-03-01', '2026-03-14'],
    ['2026-03-01', '2026-03-31', '2026-03-30', '2026-02-01', '2026-02-28'],
    ['2026-01-01', '2026-12-31', '2026-04-14', '2025-01-01', '2025-04-14'],
    ['2026-04-13', '2026-04-19', '2026-04-14', '2026-04-06', '2026-04-07'],
    // days that are no calendar month or week, and a month of which no day is counted
    ['2026-04-03', '2026-04-30', '2026-04-14', '2026-03-06', '2026-04-02'],
    ['2026-04-01', '2026-04-30', '2026-03-14', '2026-03-01', '2026-03-31'],
  ])('of %s to %s, counted until %s, is %s to %s', (since, until, lastDay, before, beforeUntil) => {
    expect(findPeriodBefore({ since, until }, lastDay)).toEqual({ since: before, until: beforeUntil });
  });
});
