import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseStep, listSteps, packCounts } from '../../src/report/steps.js';
import { unpack } from '../page/report-file.js';

describe('the steps of a period', () => {
  it('are days up to a hundred, then weeks from Monday, then months', () => {
    expect(listSteps({ since: '2026-02-27', until: '2026-03-02' }, 'day')).toEqual([
      '2026-02-27',
      '2026-02-28',
      '2026-03-01',
      '2026-03-02',
    ]);
    expect(listSteps({ since: '2026-04-14', until: '2026-04-27' }, 'week')).toEqual([
      '2026-04-13',
      '2026-04-20',
      '2026-04-27',
    ]);
    expect(listSteps({ since: '2025-12-31', until: '2026-02-01' }, 'month')).toEqual([
      '2025-12-01',
      '2026-01-01',
      '2026-02-01',
    ]);
    expect(chooseStep({ since: '2026-01-01', until: '2026-04-10' })).toBe('day');
    expect(chooseStep({ since: '2026-01-01', until: '2026-04-11' })).toBe('week');
    expect(chooseStep({ since: '2025-01-01', until: '2026-12-01' })).toBe('week');
    expect(chooseStep({ since: '2025-01-01', until: '2026-12-02' })).toBe('month');
  });

  it('are listed over the end of a month in a leap year', () => {
    expect(listSteps({ since: '2024-02-28', until: '2024-03-01' }, 'day')).toEqual([
      '2024-02-28',
      '2024-02-29',
      '2024-03-01',
    ]);
  });

  it('lose no day where clocks change', () => {
    expect(listSteps({ since: '2026-03-01', until: '2026-03-31' }, 'day')).toHaveLength(31);
    expect(listSteps({ since: '2026-10-01', until: '2026-10-31' }, 'day')).toHaveLength(31);
  });
});

describe('packed counts', () => {
  it('name runs of zeros, and leave the last one out', () => {
    expect(packCounts([0, 0, 5, 1, 0, 0, 0, 2, 0])).toEqual([-2, 5, 1, -3, 2]);
    expect(packCounts([0, 0])).toEqual([]);
  });

  it('are unpacked to what they were', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3)), (counts) => {
        expect(unpack(packCounts(counts), counts.length)).toEqual(counts);
      }),
    );
  });
});
