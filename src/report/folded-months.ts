/** What a period has of months whose days are folded: of some of their days nobody can tell the hits. */
import type { Period } from './period.js';
import type { HitMonth } from './period-parts.js';

/**
 * Lists the folded months of which a period has only some days: `2023-04`.
 *
 * @param periods null for none
 */
export function listCutMonths(
  periods: readonly (Period | null)[],
  months: readonly HitMonth[],
): readonly string[] {
  const isCut = (month: HitMonth) =>
    month.isFolded &&
    periods.some((period) => period !== null && touches(period, month) && !covers(period, month));
  return months.filter(isCut).map(({ since }) => since.slice(0, 'yyyy-mm'.length));
}

/** Whether a period has days of a folded month. */
export function hasFoldedDays(period: Period, months: readonly HitMonth[]): boolean {
  return months.some((month) => month.isFolded && touches(period, month));
}

function touches({ since, until }: Period, month: HitMonth): boolean {
  return (since === null || since <= month.until) && (until === null || until >= month.since);
}

function covers({ since, until }: Period, month: HitMonth): boolean {
  return (since === null || since <= month.since) && (until === null || until >= month.until);
}
