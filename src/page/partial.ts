/** Days, weeks and months of which not everything is counted: the first and the last of a period may be cut, and a day may not be over. */
import type { ReportData } from '../report/report-shape.js';
import { formatStep } from './words.js';

type Counted = Pick<ReportData, 'starts' | 'step' | 'period' | 'countedUntil' | 'unfinishedDay'>;

/** Finds the first days of such steps. */
export function findPartial(report: Counted): ReadonlySet<string> {
  const { starts, step, period, countedUntil, unfinishedDay } = report;
  if (period === null) return new Set();
  const { since } = period;
  const until = countedUntil ?? period.until;
  const isCut = (start: string) => {
    const end = findLastDay(start, step);
    return start < since || end > until || end === unfinishedDay;
  };
  return new Set(starts.filter(isCut));
}

/** What is said of them below a chart; null if there are none. */
export function describePartial(
  partial: ReadonlySet<string>,
  { step }: Pick<ReportData, 'step'>,
): string | null {
  if (partial.size === 0) return null;
  const which = [...partial].map((start) => `${step === 'week' ? 'the ' : ''}${formatStep(start, step)}`);
  return `Striped: not all of ${which.join(' and of ')} is counted.`;
}

function findLastDay(start: string, step: ReportData['step']): string {
  const day = new Date(start);
  if (step === 'week') day.setUTCDate(day.getUTCDate() + 6);
  if (step === 'month') day.setUTCMonth(day.getUTCMonth() + 1, 0);
  return day.toISOString().slice(0, 'yyyy-mm-dd'.length);
}
