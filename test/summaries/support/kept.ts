// What the summaries beside the hits keep: as people read it, and as the tables hold it.

import type { Target } from '../../support/targets.js';

const VIEWS = [
  'status_daily',
  'failed_path_daily',
  'referrer_daily',
  'object_referrer_daily',
  'search_term_daily',
  'object_search_term_daily',
  'agent_daily',
  'visitor_daily',
  'content_type_visitor_daily',
  'object_visitor_daily',
  'client_daily',
  'hour_daily',
  'object_bytes_daily',
] as const;

export type Rows = Readonly<Record<string, readonly string[]>>;

/** Every row of every view, as text, by the name of the view. Nothing in them tells runs, logs or keys apart. */
export async function readViews(target: Target): Promise<Rows> {
  const statements = VIEWS.map(
    (view) => `select t::text as row from logtally.${view} as t order by t::text collate "C"`,
  );
  const answers = await target.queryAll(statements);
  return Object.fromEntries(
    VIEWS.map((view, at) => [view, (answers[at] ?? []).map(({ row }) => String(row))]),
  );
}

/** The views of a database that has counted nothing. */
export const NO_ROWS: Rows = Object.fromEntries(VIEWS.map((view) => [view, []]));

/** Every row of the tables, under the run that added it: `site_count 3`; what belongs to no run is of run `null`. */
export async function readRowsByRun(target: Target): Promise<Rows> {
  const whose = `left join logtally.count_source as s on s.source_id = t.source_id
    left join logtally.addition as a on a.addition_id = s.addition_id`;
  // column by column: of a whole row of a table that one node has Citus reads only those that it needs
  const rows = await target.query(`
    select 'site_count ' || coalesce(a.run_id::text, 'null') as place,
      (t.requests, t.bytes, t.source_id, t.day, t.part, t.key1, t.key2, t.key3, t.key4)::text as row
    from logtally.site_count as t ${whose}
    union all
    select 'object_count ' || coalesce(a.run_id::text, 'null'),
      (t.requests, t.bytes, t.source_id, t.day, t.part, t.object_id, t.key1, t.key2, t.key3)::text
    from logtally.object_count as t ${whose}
    union all
    select 'count_source ' || coalesce(a.run_id::text, 'null'),
      (t.source_id, t.addition_id, t.site, t.content_type_id)::text
    from logtally.count_source as t
      left join logtally.addition as a on a.addition_id = t.addition_id
  `);
  const byPlace: Record<string, string[]> = {};
  // the order of a database depends on its collation, and on which nodes it asks
  const inOrder = rows.map(({ place, row }) => `${place}\t${row}`).toSorted();
  for (const [place = '', row = ''] of inOrder.map((text) => text.split('\t'))) {
    byPlace[place] ??= [];
    byPlace[place].push(row);
  }
  return byPlace;
}

/** A row of `visitor_daily`: visitors, the requests of people who were told apart, and those that came too late. */
export interface DayOfVisitors {
  readonly visitors: number;
  readonly requests: number;
  readonly late: number;
}

/** The visitors of each day: `default 2026-04-14`. */
export async function readVisitors(target: Target): Promise<Readonly<Record<string, DayOfVisitors>>> {
  const rows = await target.query(
    `select site || ' ' || day as place, visitors::int, requests::int, late_requests::int as late
     from logtally.visitor_daily order by 1`,
  );
  return Object.fromEntries(
    rows.map(({ place, visitors, requests, late }) => [
      String(place),
      { visitors: Number(visitors), requests: Number(requests), late: Number(late) },
    ]),
  );
}

/** Lets so many days pass for the keys of visitors: their last lines came so much earlier. */
export async function letDaysPass(target: Target, days: number): Promise<void> {
  await target.query(`update logtally.visitor_key set last_line_at = last_line_at - interval '${days} days'`);
}

/** The days that have a key, and those whose key is destroyed: `default 2026-04-14 open`. */
export async function readKeys(target: Target): Promise<readonly string[]> {
  const rows = await target.query(
    `select site || ' ' || day || case when key is null then ' closed' else ' open' end as state
     from logtally.visitor_key order by 1`,
  );
  return rows.map(({ state }) => String(state));
}
