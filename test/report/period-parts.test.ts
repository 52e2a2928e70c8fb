import { addDays } from 'date-fns/addDays';
import { addMonths } from 'date-fns/addMonths';
import { endOfMonth } from 'date-fns/endOfMonth';
import { parseISO } from 'date-fns/parseISO';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toIsoDay } from '../../src/days.js';
import {
  chooseParts,
  divideIntoParts,
  type HitMonth,
  type PeriodParts,
} from '../../src/report/period-parts.js';
import { countRuns } from '../support/random-runs.js';

const FIRST_MONTH = parseISO('2024-03-01');
const MONTHS = 30;
const FIRST_DAY = addMonths(FIRST_MONTH, -2);
const DAYS = 31 * (MONTHS + 4);

function toMonth(place: number, isClosed: boolean): HitMonth {
  const first = addMonths(FIRST_MONTH, place);
  return { since: toIsoDay(first), until: toIsoDay(endOfMonth(first)), isClosed, isFolded: false };
}

/** `c`: closed, `o`: open, `-`: never had hits. */
function toMonths(text: string): readonly HitMonth[] {
  return [...text].flatMap((state, place) => (state === '-' ? [] : [toMonth(place, state === 'c')]));
}

function listDays(since: string, until: string): readonly string[] {
  const days: string[] = [];
  for (let day = parseISO(since); toIsoDay(day) <= until; day = addDays(day, 1)) days.push(toIsoDay(day));
  return days;
}

/** The days of parts that can have hits, as often as they are read. */
function listPartDays({ years, days }: PeriodParts, months: readonly HitMonth[]): readonly string[] {
  const ofYears = years.flatMap(({ yearOn, monthBefore, lastMonth }) =>
    months.filter(({ since }) => {
      const month = Number(since.slice(5, 7));
      return since.slice(0, 4) === yearOn.slice(0, 4) && month > monthBefore && month <= lastMonth;
    }),
  );
  return [...ofYears, ...days].flatMap(({ since, until }) => listDays(since, until)).toSorted();
}

describe('the parts of a period', () => {
  it('are its closed months, and its days before, between and behind them', () => {
    const months = toMonths('cccoccccccccccccco');
    expect(divideIntoParts({ since: '2024-03-15', until: '2025-08-20' }, months)).toEqual({
      years: [
        { yearOn: '2024-01-01', monthBefore: 3, lastMonth: 5 },
        { yearOn: '2024-01-01', monthBefore: 6, lastMonth: 12 },
        { yearOn: '2025-01-01', monthBefore: 0, lastMonth: 7 },
      ],
      days: [
        { since: '2024-03-15', until: '2024-03-31' },
        { since: '2024-06-01', until: '2024-06-30' },
        { since: '2025-08-01', until: '2025-08-20' },
      ],
    });
  });

  it('are all its days if no month is known, or none is closed', () => {
    const days = [{ since: '-infinity', until: 'infinity' }];
    expect(divideIntoParts({ since: null, until: null }, [])).toEqual({ years: [], days });
    expect(divideIntoParts({ since: null, until: null }, toMonths('o--oo'))).toEqual({ years: [], days });
  });

  it('have each day with hits once and no other day, and at most three spans of days', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('c', 'c', 'c', 'o', '-'), { maxLength: MONTHS }),
        fc.nat(DAYS),
        fc.nat(DAYS),
        (states, one, other) => {
          const months = toMonths(states.join(''));
          const since = toIsoDay(addDays(FIRST_DAY, Math.min(one, other)));
          const until = toIsoDay(addDays(FIRST_DAY, Math.max(one, other)));
          const parts = divideIntoParts({ since, until }, months);
          expect(parts.days.length).toBeLessThanOrEqual(3);
          const days = listPartDays(parts, months);
          expect(new Set(days).size).toBe(days.length);
          expect(days.filter((day) => day < since || day > until)).toEqual([]);
          const expected = months
            .flatMap((month) => listDays(month.since, month.until))
            .filter((day) => day >= since && day <= until);
          const read = new Set(days);
          expect(expected.filter((day) => !read.has(day))).toEqual([]);
        },
      ),
      { numRuns: countRuns(100) },
    );
  });

  it('are those of all other days if these are less to read', () => {
    const months = toMonths('cccccccccccccccccccccccccccccc');
    expect(chooseParts({ since: '2024-04-11', until: null }, months)).toEqual([
      {
        years: [{ yearOn: '2024-01-01', monthBefore: 2, lastMonth: 3 }],
        days: [
          { since: '-infinity', until: '2024-02-29' },
          { since: '2024-04-01', until: '2024-04-10' },
        ],
      },
      -1,
    ]);
    expect(chooseParts({ since: '2025-01-01', until: null }, months)[1]).toBe(1);
  });

  it('join the two spans that have the fewest months between them if there are more than three', () => {
    expect(
      divideIntoParts({ since: '2024-03-01', until: '2025-08-31' }, toMonths('occccocoocccccccco')),
    ).toEqual({
      years: [
        { yearOn: '2024-01-01', monthBefore: 3, lastMonth: 7 },
        { yearOn: '2024-01-01', monthBefore: 11, lastMonth: 12 },
        { yearOn: '2025-01-01', monthBefore: 0, lastMonth: 7 },
      ],
      days: [
        { since: '2024-03-01', until: '2024-03-31' },
        { since: '2024-08-01', until: '2024-11-30' },
        { since: '2025-08-01', until: '2025-08-31' },
      ],
    });
  });
});
