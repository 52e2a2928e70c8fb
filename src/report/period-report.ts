/** Reads what the report page shows of one period, within a transaction. */
import type { Database } from '../database/database.js';
import { findBounds } from './counted-days.js';
import { type FoldableMonth, hasFoldedDays, readFoldedMonths, widenToMonths } from './folded-months.js';
import { type Lists, readLists } from './lists.js';
import type { Period } from './period.js';
import { type HitMonth, readHitMonths } from './period-parts.js';
import type { BoundedPeriod, PeriodReport } from './report-shape.js';
import {
  addUpDays,
  chooseStep,
  divide,
  packCounts,
  readTypeSteps,
  type Steps,
  type TypeDays,
  type TypeSteps,
} from './steps.js';
import { readSummaryReports } from './summaries/summary-reports.js';
import type { SummaryName } from './summaries/summary-shape.js';
import { type ReportLists, readTypeReports } from './type-reports.js';
import type { ContentType } from './types.js';

export interface PeriodQuestion {
  /** Null for every site. */
  readonly site: string | null;
  readonly period: Period;
  /** Those of the site. */
  readonly types: readonly ContentType[];
  /** Objects of each content type at most. */
  readonly limit: number;
  /** Rows of each list of a summary at most. */
  readonly rows: number;
  /** Objects of each content type at most that come after these. */
  readonly restLimit: number;
  readonly leftOut: LeftOut;
  /** Up to the last day with hits, if the period ends with it and the days of it and of the period before were read; null if not. */
  readonly typeDays: TypeDays | null;
}

/** The summaries that are left out, and whether the account of the lines is. */
export type LeftOut = ReadonlySet<SummaryName | 'account'>;

/** Risers and newcomers of each content type at most. */
const MAX_MOVERS = 15;

/** A period without hits. */
export const EMPTY_PERIOD: PeriodReport = {
  ...{ period: null, previous: null, recent: null, beforeRecent: null, countedUntil: null },
  ...{
    uncounted: [],
    foldedMonths: [],
    step: 'day',
    starts: [],
    stepsBefore: null,
    types: [],
    summaries: [],
  },
};

/** Reads the report of a period, and the last day with hits, in the period or not; null if there are none. */
export async function readPeriodReport(
  database: Database,
  question: PeriodQuestion,
): Promise<PeriodReport & { readonly lastDay: string | null }> {
  const { site, limit, rows, leftOut, types, typeDays } = question;
  const lists = await readReportLists(database, question);
  const { lastDay, countedUntil, previous } = lists.most;
  if (lists.most.lists.hits.length === 0) return { ...EMPTY_PERIOD, lastDay };
  const period = await findBounds(database, lists.most.period, types);
  // later days are not counted yet, so they are not drawn as days without hits
  const counted = { since: period.since, until: countedUntil ?? period.until };
  const months = await readHitMonths(database);
  const folded = await readFoldedMonths(database);
  const steps = divide(counted, chooseStep(counted, [...months, ...folded]), months);
  const typeSteps = await readStepsOf(database, question, steps);
  const { uncounted } = lists.movers;
  return {
    ...{ lastDay, period, previous, uncounted, countedUntil, step: steps.step, starts: steps.starts },
    recent: toBounds(lists.movers.period),
    beforeRecent: lists.movers.previous,
    foldedMonths: [...new Set([...lists.most.foldedMonths, ...lists.movers.foldedMonths])].toSorted(),
    stepsBefore:
      uncounted.length > 0
        ? null
        : await readStepsBefore(database, { previous, types, typeDays, steps, months, folded }),
    types: await readTypeReports(database, { lists, limit, types, steps, typeSteps }),
    summaries: await readSummaryReports(database, {
      ...{ site, limit: rows, steps, leftOut, hits: addUp(typeSteps, steps) },
      period: widenToMonths(counted, question.period, folded),
    }),
  };
}

/** Reads the lists. A period without a first day cannot be compared; its risers and newcomers are those of its last days. */
async function readReportLists(database: Database, question: PeriodQuestion): Promise<ReportLists> {
  const { site, period, limit, restLimit, typeDays } = question;
  const common = { site, contentType: null, period };
  const hits = limit + restLimit;
  const movers = { hits: 0, rising: MAX_MOVERS, new: MAX_MOVERS };
  if (period.since !== null) {
    const limits = { ...movers, hits };
    const all = await readLists(database, { ...common, compare: true, limits }, typeDays);
    return { most: all, movers: all };
  }
  const most: Lists = await readLists(database, {
    ...common,
    compare: false,
    limits: { hits, rising: 0, new: 0 },
  });
  return { most, movers: await readLists(database, { ...common, compare: true, limits: movers }) };
}

function toBounds({ since, until }: Period): BoundedPeriod | null {
  return since === null || until === null ? null : { since, until };
}

/** What the hits of steps are read of. */
type StepsQuestion = Pick<PeriodQuestion, 'types' | 'typeDays'>;

async function readStepsOf(
  database: Database,
  { types, typeDays }: StepsQuestion,
  steps: Steps,
): Promise<TypeSteps> {
  if (typeDays !== null) return addUpDays(typeDays, steps);
  const typeIds = types.map(({ typeId }) => typeId);
  return readTypeSteps(database, typeIds, steps);
}

/** Reads the hits of the steps of the period before; null if there is none, or if its steps are folded into months. */
async function readStepsBefore(
  database: Database,
  of: StepsQuestion & {
    readonly previous: BoundedPeriod | null;
    readonly steps: Steps;
    readonly months: readonly HitMonth[];
    readonly folded: readonly FoldableMonth[];
  },
): Promise<readonly number[] | null> {
  const { previous, months, folded } = of;
  const { step } = of.steps;
  if (previous === null || (step !== 'month' && hasFoldedDays(previous, [...months, ...folded]))) return null;
  const steps = divide(previous, step, months);
  return packCounts(addUp(await readStepsOf(database, of, steps), steps));
}

/** The hits of all types in each step. */
function addUp(typeSteps: TypeSteps, { starts }: Steps): readonly number[] {
  return starts.map((_, at) => [...typeSteps.values()].reduce((sum, counts) => sum + (counts[at] ?? 0), 0));
}
