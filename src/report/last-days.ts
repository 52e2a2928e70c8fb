/** The last 7, 30, 90 and 365 days of a report that has more: a reader of the page chooses them, and no server is asked. */
import { differenceInCalendarDays } from 'date-fns/differenceInCalendarDays';
import type { Database } from '../database/database.js';
import { moveDay, parseDay } from '../days.js';
import { findPeriodBefore } from './period.js';
import { readHitMonths } from './period-parts.js';
import { type PeriodQuestion, readPeriodReport } from './period-report.js';
import type { LastDays, PeriodReport } from './report-shape.js';
import { readTypeDays } from './steps.js';

const CHOICES = [7, 30, 90, 365] as const;

/** Objects of all content types together that each choice has at most, and of each type at least. */
const MAX_OBJECTS = 300;
const LEAST_OBJECTS = 5;

/** Rows of each list of a summary. */
const MAX_ROWS = 20;

/** Reads them, the shortest first; none if the page is asked for up to a day. @param whole the report that has more days */
export async function readLastDays(
  database: Database,
  question: PeriodQuestion,
  { period, countedUntil, types }: PeriodReport,
): Promise<readonly LastDays[]> {
  if (period === null || question.period.until !== null) return [];
  const until = countedUntil ?? period.until;
  const count = differenceInCalendarDays(parseDay(until), parseDay(period.since)) + 1;
  const perType = Math.max(LEAST_OBJECTS, Math.floor(MAX_OBJECTS / Math.max(1, types.length)));
  const choices = CHOICES.filter((each) => each < count).map((days) => ({
    days,
    period: { since: moveDay(until, 1 - days), until },
  }));
  const longest = choices.at(-1);
  if (longest === undefined) return [];
  const { since } = findPeriodBefore(longest.period);
  const typeIds = question.types.map(({ typeId }) => typeId);
  const months = await readHitMonths(database);
  const typeDays = await readTypeDays(database, typeIds, { since, until }, months);
  const read: LastDays[] = [];
  for (const { days, period: lastDays } of choices) {
    const { lastDay: _, ...report } = await readPeriodReport(database, {
      ...{ ...question, period: lastDays, typeDays },
      ...{ limit: Math.min(question.limit, perType), rows: Math.min(question.limit, MAX_ROWS), restLimit: 0 },
    });
    read.push({ ...report, days });
  }
  return read;
}
