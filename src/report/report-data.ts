/** Reads what the report page shows from one state of the database. */
import type { Database } from '../database/database.js';
import { readOneState } from '../database/spread.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';
import type { Period } from './period.js';
import type { BoundedPeriod, Mover, ObjectReport, ReportData, RunDay, TypeReport } from './report-shape.js';
import { readRunDays } from './runs.js';
import { chooseStep, divide, packCounts, readObjectSteps, readTypeSteps, type Steps } from './steps.js';
import { readTop, type Top, type TopObject } from './top.js';
import { type ContentType, readTypes } from './types.js';

export interface ReportQuestion {
  readonly title: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Null for every site. */
  readonly site: string | null;
  readonly period: Period;
  /** Objects of each content type at most. */
  readonly limit: number;
}

/** Risers and newcomers of each content type at most. */
const MAX_MOVERS = 15;

/** The three lists of a report. */
interface Lists {
  readonly most: Top;
  readonly rising: Top;
  readonly fresh: Top;
}

/** Makes the report of an empty database, site or period. */
export function createEmptyReport(question: ReportQuestion, runDays: readonly RunDay[] = []): ReportData {
  const { title, version, createdAt, site, limit } = question;
  const noPeriods = { period: null, previous: null, recent: null, beforeRecent: null };
  const noDays = { ...noPeriods, uncounted: [], countedUntil: null, lastDay: null };
  return { title, version, createdAt, site, limit, ...noDays, step: 'day', starts: [], types: [], runDays };
}

/** Reads the report. */
export async function selectReport(database: Database, question: ReportQuestion): Promise<ReportData> {
  return readOneState(database, async () => {
    const runDays = await readRunDays(database);
    const lists = await readLists(database, question);
    const types = await readTypes(database, { site: question.site, contentType: null });
    const period = await findBounds(database, lists.most, types);
    const { lastDay, countedUntil } = lists.most;
    const empty = { ...createEmptyReport(question, runDays), lastDay };
    if (period === null) return empty;
    // later days are not counted yet, so they are not drawn as days without hits
    const counted = { since: period.since, until: countedUntil ?? period.until };
    const steps = divide(counted, chooseStep(counted));
    return {
      ...empty,
      countedUntil,
      uncounted: lists.rising.uncounted,
      period,
      previous: lists.most.previous,
      recent: toBounds(lists.rising.period),
      beforeRecent: lists.rising.previous,
      step: steps.step,
      starts: steps.starts,
      types: await readTypeReports(database, { lists, types, steps }),
    };
  });
}

/** Reads the three lists. A period without a first day cannot be compared; its risers are those of its last days. */
async function readLists(database: Database, question: ReportQuestion): Promise<Lists> {
  const { site, period, limit } = question;
  const common = { site, contentType: null, period, sparkDays: 0 };
  const compare = period.since !== null;
  return {
    most: await readTop(database, { ...common, limit, sort: 'hits', compare }),
    rising: await readTop(database, { ...common, limit: MAX_MOVERS, sort: 'rising', compare: true }),
    fresh: await readTop(database, { ...common, limit: MAX_MOVERS, sort: 'new', compare: true }),
  };
}

/** Finds the bounds of the period: a missing one is the first or the last day with hits. Null if there are no hits. */
async function findBounds(
  database: Database,
  { period, objects }: Top,
  types: readonly ContentType[],
): Promise<BoundedPeriod | null> {
  if (objects.length === 0) return null;
  const { since, until } = period;
  if (since !== null && until !== null) return { since, until };
  const { rows } = await database.query(sql.selectReportBounds, [types.map((type) => type.typeId)]);
  return {
    since: since ?? getText(rows[0], 'first_hit_on'),
    until: until ?? getText(rows[0], 'last_hit_on'),
  };
}

function toBounds({ since, until }: Period): BoundedPeriod | null {
  return since === null || until === null ? null : { since, until };
}

async function readTypeReports(
  database: Database,
  found: { readonly lists: Lists; readonly types: readonly ContentType[]; readonly steps: Steps },
): Promise<readonly TypeReport[]> {
  const { lists, types, steps } = found;
  const typeIds = types.map((type) => type.typeId);
  const { previous } = lists.most;
  const values = [typeIds, previous?.since ?? steps.since, steps.since, steps.until];
  const { rows } = await database.query(sql.selectReportTypes, values);
  const uncounted = new Set(lists.most.uncounted.map(({ site }) => site));
  const sums = new Map(rows.map((row) => [getNumber(row, 'content_type_id'), row]));
  const typeSteps = await readTypeSteps(database, typeIds, steps);
  const reports: TypeReport[] = [];
  for (const type of types) {
    const sum = sums.get(type.typeId);
    if (sum === undefined) continue;
    reports.push({
      site: type.site,
      contentType: type.contentType,
      name: null,
      hits: getNumber(sum, 'hit_count'),
      previousHits:
        previous === null || uncounted.has(type.site) ? null : getNumber(sum, 'previous_hit_count'),
      objectCount: getNumber(sum, 'object_count'),
      steps: packCounts(typeSteps.get(type.typeId) ?? []),
      ...(await readObjects(database, { type, lists, steps })),
    });
  }
  return reports;
}

async function readObjects(
  database: Database,
  found: { readonly type: ContentType; readonly lists: Lists; readonly steps: Steps },
): Promise<Pick<TypeReport, 'objects' | 'top' | 'rising' | 'fresh'>> {
  const { type, lists } = found;
  const isOfType = ({ site, contentType }: TopObject) =>
    site === type.site && contentType === type.contentType;
  const most = lists.most.objects.filter(isOfType);
  const rising = lists.rising.objects.filter(isOfType);
  const fresh = lists.fresh.objects.filter(isOfType);
  const inMost = new Set(most.map(({ objectId }) => objectId));
  const others = [...rising, ...fresh].filter(({ objectId }) => !inMost.has(objectId));
  // an object that rises and is new comes once
  const all = [...most, ...new Map(others.map((object) => [object.objectId, object])).values()];
  const places = new Map(all.map(({ objectId }, at) => [objectId, at]));
  const wanted = all.map(({ objectId }) => ({ typeId: type.typeId, objectId }));
  const steps = await readObjectSteps(database, wanted, found.steps);
  const toMover = ({ objectId, hits, previousHits }: TopObject): Mover => [
    places.get(objectId) ?? 0,
    hits,
    previousHits ?? 0,
  ];
  return {
    objects: all.map((object, at) => toObjectReport(object, steps[at] ?? [], at < most.length)),
    top: most.length,
    rising: rising.map(toMover),
    fresh: fresh.map(toMover),
  };
}

/** Makes an object of the report, without its label. If it is not among the first, only its days are known for the whole period. */
function toObjectReport(object: TopObject, steps: readonly number[], isAmongFirst: boolean): ObjectReport {
  const { objectId, rank, hits, previousHits, firstHitOn, lastHitOn } = object;
  const days = [firstHitOn, lastHitOn, packCounts(steps)] as const;
  if (isAmongFirst) return [objectId, null, rank, hits, previousHits, ...days];
  return [objectId, null, null, steps.reduce((sum, count) => sum + count, 0), null, ...days];
}
