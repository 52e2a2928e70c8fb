/** The summaries that a person asks for by name, and the parts that they consist of. The table `logtally.count_part` says the same. */

import { UsageError } from '../errors.js';

/** What a summary beside the hits keeps. */
export interface CountSummary {
  /** As `--summary` takes it: `statuses`. */
  readonly name: string;
  /** What it keeps, for help. */
  readonly about: string;
  readonly parts: readonly CountPart[];
}

/** How often each of some keys was requested, of a site or of its objects, by day. */
export interface CountPart {
  /** In the tables and in rows for COPY. */
  readonly number: number;
  readonly name: PartName;
  /** Whether each request has one key: then the rows add up to the requests that were counted. */
  readonly isComplete: boolean;
  /** Whether only requests of objects are counted, each by its object. */
  readonly hasObjects: boolean;
  /** Whether the bytes of the requests are kept as well. */
  readonly hasBytes: boolean;
}

export type PartName =
  | 'status'
  | 'failed_path'
  | 'referrer'
  | 'object_referrer'
  | 'search_term'
  | 'object_search_term'
  | 'agent'
  | 'object_robot'
  | 'visitor'
  | 'object_visitor'
  | 'client'
  | 'hour'
  | 'object_bytes'
  | 'object_title';

type Kept = Pick<CountPart, 'isComplete' | 'hasBytes'>;

const ALL: Kept = { isComplete: true, hasBytes: true };
const REQUESTS: Kept = { isComplete: true, hasBytes: false };
const SOME: Kept = { isComplete: false, hasBytes: true };
const SOME_REQUESTS: Kept = { isComplete: false, hasBytes: false };

const ofSite = (number: number, name: PartName, kept: Kept): CountPart => ({
  ...{ number, name, hasObjects: false, ...kept },
});
const ofObjects = (number: number, name: PartName, kept: Kept): CountPart => ({
  ...{ number, name, hasObjects: true, ...kept },
});

/** All summaries beside the hits. */
export const COUNT_SUMMARIES: readonly CountSummary[] = [
  {
    name: 'statuses',
    about: 'requests and bytes by method and status, and the paths that failed',
    parts: [ofSite(1, 'status', ALL), ofSite(2, 'failed_path', SOME)],
  },
  {
    name: 'referrers',
    about: 'where requests came from: hosts and their pages, for the site and for each object',
    parts: [ofSite(3, 'referrer', REQUESTS), ofObjects(4, 'object_referrer', REQUESTS)],
  },
  {
    name: 'search_terms',
    about: 'what people had searched for, as far as the referrer tells',
    parts: [ofSite(5, 'search_term', SOME_REQUESTS), ofObjects(6, 'object_search_term', SOME_REQUESTS)],
  },
  {
    name: 'agents',
    about: 'browsers, systems and kinds of device of people, and robots by name',
    parts: [ofSite(7, 'agent', ALL), ofObjects(13, 'object_robot', SOME_REQUESTS)],
  },
  {
    name: 'visitors',
    about: 'how many people asked for the site, each content type and each object on a day',
    parts: [ofSite(8, 'visitor', REQUESTS), ofObjects(9, 'object_visitor', REQUESTS)],
  },
  {
    name: 'clients',
    about: 'networks of clients, and their countries',
    parts: [ofSite(10, 'client', ALL)],
  },
  {
    name: 'hours',
    about: 'requests and bytes by hour of the day',
    parts: [ofSite(11, 'hour', ALL)],
  },
  {
    name: 'bytes',
    about: 'hits and bytes of each object',
    parts: [ofObjects(12, 'object_bytes', ALL)],
  },
  {
    name: 'titles',
    about: 'titles of objects, as a field of the log tells them: their labels',
    parts: [ofObjects(14, 'object_title', SOME_REQUESTS)],
  },
];

/** The summary that keeps each request as a row: it has no parts. */
export const REQUESTS_SUMMARY = 'requests';

/** The names of all summaries beside the hits. */
export const SUMMARY_NAMES: readonly string[] = [
  ...COUNT_SUMMARIES.map(({ name }) => name),
  REQUESTS_SUMMARY,
];

/** Hits of robots: those that are no hits of an object, if people rank, are here. */
export const ROBOT_PART: PartName = 'object_robot';

/** Parts whose days stay days: visitors of several days cannot be added up, and the hours of a weekday are compared. */
const KEPT_BY_DAY: readonly PartName[] = ['visitor', 'object_visitor', 'hour'];

/** Lists the numbers of the parts whose days can be folded into months. */
export function listFoldedParts(): readonly number[] {
  return COUNT_SUMMARIES.flatMap(({ parts }) => parts)
    .filter(({ name }) => !KEPT_BY_DAY.includes(name))
    .map(({ number }) => number);
}

/** The word for no summary, on the command line. */
const NO_SUMMARY = 'none';

/**
 * Reads names of summaries: `statuses,agents`, or `none`.
 *
 * @throws UsageError if there is no such summary
 */
export function parseSummaries(text: string): readonly string[] {
  if (text === NO_SUMMARY) return [];
  return text.split(',').map((each) => {
    const name = each.trim();
    if (SUMMARY_NAMES.includes(name)) return name;
    throw new UsageError(`there is no summary '${name}'`, {
      hint: `they are ${SUMMARY_NAMES.join(', ')}; ${NO_SUMMARY} stands for none of them`,
    });
  });
}

/** Lists the parts of some summaries, in the order of their numbers. */
export function listParts(names: readonly string[]): readonly CountPart[] {
  return COUNT_SUMMARIES.filter(({ name }) => names.includes(name)).flatMap(({ parts }) => parts);
}

/** Returns the number of a part in the tables. */
export function getPartNumber(name: PartName): number {
  const part = COUNT_SUMMARIES.flatMap(({ parts }) => parts).find((each) => each.name === name);
  if (part === undefined) throw new Error(`there is no part ${name}`);
  return part.number;
}
