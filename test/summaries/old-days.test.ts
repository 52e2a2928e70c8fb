import { describe, expect, it } from 'vitest';
import { findOldDays, startOfMonth } from '../../src/summaries/pruning/old-days.js';

describe('the days that are older than a limit', () => {
  it('are those before the first day that is kept', () => {
    expect(findOldDays('2024-03-01', '2024-03-31')).toMatchObject({ last: '2024-03-30' });
    expect(startOfMonth('2026-03-31')).toBe('2026-03-01');
  });

  it('are a whole month only when its last day is older too', () => {
    const first = '2024-02-01';
    expect(findOldDays(first, '2024-03-01')).toEqual({ first, last: '2024-02-29', isWholeMonth: true });
    expect(findOldDays(first, '2024-02-29')).toEqual({ first, last: '2024-02-28', isWholeMonth: false });
    expect(findOldDays(first, '2024-02-02')).toEqual({ first, last: first, isWholeMonth: false });
  });
});
