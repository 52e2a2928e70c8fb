/** Reads what the report page shows from one state of the database. */
import type { Database } from '../database/database.js';
import { readOneState } from '../database/spread.js';
import { findBounds } from './counted-days.js';
import { readFoldedMonths, widenToMonths } from './folded-months.js';
import { type FoundObject, type Lists, readLists, type TypeSum } from './lists.js';
import type { Period } from './period.js';
import { readHitMonths } from './period-parts.js';
import type { BoundedPeriod, Mover, ObjectReport, ReportData, RunDay, TypeReport } from './report-shape.js';
import { readLastCommit, readRobots, readRunDays } from './runs.js';
import { chooseStep, divide, packCounts, readObjectSteps, readTypeSteps, type Steps } from './steps.js';
import { readSummaryReports } from './summaries/summary-reports.js';
import { type ContentType, readTypes } from './types.js';

export interface ReportQuestion {
  readonly title: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Seconds between two looks, if the page is written anew while hits come in; null if it is written once. */
  readonly watchSeconds: number | null;
  /** Null for every site. */
  readonly site: string | null;
  readonly period: Period;
  /** Objects of each content type at most. */
  readonly limit: number;
}

/** Risers and newcomers of each content type at most. */
const MAX_MOVERS = 15;

/** The lists of a report, and what each of them is about. */
interface ReportLists {
  readonly most: Lists;
  readonly movers: Lists;
}

/** Makes the report of an empty database, site or period. */
export function createEmptyReport(question: ReportQuestion, runDays: readonly RunDay[] = []): ReportData {
  const { title, version, createdAt, watchSeconds, site, limit } = question;
  const watch = watchSeconds === null ? null : { seconds: watchSeconds, countedAt: null };
  const noPeriods = { period: null, previous: null, recent: null, beforeRecent: null };
  const noDays = {
    ...noPeriods,
    uncounted: [],
    foldedMonths: [],
    robots: 0,
    countedUntil: null,
    lastDay: null,
  };
  const nothing = { step: 'day', starts: [], types: [], summaries: [] } as const;
  return { title, version, createdAt, watch, site, limit, ...noDays, ...nothing, runDays };
}

/** Reads the report. */
export async function selectReport(database: Database, question: ReportQuestion): Promise<ReportData> {
  return readOneState(database, async () => {
    const runDays = await readRunDays(database);
    const lists = await readReportLists(database, question);
    const types = await readTypes(database, { site: question.site, contentType: null });
    const { lastDay, countedUntil } = lists.most;
    const { watch, ...nothing } = createEmptyReport(question, runDays);
    const watched = watch === null ? null : { ...watch, countedAt: await readLastCommit(database) };
    const empty = { ...nothing, watch: watched, lastDay };
    if (lists.most.lists.hits.length === 0) return empty;
    const period = await findBounds(database, lists.most.period, types);
    // later days are not counted yet, so they are not drawn as days without hits
    const counted = { since: period.since, until: countedUntil ?? period.until };
    const months = await readHitMonths(database);
    const folded = await readFoldedMonths(database);
    const steps = divide(counted, chooseStep(counted, [...months, ...folded]), months);
    const typeSteps = await readTypeSteps(
      database,
      types.map((type) => type.typeId),
      steps,
    );
    const hits = steps.starts.map((_, at) =>
      [...typeSteps.values()].reduce((sum, counts) => sum + (counts[at] ?? 0), 0),
    );
    const { site, limit } = question;
    return {
      ...empty,
      countedUntil,
      robots: await readRobots(database),
      uncounted: lists.movers.uncounted,
      foldedMonths: [...new Set([...lists.most.foldedMonths, ...lists.movers.foldedMonths])].toSorted(),
      period,
      previous: lists.most.previous,
      recent: toBounds(lists.movers.period),
      beforeRecent: lists.movers.previous,
      step: steps.step,
      starts: steps.starts,
      types: await readTypeReports(database, { lists, types, steps, typeSteps }),
      summaries: await readSummaryReports(database, {
        ...{ site, limit, steps, hits },
        period: widenToMonths(counted, question.period, folded),
      }),
    };
  });
}

/** Reads the lists. A period without a first day cannot be compared; its risers and newcomers are those of its last days. */
async function readReportLists(database: Database, question: ReportQuestion): Promise<ReportLists> {
  const { site, period, limit } = question;
  const common = { site, contentType: null, period };
  const movers = { hits: 0, rising: MAX_MOVERS, new: MAX_MOVERS };
  if (period.since !== null) {
    const all = await readLists(database, { ...common, compare: true, limits: { ...movers, hits: limit } });
    return { most: all, movers: all };
  }
  return {
    most: await readLists(database, {
      ...common,
      compare: false,
      limits: { hits: limit, rising: 0, new: 0 },
    }),
    movers: await readLists(database, { ...common, compare: true, limits: movers }),
  };
}

function toBounds({ since, until }: Period): BoundedPeriod | null {
  return since === null || until === null ? null : { since, until };
}

async function readTypeReports(
  database: Database,
  found: {
    readonly lists: ReportLists;
    readonly types: readonly ContentType[];
    readonly steps: Steps;
    readonly typeSteps: ReadonlyMap<number, readonly number[]>;
  },
): Promise<readonly TypeReport[]> {
  const { lists, types, steps, typeSteps } = found;
  const shown = types.flatMap((type) => {
    const sum = lists.most.types.get(type.typeId);
    return sum === undefined ? [] : [{ ...type, sum, ...findObjects(type, lists) }];
  });
  // of all types in one statement
  const objectSteps = await readObjectSteps(
    database,
    shown.flatMap(({ all }) => all),
    steps,
  );
  let first = 0;
  return shown.map(({ sum, ...type }) => {
    const ofType = objectSteps.slice(first, first + type.all.length);
    first += type.all.length;
    return toTypeReport(type, sum, { steps: typeSteps.get(type.typeId) ?? [], objectSteps: ofType });
  });
}

/** A content type with the objects that the lists name of it. */
interface ShownType extends ContentType {
  /** Each once: those with the most hits first. */
  readonly all: readonly FoundObject[];
  readonly most: readonly FoundObject[];
  readonly rising: readonly FoundObject[];
  readonly fresh: readonly FoundObject[];
}

function findObjects({ typeId }: ContentType, lists: ReportLists): Omit<ShownType, keyof ContentType> {
  const isOfType = (object: FoundObject) => object.typeId === typeId;
  const most = lists.most.lists.hits.filter(isOfType);
  const rising = lists.movers.lists.rising.filter(isOfType);
  const fresh = lists.movers.lists.new.filter(isOfType);
  const inMost = new Set(most.map(({ objectId }) => objectId));
  const others = [...rising, ...fresh].filter(({ objectId }) => !inMost.has(objectId));
  // an object that rises and is new comes once
  const all = [...most, ...new Map(others.map((object) => [object.objectId, object])).values()];
  return { all, most, rising, fresh };
}

function toTypeReport(
  { site, contentType, all, most, rising, fresh }: ShownType,
  sum: TypeSum,
  counted: { readonly steps: readonly number[]; readonly objectSteps: readonly (readonly number[])[] },
): TypeReport {
  const places = new Map(all.map(({ objectId }, at) => [objectId, at]));
  const toMover = ({ objectId, hits, previousHits }: FoundObject): Mover => [
    places.get(objectId) ?? 0,
    hits,
    previousHits ?? 0,
  ];
  return {
    site,
    contentType,
    name: null,
    hits: sum.hits,
    previousHits: sum.previousHits,
    objectCount: sum.objects,
    steps: packCounts(counted.steps),
    objects: all.map((object, at) => toObjectReport(object, counted.objectSteps[at] ?? [], at < most.length)),
    top: most.length,
    rising: rising.map(toMover),
    fresh: fresh.map(toMover),
  };
}

/** Makes an object of the report, without its label. If it is not among the first, only its days are known for the whole period. */
function toObjectReport(object: FoundObject, steps: readonly number[], isAmongFirst: boolean): ObjectReport {
  const { objectId, rank, hits, previousHits, firstHitOn, lastHitOn } = object;
  const days = [firstHitOn, lastHitOn, packCounts(steps)] as const;
  if (isAmongFirst) return [objectId, null, rank, hits, previousHits, ...days];
  return [objectId, null, null, steps.reduce((sum, count) => sum + count, 0), null, ...days];
}
