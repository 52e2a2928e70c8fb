import { describe, expect, it } from 'vitest';
import { hasFoldedDays, listCutMonths } from '../../src/report/folded-months.js';
import { chooseStep } from '../../src/report/steps.js';

const MONTHS = [
  { since: '2023-03-01', until: '2023-03-31', isClosed: true, isFolded: true },
  { since: '2023-04-01', until: '2023-04-30', isClosed: true, isFolded: true },
  { since: '2023-05-01', until: '2023-05-31', isClosed: true, isFolded: false },
];

describe('a period with folded months', () => {
  it.for([
    { since: null, until: null, cut: [] },
    { since: '2023-03-01', until: '2023-04-30', cut: [] },
    { since: '2023-04-01', until: null, cut: [] },
    { since: '2023-03-02', until: null, cut: ['2023-03'] },
    { since: '2023-03-31', until: '2023-04-01', cut: ['2023-03', '2023-04'] },
    { since: '2023-04-10', until: '2023-04-12', cut: ['2023-04'] },
    { since: null, until: '2023-04-29', cut: ['2023-04'] },
    { since: '2023-05-02', until: '2023-05-10', cut: [] },
  ])('from $since to $until cuts $cut', ({ since, until, cut }) => {
    expect(listCutMonths([{ since, until }, null], MONTHS)).toEqual(cut);
  });

  it('is drawn by months', () => {
    expect(chooseStep({ since: '2023-04-30', until: '2023-05-05' }, MONTHS)).toBe('month');
    expect(chooseStep({ since: '2023-05-01', until: '2023-05-05' }, MONTHS)).toBe('day');
    expect(hasFoldedDays({ since: null, until: '2023-02-28' }, MONTHS)).toBe(false);
  });
});
