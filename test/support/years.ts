// Logs of years for the tests of what is folded, and what folding must never change.

import { addDays } from 'date-fns/addDays';
import { parseISO } from 'date-fns/parseISO';
import { createRandom } from '../../fixtures/random.js';
import { toIsoDay } from '../../src/days.js';
import { BROWSER, ROBOT, requestLine } from './logs.js';
import type { Target } from './targets.js';

const MONTH_NAMES = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `14/Apr/2026:10:22:31 +0000` of a day and an hour. */
export function toLogTime(day: string, hour = 10): string {
  const month = MONTH_NAMES[Number(day.slice(5, 7)) - 1];
  return `${day.slice(8)}/${month}/${day.slice(0, 4)}:${String(hour).padStart(2, '0')}:22:31 +0000`;
}

/** A line for each of some days, types and objects. */
export function toLines(hits: readonly (readonly [day: string, type: string, id: string])[]): string {
  return hits.map(([day, type, id]) => requestLine({ time: toLogTime(day), ids: `${type} ${id}` })).join('');
}

/** Requests of two content types on each day from one on, some without an object. */
export function makeYears(seed: number, first: string, days: number): string {
  const random = createRandom(seed);
  const lines: string[] = [];
  for (let day = 0; day < days; day += 1) {
    const date = toIsoDay(addDays(parseISO(first), day));
    for (let at = random.below(5); at >= 0; at -= 1) {
      lines.push(
        requestLine({
          client: `203.0.${random.below(3)}.${random.below(9)}`,
          time: toLogTime(date, random.below(24)),
          target: `/p/${random.below(4)}`,
          status: random.pick([200, 200, 404]),
          agent: random.pick([BROWSER, BROWSER, ROBOT]),
          ids: random.chance(0.9) ? `${random.pick([7, 8])} ${random.below(12)}` : '- -',
        }),
      );
    }
  }
  return lines.join('');
}

const COUNTS_BY_MONTH = (table: string, keys: string, unpruned: string) =>
  `select row(s.site, s.content_type_id, c.part, ${keys}, date_trunc('month', c.day::timestamp)::date,
    sum(c.requests), sum(c.bytes))::text as text
   from logtally.${table} as c join logtally.count_source as s using (source_id)
   where c.part not in (8, 9) ${unpruned}
   group by s.site, s.content_type_id, c.part, ${keys}, date_trunc('month', c.day::timestamp)`;

/** What prune must never change. */
const LASTING = {
  objects: 'select h::text as text from logtally.object_hits as h',
  ranks: 'select r::text as text from logtally.hit_count_rank as r',
  months: `select row(content_type_id, object_id, date_trunc('month', hit_on::timestamp)::date,
      min(hit_on), max(coalesce(folded_until, hit_on)), sum(hit_count))::text as text
    from logtally.object_hits_daily
    group by content_type_id, object_id, date_trunc('month', hit_on::timestamp)`,
  siteCounts: COUNTS_BY_MONTH('site_count', 'c.key1, c.key2, c.key3, c.key4', 'and c.part <> 10'),
  objectCounts: COUNTS_BY_MONTH('object_count', 'c.object_id, c.key1, c.key2, c.key3', ''),
  clients: `select row(site, country, date_trunc('month', day::timestamp), sum(requests), sum(bytes))::text as text
    from logtally.client_daily group by site, country, date_trunc('month', day::timestamp)`,
  hours: 'select h::text as text from logtally.hour_daily as h',
  visitors: 'select v::text as text from logtally.visitor_daily as v',
  typeVisitors: 'select v::text as text from logtally.content_type_visitor_daily as v',
  objectVisitors: 'select v::text as text from logtally.object_visitor_daily as v',
} as const;

/** Reads what prune must never change: totals, ranks, the sums and bounds of months, and the visitors of each day. */
export async function readLasting(target: Target): Promise<Readonly<Record<string, readonly string[]>>> {
  const answers = await target.queryAll(Object.values(LASTING));
  return Object.fromEntries(
    Object.keys(LASTING).map((name, at) => [
      name,
      (answers[at] ?? []).map((row) => String(row['text'])).toSorted(),
    ]),
  );
}

const TABLES = [
  ...[
    'object_hits',
    'object_hits_daily',
    'object_hits_yearly',
    'content_type_daily',
    'hit_month',
    'hit_count_rank',
  ],
  ...['hit_delta', 'addition', 'site_count', 'object_count', 'count_source', 'count_month', 'visitor_key'],
];

/** Reads every row of the tables of summaries. */
export async function readRows(target: Target): Promise<Readonly<Record<string, readonly string[]>>> {
  const answers = await target.queryAll(
    TABLES.map((table) => `select t::text as text from logtally.${table} as t`),
  );
  return Object.fromEntries(
    TABLES.map((table, at) => [table, (answers[at] ?? []).map((row) => String(row['text'])).toSorted()]),
  );
}
