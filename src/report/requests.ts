/** Reads requests that are kept as rows: who did what. They are read by a cursor, so that memory holds some thousand at a time. */
import type { Database, Row } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumberOrNull, getText, getTextOrNull } from '../database/values.js';
import { moveDay } from '../days.js';
import { findStoredClients } from '../summaries/stored-clients.js';
import { earlierOf, laterOf, type Period } from './period.js';
import { compileRowTest, listExactValues, type RequestQuestion } from './request-filter.js';

/** A request as it is stored; null for what its line does not have. */
export interface StoredRequest {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** The day that the line says. */
  readonly day: string;
  readonly site: string;
  readonly client: string | null;
  readonly user: string | null;
  /** A keyed hash of its id. */
  readonly session: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly query: string | null;
  readonly status: number | null;
  readonly bytes: number | null;
  readonly referrer: string | null;
  readonly userAgent: string | null;
  readonly contentType: string | null;
  readonly objectId: string | null;
  /** Further fields by their names. */
  readonly extra: unknown;
}

/** What is told of the requests that there are. */
export interface KeptRequests {
  /** Whether requests were ever kept. */
  readonly wasKept: boolean;
  /** The first day that has one; null if none is found. */
  readonly firstDay: string | null;
}

/** The answer of a database without tables. */
export const NO_KEPT_REQUESTS: KeptRequests = { wasKept: false, firstDay: null };

/** Takes requests; answers false if it wants no more. */
export type TakeRequests = (requests: readonly StoredRequest[]) => Promise<boolean>;

interface Reading {
  readonly question: RequestQuestion;
  /** The newest at most; null for all. */
  readonly limit: number | null;
  readonly take: TakeRequests;
}

/**
 * Reads requests in one snapshot in the order of time, the newest last.
 *
 * @returns how many were taken
 */
export function readRequests(database: Database, reading: Reading): Promise<number> {
  return database.transaction('snapshot', () => readInTransaction(database, reading));
}

/** The same within a transaction. */
export async function readInTransaction(database: Database, reading: Reading): Promise<number> {
  const { question, limit } = reading;
  const stretches = divideTime(await readMonths(database), question.period);
  const found = await findStoredClients(database, question.clients, question.period);
  const clients = question.clients.length === 0 ? null : found.clients;
  if (limit !== null) return readNewest(database, stretches, { ...reading, limit, clients });
  let taken = 0;
  for (const stretch of stretches) {
    const rows = { ...reading, ...stretch, clients, sources: null, limit: null, newestFirst: false };
    const { count, isDone } = await readRows(database, rows);
    taken += count;
    if (isDone) break;
  }
  return taken;
}

/** Holds as many as the limit allows: the newest are found first, and shown last. */
async function readNewest(
  database: Database,
  stretches: readonly Stretch[],
  { question, limit, clients, take }: Reading & { readonly limit: number } & Pick<RowsReading, 'clients'>,
): Promise<number> {
  const found: StoredRequest[] = [];
  for (const stretch of stretches.toReversed()) {
    if (found.length >= limit) break;
    const takeSome: TakeRequests = async (requests) => {
      found.push(...requests.slice(0, limit - found.length));
      return found.length < limit;
    };
    const rows = { question, clients, sources: null, newestFirst: true, limit: limit - found.length };
    await readRows(database, { ...rows, ...stretch, take: takeSome });
  }
  if (found.length > 0) await take(found.toReversed());
  return found.length;
}

interface RowsReading extends Omit<Reading, 'limit'>, Stretch {
  /** The clients of the question as they are stored; null if it asks for none, or if they are tried on each row. */
  readonly clients: readonly string[] | null;
  /** Those of these sources; null for all. */
  readonly sources: readonly number[] | null;
  readonly newestFirst: boolean;
  readonly limit: number | null;
}

/** Reads the requests of a period. @returns how many were taken, and whether no more are wanted */
export async function readRows(
  database: Database,
  { question, clients, period, times, sources, newestFirst, limit, take }: RowsReading,
): Promise<{ readonly count: number; readonly isDone: boolean }> {
  const test = compileRowTest(clients === null ? question : { ...question, clients: [] });
  await database.query(sql.openMatchingRequests, [
    ...[period.since, period.until, sources],
    ...listExactValues(question),
    ...[clients, newestFirst, test.passesAll ? limit : null],
    ...[times.from, times.before],
  ]);
  let count = 0;
  let isDone = false;
  while (!isDone) {
    const { rows } = await database.query(sql.fetchRows);
    if (rows.length === 0) break;
    const requests = rows.map(toRequest).filter((request) => test.passes(request));
    count += requests.length;
    isDone = requests.length > 0 && !(await take(requests));
  }
  await database.query(sql.closeRows);
  return { count, isDone };
}

/**
 * Tells since when requests are kept. Asked if a list is shorter than a person may expect.
 *
 * @param upTo the last day that is looked at for the first one; null for all days
 */
export function readKept(database: Database, upTo: string | null): Promise<KeptRequests> {
  return database.transaction('snapshot', async () => {
    const wasKept = await findWasKept(database);
    for (const { since, until } of await readMonths(database)) {
      if (upTo !== null && since > upTo) break;
      const { rows } = await database.query(sql.findFirstRequestDay, [since, until]);
      const firstDay = getTextOrNull(rows[0] ?? {}, 'first_day');
      if (firstDay !== null) return { wasKept: true, firstDay };
    }
    return { wasKept, firstDay: null };
  });
}

/** Whether requests were ever kept. */
export function readWasKept(database: Database): Promise<boolean> {
  return database.transaction('snapshot', () => findWasKept(database));
}

async function findWasKept(database: Database): Promise<boolean> {
  return (await database.query(sql.findRequestsKept)).rows[0]?.['was_kept'] === true;
}

/** Lists the sites that something was counted of. */
export function readSites(database: Database): Promise<readonly string[]> {
  return database.transaction('snapshot', async () => {
    const { rows } = await database.query(sql.findRequestSites);
    return rows.map((row) => getText(row, 'site'));
  });
}

interface Month {
  readonly since: string;
  readonly until: string;
}

async function readMonths(database: Database): Promise<readonly Month[]> {
  const { rows } = await database.query(sql.findRequestMonths);
  return rows.map((row) => ({ since: getText(row, 'first_day'), until: getText(row, 'last_day') }));
}

/** A stretch of time, and the days that its lines may say. */
interface Stretch {
  readonly period: Period;
  /** Midnights (UTC); null for no bound. */
  readonly times: { readonly from: string | null; readonly before: string | null };
}

/** All of time. */
export const ANY_TIME: Stretch['times'] = { from: null, before: null };

/** A line's offset moves its day by one at most; this is more than enough. */
const OFFSET_DAYS = 2;

/** Divides a period into stretches of time, one a month: a partition has the days that lines say, which are not in the order of time. */
function divideTime(months: readonly Month[], period: Period): readonly Stretch[] {
  return months.flatMap((month, at) => {
    const from = at === 0 ? null : month.since;
    const before = months[at + 1]?.since ?? null;
    const since = from === null ? period.since : laterOf(moveDay(from, -OFFSET_DAYS), period.since);
    const until = before === null ? period.until : earlierOf(moveDay(before, OFFSET_DAYS), period.until);
    if (since !== null && until !== null && since > until) return [];
    return [{ period: { since, until }, times: { from, before } }];
  });
}

function toRequest(row: Row): StoredRequest {
  const extra = getTextOrNull(row, 'extra');
  return {
    time: getText(row, 'requested_at'),
    day: getText(row, 'day'),
    site: getText(row, 'site'),
    client: getTextOrNull(row, 'client'),
    user: getTextOrNull(row, 'user_name'),
    session: getTextOrNull(row, 'session'),
    method: getTextOrNull(row, 'method'),
    path: getTextOrNull(row, 'path'),
    query: getTextOrNull(row, 'query'),
    status: getNumberOrNull(row, 'status'),
    bytes: getNumberOrNull(row, 'bytes'),
    referrer: getTextOrNull(row, 'referrer'),
    userAgent: getTextOrNull(row, 'user_agent'),
    contentType: getTextOrNull(row, 'content_type'),
    objectId: getTextOrNull(row, 'object'),
    extra: extra === null ? null : JSON.parse(extra),
  };
}
