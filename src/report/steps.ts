/** Days, weeks and months of a report, and counts packed for its page. */
import { addDays } from 'date-fns/addDays';
import { addMonths } from 'date-fns/addMonths';
import { differenceInCalendarDays } from 'date-fns/differenceInCalendarDays';
import { formatISO } from 'date-fns/formatISO';
import { parseISO } from 'date-fns/parseISO';
import { startOfISOWeek } from 'date-fns/startOfISOWeek';
import { startOfMonth } from 'date-fns/startOfMonth';
import type { ReportPeriod, Step } from './report-shape.js';

/** More bars than this cannot be told apart on a small screen. */
const MAX_STEPS = 100;

/** How many days a step has at most. */
const STEP_DAYS = { day: 1, week: 7 } as const;

/** Chooses the shortest step of which the period has at most 100; months if it has more weeks. */
export function chooseStep({ since, until }: ReportPeriod): Step {
  const days = differenceInCalendarDays(parseISO(until), parseISO(since)) + 1;
  if (days <= MAX_STEPS * STEP_DAYS.day) return 'day';
  return days <= MAX_STEPS * STEP_DAYS.week ? 'week' : 'month';
}

/** Lists the first day of each step that a period touches, as PostgreSQL's `date_trunc` computes it. */
export function listSteps({ since, until }: ReportPeriod, step: Step): readonly string[] {
  const starts: string[] = [];
  const end = parseISO(until);
  for (let start = startOf(parseISO(since), step); start <= end; start = next(start, step)) {
    starts.push(formatISO(start, { representation: 'date' }));
  }
  return starts;
}

function startOf(day: Date, step: Step): Date {
  if (step === 'day') return day;
  return step === 'week' ? startOfISOWeek(day) : startOfMonth(day);
}

function next(start: Date, step: Step): Date {
  return step === 'month' ? addMonths(start, 1) : addDays(start, STEP_DAYS[step]);
}

/** Writes each run of zeros as its negative length, and leaves out those at the end: `0 0 5 1 0 0` is `-2 5 1`. */
export function packCounts(counts: readonly number[]): readonly number[] {
  const packed: number[] = [];
  let zeros = 0;
  for (const count of counts) {
    if (count === 0) {
      zeros += 1;
      continue;
    }
    if (zeros > 0) packed.push(-zeros);
    zeros = 0;
    packed.push(count);
  }
  return packed;
}
