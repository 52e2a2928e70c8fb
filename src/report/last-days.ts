/** The last 7, 30, 90 and 365 days of a report that has more: a reader of the page chooses them, and no server is asked. */
import { differenceInCalendarDays } from 'date-fns/differenceInCalendarDays';
import { parseISO } from 'date-fns/parseISO';
import type { Database } from '../database/database.js';
import { moveDay } from './period.js';
import { type PeriodQuestion, readPeriodReport } from './period-report.js';
import type { LastDays, PeriodReport } from './report-shape.js';

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
  const count = differenceInCalendarDays(parseISO(until), parseISO(period.since)) + 1;
  const perType = Math.max(LEAST_OBJECTS, Math.floor(MAX_OBJECTS / Math.max(1, types.length)));
  const choices: LastDays[] = [];
  for (const days of CHOICES.filter((each) => each < count)) {
    const { lastDay: _, ...report } = await readPeriodReport(database, {
      ...question,
      period: { since: moveDay(until, 1 - days), until },
      ...{ limit: Math.min(question.limit, perType), rows: Math.min(question.limit, MAX_ROWS), restLimit: 0 },
    });
    choices.push({ ...report, days });
  }
  return choices;
}
