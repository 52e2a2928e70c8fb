/** Lists the objects with the most hits, in one order: of all time from the totals, within a period from its months and days. */
import type { Database } from '../database/database.js';
import { moveDay } from '../days.js';
import { hasFoldedDays } from './folded-months.js';
import { type Comparison, type FoundObject, readLists, type TopOrder } from './lists.js';
import { earlierOf, type Period } from './period.js';
import { readHitMonths } from './period-parts.js';
import { readRobots } from './runs.js';
import { divide, readObjectSteps } from './steps.js';
import type { WantedTypes } from './types.js';

export { TOP_ORDERS } from './lists.js';

export interface TopQuestion extends WantedTypes {
  /** Objects of each content type at most. */
  readonly limit: number;
  readonly period: Period;
  readonly sort: TopOrder;
  /** Whether the hits of the period before are asked for too. */
  readonly compare: boolean;
  /** For how many of the last days the hits of each object are wanted. */
  readonly sparkDays: number;
}

export interface TopObject extends Omit<FoundObject, 'typeId'> {
  /** Hits on each of the answer's `sparkDays`. */
  readonly days: readonly number[];
}

export interface Top extends Comparison {
  /** Earliest first; none if nothing was counted, or if the days are folded. */
  readonly sparkDays: readonly string[];
  /** Hits of robots that are in no total, of all sites and days: runs can rank objects by people. */
  readonly robots: number;
  /** By site and content type, then in the order that was asked for. */
  readonly objects: readonly TopObject[];
}

/** Makes the answer of an empty database. */
export function createEmptyTop(question: TopQuestion): Top {
  const { period } = question;
  const nothing = { previous: null, uncounted: [], countedUntil: null, lastDay: null, foldedMonths: [] };
  return { period, ...nothing, sparkDays: [], robots: 0, objects: [] };
}

/** The answer where no object can have a hit that counts. */
export async function selectEmptyTop(database: Database, question: TopQuestion): Promise<Top> {
  const robots = await database.transaction('reading', () => readRobots(database));
  return { ...createEmptyTop(question), robots };
}

/** Lists the objects in a transaction of its own. */
export async function selectTop(database: Database, question: TopQuestion): Promise<Top> {
  return database.transaction('snapshot', () => readTop(database, question));
}

async function readTop(database: Database, question: TopQuestion): Promise<Top> {
  const { sort, limit, sparkDays } = question;
  const {
    lists,
    types: _,
    ...comparison
  } = await readLists(database, {
    ...question,
    limits: { hits: 0, rising: 0, new: 0, [sort]: limit },
  });
  const { lastDay } = comparison;
  if (lastDay === null) return { ...createEmptyTop(question), robots: await readRobots(database) };
  const end = earlierOf(lastDay, question.period.until);
  const sparkPeriod = { since: moveDay(end, 1 - sparkDays), until: end };
  const isKnown = sparkDays > 0 && !hasFoldedDays(sparkPeriod, await readHitMonths(database));
  const spark = isKnown ? divide(sparkPeriod, 'day') : null;
  const found = lists[sort];
  const days = spark === null ? [] : await readObjectSteps(database, found, spark);
  return {
    ...comparison,
    sparkDays: spark?.starts ?? [],
    robots: await readRobots(database),
    objects: found.map(({ typeId: _, ...object }, at) => ({ ...object, days: days[at] ?? [] })),
  };
}
