/** What a period has of months whose days are folded: of some of their days nobody can tell the hits, or the requests. */

import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getText } from '../database/values.js';
import { findLastOfMonth } from '../days.js';
import type { Period } from './period.js';
import type { HitMonth } from './period-parts.js';
import type { BoundedPeriod } from './report-shape.js';

/** A month, and whether its days are folded. */
export type FoldableMonth = Pick<HitMonth, 'since' | 'until' | 'isFolded'>;

/** Lists the months in which the summaries beside the hits are folded, within a transaction. */
export async function readFoldedMonths(database: Database): Promise<readonly FoldableMonth[]> {
  const { rows } = await database.query(sql.selectFoldedMonths);
  return rows.map((row) => {
    const since = getText(row, 'month_on');
    return { since, until: findLastOfMonth(since), isFolded: true };
  });
}

/**
 * Lists the folded months of which a period has only some days: `2023-04`.
 *
 * @param periods null for none
 */
export function listCutMonths(
  periods: readonly (Period | null)[],
  months: readonly FoldableMonth[],
): readonly string[] {
  const isCut = (month: FoldableMonth) =>
    month.isFolded &&
    periods.some((period) => period !== null && touches(period, month) && !covers(period, month));
  return months.filter(isCut).map(({ since }) => since.slice(0, 'yyyy-mm'.length));
}

/** Whether a period has days of a folded month. */
export function hasFoldedDays(period: Period, months: readonly FoldableMonth[]): boolean {
  return months.some((month) => month.isFolded && touches(period, month));
}

/**
 * Widens days to the whole of a folded month at either end of them, as far as the period that was asked for has all of it: its requests
 * stand at its first day, which may have no hits.
 */
export function widenToMonths(
  days: BoundedPeriod,
  asked: Period,
  months: readonly FoldableMonth[],
): BoundedPeriod {
  const whole = months.filter((month) => month.isFolded && covers(asked, month));
  const find = (day: string) => whole.find((month) => touches({ since: day, until: day }, month));
  return { since: find(days.since)?.since ?? days.since, until: find(days.until)?.until ?? days.until };
}

function touches({ since, until }: Period, month: FoldableMonth): boolean {
  return (since === null || since <= month.until) && (until === null || until >= month.since);
}

function covers({ since, until }: Period, month: FoldableMonth): boolean {
  return (since === null || since <= month.since) && (until === null || until >= month.until);
}
