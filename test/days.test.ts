import { afterEach, describe, expect, it } from 'vitest';
import { findLastOfMonth, moveDay, parseDay, toIsoDay } from '../src/days.js';
import { findPeriodBefore, parsePeriod } from '../src/report/period.js';
import { chooseStep, listSteps } from '../src/report/steps.js';

describe('days', () => {
  it('are moved over the ends of months and years', () => {
    expect(moveDay('2026-03-01', -1)).toBe('2026-02-28');
    expect(moveDay('2024-02-28', 1)).toBe('2024-02-29');
    expect(moveDay('2025-12-31', 1)).toBe('2026-01-01');
    expect(moveDay('2026-03-01', 0)).toBe('2026-03-01');
    expect(findLastOfMonth('2024-02-10')).toBe('2024-02-29');
    expect(toIsoDay(parseDay('2026-04'))).toBe('2026-04-01');
  });
});

describe.each(['Pacific/Apia', 'Pacific/Kwajalein', 'America/Sao_Paulo', 'Asia/Beirut'])(
  'days on a machine in %s',
  (zone) => {
    const before = process.env['TZ'];

    afterEach(() => {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    });

    it('are all there, also the one that the zone has skipped, and those that begin at one', () => {
      process.env['TZ'] = zone;
      expect(new Date(2011, 6, 1).getTimezoneOffset()).not.toBe(0);
      for (const year of [1993, 2011, 2018, 2022]) {
        const days = listSteps({ since: `${year}-01-01`, until: `${year}-12-31` }, 'day');
        expect([year, days.length, new Set(days).size]).toEqual([year, 365, 365]);
        expect(days.slice(1)).toEqual(days.slice(0, -1).map((day) => moveDay(day, 1)));
      }
      const day = { since: '2011-12-30', until: '2011-12-30' };
      expect(parsePeriod(day, '2012-01-05')).toEqual(day);
      expect(parsePeriod({ since: '7d' }, '2012-01-05')).toEqual({ since: '2011-12-30', until: null });
      expect(findPeriodBefore({ since: '2011-12-30', until: '2011-12-31' })).toEqual({
        since: '2011-12-28',
        until: '2011-12-29',
      });
      expect(chooseStep({ since: '2011-10-01', until: '2012-01-08' })).toBe('day');
      expect(chooseStep({ since: '2011-10-01', until: '2012-01-09' })).toBe('week');
    });
  },
);
