/** Puts the content types of a report together: which objects the lists name of each, and the hits of their steps. */
import type { Database } from '../database/database.js';
import type { FoundObject, Lists, TypeSum } from './lists.js';
import type { Mover, ObjectReport, TypeReport } from './report-shape.js';
import { packCounts, readObjectSteps, type Steps } from './steps.js';
import type { ContentType } from './types.js';

/** The lists of a report, and what each of them is about. */
export interface ReportLists {
  readonly most: Lists;
  readonly movers: Lists;
}

/** Reads the steps of the objects that the lists name, and puts each type together. @param found `limit` objects of each are listed, the others are the rest */
export async function readTypeReports(
  database: Database,
  found: {
    readonly lists: ReportLists;
    readonly limit: number;
    readonly types: readonly ContentType[];
    readonly steps: Steps;
    readonly typeSteps: ReadonlyMap<number, readonly number[]>;
  },
): Promise<readonly TypeReport[]> {
  const { lists, limit, types, steps, typeSteps } = found;
  const shown = types.flatMap((type) => {
    const sum = lists.most.types.get(type.typeId);
    return sum === undefined ? [] : [{ ...type, sum, ...findObjects(type, lists, limit) }];
  });
  // of all types in one statement
  const objectSteps = await readObjectSteps(
    database,
    shown.flatMap(({ all }) => all),
    steps,
  );
  let first = 0;
  // then all that is known of a riser or newcomer is of the whole period
  const isOnePeriod = lists.movers === lists.most;
  return shown.map(({ sum, ...type }) => {
    const ofType = objectSteps.slice(first, first + type.all.length);
    first += type.all.length;
    const steps = typeSteps.get(type.typeId) ?? [];
    return toTypeReport(type, sum, { steps, objectSteps: ofType, isOnePeriod });
  });
}

/** A content type with the objects that the lists name of it. */
interface ShownType extends ContentType {
  /** Each once: those with the most hits first. */
  readonly all: readonly FoundObject[];
  readonly most: readonly FoundObject[];
  readonly rising: readonly FoundObject[];
  readonly fresh: readonly FoundObject[];
  /** Those that come after the most, by hits. */
  readonly rest: readonly FoundObject[];
}

function findObjects(
  { typeId }: ContentType,
  lists: ReportLists,
  limit: number,
): Omit<ShownType, keyof ContentType> {
  const isOfType = (object: FoundObject) => object.typeId === typeId;
  const byHits = lists.most.lists.hits.filter(isOfType);
  const most = byHits.slice(0, limit);
  const rising = lists.movers.lists.rising.filter(isOfType);
  const fresh = lists.movers.lists.new.filter(isOfType);
  const inMost = new Set(most.map(({ objectId }) => objectId));
  const others = [...rising, ...fresh].filter(({ objectId }) => !inMost.has(objectId));
  // an object that rises and is new comes once
  const all = [...most, ...new Map(others.map((object) => [object.objectId, object])).values()];
  return { all, most, rising, fresh, rest: byHits.slice(limit) };
}

function toTypeReport(
  { site, contentType, all, most, rising, fresh, rest }: ShownType,
  sum: TypeSum,
  counted: {
    readonly steps: readonly number[];
    readonly objectSteps: readonly (readonly number[])[];
    /** Whether risers and newcomers are of the same period as the hits. */
    readonly isOnePeriod: boolean;
  },
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
    url: null,
    hits: sum.hits,
    previousHits: sum.previousHits,
    objectCount: sum.objects,
    steps: packCounts(counted.steps),
    objects: all.map((object, at) =>
      toObjectReport(object, counted.objectSteps[at] ?? [], counted.isOnePeriod || at < most.length),
    ),
    top: most.length,
    rising: rising.map(toMover),
    fresh: fresh.map(toMover),
    rest: rest.map(({ objectId, rank, hits }) => [objectId, null, rank, hits]),
  };
}

/** Makes an object of the report, without its label. @param isWhole whether what was found is of the whole period, and not only the steps */
function toObjectReport(object: FoundObject, steps: readonly number[], isWhole: boolean): ObjectReport {
  const { objectId, rank, hits, previousHits, firstHitOn, lastHitOn } = object;
  const days = [firstHitOn, lastHitOn, packCounts(steps)] as const;
  if (isWhole) return [objectId, null, rank, hits, previousHits, ...days];
  return [objectId, null, null, steps.reduce((sum, count) => sum + count, 0), null, ...days];
}
