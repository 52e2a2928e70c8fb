/** Numbers and days as the page says them. */
import { formatCount, formatNumberOf } from '../output/text.js';
import type { BoundedPeriod, Step } from '../report/report-shape.js';

export { formatCount, formatNumberOf } from '../output/text.js';

const SHORT_COUNT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const DAY = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});
const SHORT_DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const MONTH = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });
const SHORT_MONTH = new Intl.DateTimeFormat('en-GB', { month: 'short', year: '2-digit', timeZone: 'UTC' });

/** `1234567` -> `1.2M`, for narrow places. */
export function formatShortCount(count: number): string {
  return count < 10_000 ? formatCount(count) : SHORT_COUNT.format(count);
}

/** `2026-04-14` -> `14 April 2026` */
export function formatDay(day: string): string {
  return DAY.format(new Date(day));
}

/** `14 April 2026, 08:05 UTC` of an ISO 8601 time in UTC. */
export function formatTime(time: string): string {
  const [day = '', clock = ''] = time.split('T');
  return `${formatDay(day)}, ${clock.slice(0, 'hh:mm'.length)} UTC`;
}

/** `14 April 2026`, or `1 April 2026 to 14 April 2026` */
export function formatDays(period: BoundedPeriod | null): string {
  if (period === null) return 'No days';
  const { since, until } = period;
  return since === until ? formatDay(since) : `${formatDay(since)} to ${formatDay(until)}`;
}

/** What a bar of a chart stands for: days that follow each other, or an hour of all of them, `00` to `23`. */
export type ChartStep = Step | 'hour';

/** `14 April 2026`, `week of 13 April 2026`, `April 2026`, `08:00` */
export function formatStep(start: string, step: ChartStep): string {
  if (step === 'hour') return `${start}:00`;
  if (step === 'month') return MONTH.format(new Date(start));
  return step === 'week' ? `week of ${formatDay(start)}` : formatDay(start);
}

/** `14 April 2026, 40 hits`; empty if there is none. */
export function formatBest(
  best: { readonly start: string; readonly hits: number } | null,
  step: ChartStep,
): string {
  return best === null ? '' : `${formatStep(best.start, step)}, ${formatNumberOf(best.hits, 'hit')}`;
}

/** `14 Apr`, `Apr 26`, `08` */
export function formatShortStep(start: string, step: ChartStep): string {
  if (step === 'hour') return start;
  return (step === 'month' ? SHORT_MONTH : SHORT_DAY).format(new Date(start));
}

/** `+12 %`, `-100 %`; `from 0` if there were no hits before, an empty text if nothing is compared. */
export function formatChange(hits: number, previousHits: number | null): string {
  if (previousHits === null) return '';
  if (previousHits === 0) return hits === 0 ? '' : 'from 0';
  const percent = Math.round((hits / previousHits - 1) * 100);
  return `${percent > 0 ? '+' : percent < 0 ? '\u2212' : ''}${formatCount(Math.abs(percent))} %`;
}

/** `0.1234` -> `12.3 %` */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** What is said of folded months that a period has only some days of: `2023-04`; a sentence at most. */
export function listFoldedNotes(months: readonly string[], what: string): readonly string[] {
  if (months.length === 0) return [];
  const which = months.map((month) => formatStep(`${month}-01`, 'month')).join(', ');
  return [`The days of ${which} are folded: ${what} of such a month.`];
}
