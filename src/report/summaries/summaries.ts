/** Answers what the summaries beside the hits keep: the lists of one of them, and since when it is kept. */
import type { Database } from '../../database/database.js';
import { readOneState } from '../../database/spread.js';
import { sql } from '../../database/sql.js';
import { getNumber, getText, getTextOrNull } from '../../database/values.js';
import { type CountPart, getPartNumber, listFoldedParts, listParts } from '../../summaries/count-parts.js';
import { listCutMonths, readFoldedMonths } from '../folded-months.js';
import type { BoundedPeriod } from '../report-shape.js';
import { readHours } from './hours.js';
import { type KeyList, readKeyList, type Wanted } from './key-lists.js';
import { readBytes, readVisitors } from './objects.js';
import type { Kept, SummaryAnswer, SummaryList, SummaryName } from './summary-shape.js';

type Found = Pick<SummaryAnswer, 'days' | 'lists'>;

type Read = (database: Database, wanted: Wanted) => Promise<Found>;

const ORIGINS: KeyList = {
  ...{ name: 'host', part: 'referrer', objectPart: 'object_referrer', keys: [null, null, 'origin'] },
};
const HOSTS: KeyList = { ...ORIGINS, keys: ['host'], origin: 'other' };
const PAGES: KeyList = { ...ORIGINS, name: 'page', keys: ['host', 'page'], origin: 'other' };
const PEOPLE = { part: 'agent', isRobot: false, hasBytes: true } as const;
const ROBOTS: KeyList = {
  ...{ name: 'robot', part: 'agent', keys: [null, null, null, 'robot'], isRobot: true, hasBytes: true },
};

const READERS: Readonly<Record<SummaryName, Read>> = {
  statuses: readLists([
    { name: 'status', part: 'status', keys: ['method', 'status'], hasBytes: true },
    { name: 'failed_path', part: 'failed_path', keys: ['status', 'path'], hasBytes: true },
  ]),
  referrers: readReferrers,
  search_terms: readLists([
    {
      ...{ name: 'search_term', part: 'search_term', objectPart: 'object_search_term' },
      keys: ['engine', 'terms'],
    },
  ]),
  agents: readAgents,
  visitors: readVisitors,
  clients: readClients,
  hours: readHours,
  bytes: readBytes,
};

export const SUMMARY_NAMES = Object.keys(READERS) as readonly SummaryName[];

/** The summaries that can be asked for by content type. */
export const OBJECT_SUMMARIES: readonly SummaryName[] = ['referrers', 'search_terms', 'visitors', 'bytes'];

export interface SummaryQuestion extends Wanted {
  readonly name: SummaryName;
}

/** A summary, and since when it is kept. */
export interface KeptSummary extends SummaryAnswer {
  /** Null if no run kept it. */
  readonly kept: Kept | null;
  /** If the period has nothing: the first and the last day of which there is something; else null. */
  readonly otherDays: BoundedPeriod | null;
}

/** Reads a summary from one state of the database. */
export async function selectSummary(database: Database, question: SummaryQuestion): Promise<KeptSummary> {
  return readOneState(database, async () => {
    const kept = (await readKept(database)).get(question.name) ?? null;
    if (kept === null) return createNeverKept(question.name);
    const answer = await readSummary(database, question);
    const otherDays = answer.days === null ? await readAllDays(database, question) : null;
    return { ...answer, kept, otherDays };
  });
}

/** Makes the answer of a database that has no such summary. */
export function createNeverKept(name: SummaryName): KeptSummary {
  return { name, days: null, lists: [], foldedMonths: [], kept: null, otherDays: null };
}

/** Reads a summary within a transaction. */
export async function readSummary(database: Database, question: SummaryQuestion): Promise<SummaryAnswer> {
  const { name, ...wanted } = question;
  const found = await READERS[name](database, wanted);
  return { name, ...found, foldedMonths: await findCutMonths(database, question) };
}

/** Reads since when each summary is kept, within a transaction; those that no run kept are left out. */
export async function readKept(database: Database): Promise<ReadonlyMap<string, Kept>> {
  const { rows } = await database.query(sql.selectKept);
  const kept = rows.flatMap((row): readonly (readonly [string, Kept])[] => {
    const since = getTextOrNull(row, 'kept_since');
    if (since === null) return [];
    const requests = getNumber(row, 'requests');
    return [[getText(row, 'summary'), { since, requests, without: getNumber(row, 'without') }]];
  });
  return new Map(kept);
}

/** Finds the folded months of which the period has only some days, and the summary something. */
async function findCutMonths(database: Database, question: SummaryQuestion): Promise<readonly string[]> {
  const part = findPart(question);
  if (part === null || !listFoldedParts().includes(part.number)) return [];
  const cut = listCutMonths([question.period], await readFoldedMonths(database));
  const days = cut.length === 0 ? null : await readAllDays(database, question);
  return days === null
    ? []
    : cut.filter((month) => `${month}-01` >= days.since && `${month}-01` <= days.until);
}

/** The part that says of which days there is something; null if the summary has none. */
function findPart({ name, contentType }: Pick<SummaryQuestion, 'name' | 'contentType'>): CountPart | null {
  const parts = listParts([name]);
  return parts.find(({ hasObjects }) => hasObjects === (contentType !== null)) ?? parts[0] ?? null;
}

/** Reads the first and the last day, in the period or not, of which there is something. */
async function readAllDays(
  database: Database,
  { name, site, contentType }: SummaryQuestion,
): Promise<BoundedPeriod | null> {
  const part = findPart({ name, contentType });
  if (part === null) return null;
  const values = [getPartNumber(part.name), site, contentType];
  const [row] = (await database.query(sql.selectPartDays, values)).rows;
  if (row === undefined || row['first_day'] === null) return null;
  return { since: getText(row, 'first_day'), until: getText(row, 'last_day') };
}

/** Makes a reader of lists; the days are those of the first. */
function readLists(lists: readonly KeyList[]): Read {
  return async (database, wanted) => {
    const found = [];
    for (const list of lists) found.push(await readKeyList(database, wanted, list));
    return { days: found[0]?.days ?? null, lists: found.map(({ list }) => list) };
  };
}

/** Hosts of other sites; requests without a referrer, from the site itself, and of an unreadable one are lines of their own. */
async function readReferrers(database: Database, wanted: Wanted): Promise<Found> {
  const { list: origins, days } = await readKeyList(database, wanted, ORIGINS);
  const { list: hosts } = await readKeyList(database, wanted, HOSTS);
  const pages = wanted.isForPage ? [] : [(await readKeyList(database, wanted, PAGES)).list];
  const rows = [
    ...hosts.rows.map(([host = null, requests = null]) => ['other', host, requests]),
    ...origins.rows.flatMap(([origin = null, requests = null]) =>
      origin === 'other' ? [] : [[origin, null, requests]],
    ),
  ].toSorted((a, b) => Number(b[2]) - Number(a[2]));
  const { total } = origins;
  return {
    days,
    lists: [
      {
        ...hosts,
        keys: ['origin', 'host'],
        rows,
        total,
        count: hosts.count + rows.length - hosts.rows.length,
      },
      ...pages.map((list) => ({ ...list, total })),
    ],
  };
}

/** People and robots apart. */
async function readAgents(database: Database, wanted: Wanted): Promise<Found> {
  const people = await readLists([
    { ...PEOPLE, name: 'browser', keys: ['browser'] },
    { ...PEOPLE, name: 'system', keys: [null, 'system'] },
  ])(database, wanted);
  const devices = await readKeyList(database, wanted, {
    ...PEOPLE,
    name: 'device',
    keys: [null, null, 'device'],
  });
  const robots = await readKeyList(database, wanted, ROBOTS);
  const audience: SummaryList = {
    name: 'audience',
    keys: ['audience'],
    values: ['requests', 'bytes'],
    rows: [
      ['people', devices.list.total, devices.bytes],
      ['robots', robots.list.total, robots.bytes],
    ],
    total: devices.list.total + robots.list.total,
    count: 2,
  };
  const days = joinDays(people.days, robots.days);
  return { days, lists: days === null ? [] : [audience, ...people.lists, devices.list, robots.list] };
}

/** The list of countries is left out if no file of countries was given; that of networks if there are countries, and all networks are forgotten. */
async function readClients(database: Database, wanted: Wanted): Promise<Found> {
  const { days, lists } = await readLists([
    { name: 'network', part: 'client', keys: ['network', 'country'], hasBytes: true },
    { name: 'country', part: 'client', keys: [null, 'country'], hasBytes: true },
  ])(database, wanted);
  const hasAny = ({ rows }: SummaryList) => rows.some(([key]) => key !== null);
  const hasCountries = lists.some((list) => list.name === 'country' && hasAny(list));
  const isTold = (list: SummaryList) =>
    list.name === 'country' ? hasCountries : !hasCountries || list.count > list.rows.length || hasAny(list);
  return { days, lists: lists.filter(isTold) };
}

function joinDays(a: BoundedPeriod | null, b: BoundedPeriod | null): BoundedPeriod | null {
  if (a === null || b === null) return a ?? b;
  return {
    since: a.since < b.since ? a.since : b.since,
    until: a.until > b.until ? a.until : b.until,
  };
}
