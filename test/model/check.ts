// Compares what a database has counted with the model.

import { COUNTS } from '../../src/summaries/counts.js';
import { REQUESTS } from '../../src/summaries/requests.js';
import type { Expected, SeenLogs } from './expected.js';
import type { Client } from './stores.js';

/** Both answer with what differs. */
const COUNTED = `select c.name || ' ' || o.object_id as object, o.hit_count::int as hits, r.hit_count_rank::int as rank,
  (select sum(d.hit_count)::int from logtally.object_hits_daily as d
    where d.content_type_id = o.content_type_id and d.object_id = o.object_id) as daily
  from logtally.object_hits as o join logtally.content_type as c using (content_type_id)
  left join logtally.hit_count_rank as r on r.content_type_id = o.content_type_id and r.hit_count = o.hit_count`;
const BATCHES = `select count(*)::int as batches, coalesce(sum(lines), 0)::int as lines,
  coalesce(sum(rejected), 0)::int as rejected, coalesce(sum(counted), 0)::int as counted from logtally.batch`;

/** The objects whose requests, in the rows of a summary or as rows of their own, are not their hits. */
const OF_OBJECTS = `select t.name || ' ' || o.object_id as object, o.hit_count::int as hits, b.requests::int as counted, r.requests as stored
  from logtally.object_hits as o join logtally.content_type as t using (content_type_id)
  left join (select content_type, object_id, sum(requests) as requests from logtally.object_bytes_daily group by 1, 2) as b
    on b.content_type = t.name and b.object_id = o.object_id
  left join (select content_type, object_id, count(*)::int as requests from logtally.requests group by 1, 2) as r
    on r.content_type = t.name and r.object_id = o.object_id
  where o.hit_count is distinct from b.requests or o.hit_count is distinct from r.requests`;

/** What is compared. */
interface Checked {
  readonly client: Client;
  readonly seen: SeenLogs;
  /** Kept beside the hits. */
  readonly summaries: readonly string[];
}

export async function readBatches(client: Client) {
  const { rows } = await client.query<{ batches: number; lines: number; rejected: number; counted: number }>(
    BATCHES,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the batches cannot be read');
  return row;
}

export async function check({ client, seen, summaries }: Checked): Promise<void> {
  const expected = seen.count();
  const { rows } = await client.query<{
    object: string;
    hits: number;
    rank: number | null;
    daily: number | null;
  }>(COUNTED);
  const counted = new Map(rows.map(({ object, hits }) => [object, hits]));
  const objects = new Set([...counted.keys(), ...expected.hits.keys()]);
  const wrong = [...objects].filter((object) => counted.get(object) !== expected.hits.get(object));
  if (wrong.length > 0) {
    const shown = wrong
      .slice(0, 8)
      .map((object) => `${object}: ${counted.get(object) ?? 0}, not ${expected.hits.get(object) ?? 0}`);
    throw new Error(`${wrong.length} objects have wrong hits: ${shown.join('; ')}`);
  }
  for (const { object, hits, rank, daily } of rows) {
    if (daily !== hits) throw new Error(`the days of ${object} add up to ${daily}, not ${hits}`);
    const better = rows.filter(
      (other) => toType(other.object) === toType(object) && other.hits > hits,
    ).length;
    if (rank !== better + 1) throw new Error(`${object} has rank ${rank}, not ${better + 1}`);
  }
  checkBatches(await readBatches(client), expected);
  if (summaries.length > 0) await checkSummaries(client);
}

async function checkSummaries(client: Client): Promise<void> {
  for (const { name, statement, describe } of [COUNTS, REQUESTS].flatMap(({ checks }) => checks)) {
    const [row] = (await client.query(statement)).rows;
    if (row !== undefined) throw new Error(`${name}: ${describe(row)}`);
  }
  const [object] = (await client.query(OF_OBJECTS)).rows;
  if (object !== undefined) throw new Error(`the summaries say otherwise: ${JSON.stringify(object)}`);
}

function toType(object: string): string {
  return object.split(' ')[0] ?? '';
}

function checkBatches(
  batches: { lines: number; rejected: number; counted: number },
  expected: Expected,
): void {
  const hits = [...expected.hits.values()].reduce((sum, count) => sum + count, 0);
  const is = { lines: batches.lines, rejected: batches.rejected, counted: batches.counted };
  const should = { lines: expected.lines, rejected: expected.rejected, counted: hits };
  if (JSON.stringify(is) !== JSON.stringify(should)) {
    throw new Error(`the batches hold ${JSON.stringify(is)}, not ${JSON.stringify(should)}`);
  }
}
