/** Reads what the report page shows of the summaries beside the hits: bounded lists, and counts by day, week or month. */
import type { Database } from '../../database/database.js';
import { sql } from '../../database/sql.js';
import { getNumber, getText, getTextOrNull } from '../../database/values.js';
import { getPartNumber } from '../../summaries/count-parts.js';
import type { BoundedPeriod } from '../report-shape.js';
import { packCounts, type Steps } from '../steps.js';
import { readKept, readSummary, SUMMARY_NAMES } from './summaries.js';
import type { ListName, SummaryAnswer, SummaryList, SummaryReport } from './summary-shape.js';

/** Counts of each step that has any, by the title of their series. */
type Counts = ReadonlyMap<string, ReadonlyMap<string, number>>;

interface Found {
  /** In the order in which they are drawn. */
  readonly series: Counts;
  /** The steps of which something is kept, zero or not. */
  readonly kept: ReadonlySet<string>;
}

/** Lists that the page does not show as such. */
const LEFT_OUT: ReadonlySet<ListName> = new Set(['day', 'hour']);

/** Characters of a text from a log; the page has hundreds of them. Ids of objects are whole. */
const MAX_CHARACTERS = 200;
const LONG_TEXT = new RegExp(`^(.{${MAX_CHARACTERS - 1}}).{2,}$`, 'su');

const CLASSES = ['2', '3', '4', '5'];
const OTHER_CLASS = 'other';

/**
 * Reads each summary that has something of the period, within a transaction.
 *
 * @param question `hits` of each of the `steps`, of all content types; `period` has all days of a folded month that was asked for whole
 */
export async function readSummaryReports(
  database: Database,
  question: {
    readonly site: string | null;
    readonly limit: number;
    /** Summaries that are not wanted. */
    readonly leftOut: ReadonlySet<string>;
    readonly period: BoundedPeriod;
    readonly steps: Steps;
    readonly hits: readonly number[];
  },
): Promise<readonly SummaryReport[]> {
  const { site, limit, leftOut, period, steps, hits } = question;
  const keptSince = await readKept(database);
  const reports: SummaryReport[] = [];
  for (const name of SUMMARY_NAMES) {
    const kept = keptSince.get(name);
    if (kept === undefined || leftOut.has(name)) continue;
    const wanted = { name, site, contentType: null, period, limit, isForPage: true };
    const answer = await readSummary(database, wanted);
    // what is folded may stand outside of the period
    if (answer.days === null && answer.foldedMonths.length === 0) continue;
    const found = await findSeries(database, site, { ...steps, ...period }, answer);
    // what is folded stands at a day that may lie before the period
    const isFolded = (start: string) => answer.foldedMonths.includes(start.slice(0, 'yyyy-mm'.length));
    const isLacking = (start: string, at: number) =>
      (hits[at] ?? 0) > 0 && found?.kept.has(start) === false && !isFolded(start);
    reports.push({
      ...answer,
      kept,
      lists: answer.lists.filter((list) => !LEFT_OUT.has(list.name)).map(cutTexts),
      series: [...(found?.series ?? [])].map(([title, counts]) => ({
        title,
        counts: packCounts(steps.starts.map((start) => counts.get(start) ?? 0)),
      })),
      lackingSteps: steps.starts.filter(isLacking).length,
    });
  }
  return reports;
}

/** Null if the summary is not drawn by day. */
async function findSeries(
  database: Database,
  site: string | null,
  steps: Steps,
  { name, lists }: SummaryAnswer,
): Promise<Found | null> {
  if (name === 'statuses') return readStatusSeries(database, site, steps);
  const days = lists.find((list) => list.name === 'day');
  return days === undefined ? null : addUpVisitors(days, steps);
}

async function readStatusSeries(database: Database, site: string | null, steps: Steps): Promise<Found> {
  const values = [getPartNumber('status'), site, steps.since, steps.until, steps.step];
  const { rows } = await database.query(sql.selectStatusSteps, values);
  const series = new Map([...CLASSES, OTHER_CLASS].map((each) => [each, new Map<string, number>()]));
  for (const row of rows) {
    const found = getTextOrNull(row, 'class') ?? '';
    const counts = series.get(CLASSES.includes(found) ? found : OTHER_CLASS);
    const start = getText(row, 'step_on');
    counts?.set(start, (counts.get(start) ?? 0) + getNumber(row, 'requests'));
  }
  const some = [...series].filter(([, counts]) => counts.size > 0);
  return {
    series: new Map(some.map(([each, counts]) => [each === OTHER_CLASS ? each : `${each}xx`, counts])),
    kept: new Set(rows.map((row) => getText(row, 'step_on'))),
  };
}

function addUpVisitors({ rows }: SummaryList, { starts, step }: Steps): Found {
  const counts = new Map<string, number>();
  for (const [day, visitors] of rows) {
    const start = starts.findLast((each) => each <= String(day));
    if (start !== undefined) counts.set(start, (counts.get(start) ?? 0) + Number(visitors));
  }
  return {
    series: new Map([[step === 'day' ? 'visitors' : 'visitor-days', counts]]),
    kept: new Set(counts.keys()),
  };
}

function cutTexts(list: SummaryList): SummaryList {
  if (list.name === 'object') return list;
  const cut = (cell: string | number | null) =>
    typeof cell === 'string' ? cell.replace(LONG_TEXT, '$1…') : cell;
  return { ...list, rows: list.rows.map((row) => row.map(cut)) };
}
