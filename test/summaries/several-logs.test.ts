// A batch of several logs, on a real server: the same objects and days may come from each of them, and each can be taken back.

import { Readable } from 'node:stream';
import { afterEach, describe, expect } from 'vitest';
import { copyRows } from '../../src/database/copy.js';
import type { Database } from '../../src/database/database.js';
import { connectPostgres } from '../../src/database/postgres.js';
import { findUnkeptRuns } from '../../src/ingest/storing/storing.js';
import { OBJECT_HITS } from '../../src/summaries/object-hits.js';
import { createStaging, mergeBatch } from '../../src/summaries/summaries.js';
import type { Target } from '../support/targets.js';
import { it } from '../support/test.js';

/** The log, the content type, the object, the day in April 2026, the hits. */
type Gain = readonly [stream: number, type: string, objectId: string, day: number, hits: number];

const opened: Database[] = [];
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

async function open(target: Target): Promise<Database> {
  expect((await target.run(['init'])).code).toBe(0);
  const database = await connectPostgres(target.environment['DATABASE_URL'] ?? '', 0);
  opened.push(database);
  return database;
}

/** Merges one batch, whose rows come in any order. @param lines that were counted, if not the sum of the hits */
async function merge(database: Database, run: number, gains: readonly Gain[], lines?: number): Promise<void> {
  const keys = [...new Set(gains.map(([stream, type]) => `${stream} ${type}`))];
  const contentTypes = {
    sites: keys.map(() => 'main'),
    names: keys.map((key) => key.split(' ')[1] ?? ''),
    streams: keys.map((key) => Number(key.split(' ')[0])),
  };
  const rows = gains.map(
    ([stream, type, id, day, hits]) =>
      `${keys.indexOf(`${stream} ${type}`)}\t${id}\t2026-04-${day}\t${hits}\n`,
  );
  const counted = lines ?? gains.reduce((sum, [, , , , hits]) => sum + hits, 0);
  const { signal } = new AbortController();
  await database.transaction('writing', async () => {
    await createStaging(database);
    const text = Readable.from([Buffer.from(rows.join(''))]);
    await copyRows(database, { target: OBJECT_HITS.target, text, countSent: () => rows.length });
    await mergeBatch(database, { run, contentTypes, counted, allowNewTypes: false, signal });
  });
}

/** Takes back what runs counted of a log, or of all logs. */
async function takeBack(
  database: Database,
  { runs, streamId, hits }: { runs: readonly number[]; streamId: number | null; hits: number },
): Promise<void> {
  await database.transaction('writing', async () => {
    await createStaging(database);
    await OBJECT_HITS.takeBack(database, { what: 'it', runs, streamId, hits, onStep: () => undefined });
  });
}

const QUERIES = {
  days: `select t.name || ' ' || d.object_id || ' ' || d.hit_on || ' ' || d.hit_count as row
    from logtally.object_hits_daily as d join logtally.content_type as t using (content_type_id)`,
  objects: `select t.name || ' ' || h.object_id || ' ' || h.hit_count || ' ' || h.first_hit_on || ' ' || h.last_hit_on as row
    from logtally.object_hits as h join logtally.content_type as t using (content_type_id)`,
  ranks: `select t.name || ' ' || r.hit_count || ' ' || r.object_count || ' ' || r.hit_count_rank as row
    from logtally.hit_count_rank as r join logtally.content_type as t using (content_type_id)`,
  additions: `select a.run_id || ' ' || a.stream_id || ' ' || t.name || ' ' || a.object_id || ' ' || a.hit_on || ' ' || sum(a.hit_count) as row
    from logtally.added_hits as a join logtally.content_type as t using (content_type_id)
    group by a.run_id, a.stream_id, t.name, a.object_id, a.hit_on`,
} as const;

/** The rows of each table, and what each run added of each log, in one order, with names in place of numbers. */
async function read(database: Database): Promise<Readonly<Record<string, readonly string[]>>> {
  const tables: Record<string, readonly string[]> = {};
  for (const [name, query] of Object.entries(QUERIES))
    tables[name] = (await database.query(query)).rows.map(({ row }) => String(row)).toSorted();
  return tables;
}

const FIRST: readonly Gain[] = [
  [1, 'photo', 'own', 14, 2],
  [1, 'photo', 'both', 14, 1],
  [1, 'photo', 'days', 14, 1],
  [2, 'photo', 'both', 14, 4],
  [2, 'photo', 'days', 16, 8],
  [2, 'page', 'both', 14, 1],
  [1, 'photo', 'own', 14, 3],
];
const SECOND: readonly Gain[] = [
  [3, 'photo', 'own', 14, 1],
  [4, 'photo', 'both', 14, 2],
  [4, 'photo', 'days', 15, 2],
  [3, 'photo', 'days', 15, 1],
  [3, 'other', 'new', 15, 1],
  [4, 'other', 'new', 15, 1],
];
const [FIRST_HITS, SECOND_HITS] = [20, 8];

describe('a batch of several logs', () => {
  it('adds the hits of all up, and tells apart what each added', async ({ openTarget }) => {
    const database = await open(await openTarget('postgres'));
    await merge(database, 1, FIRST);
    const tables = await read(database);
    expect(tables).toMatchObject({
      days: [
        'page both 2026-04-14 1',
        'photo both 2026-04-14 5',
        'photo days 2026-04-14 1',
        'photo days 2026-04-16 8',
        'photo own 2026-04-14 5',
      ],
      objects: [
        'page both 1 2026-04-14 2026-04-14',
        'photo both 5 2026-04-14 2026-04-14',
        'photo days 9 2026-04-14 2026-04-16',
        'photo own 5 2026-04-14 2026-04-14',
      ],
      ranks: ['page 1 1 1', 'photo 5 2 2', 'photo 9 1 1'],
      additions: [
        '1 1 photo both 2026-04-14 1',
        '1 1 photo days 2026-04-14 1',
        '1 1 photo own 2026-04-14 5',
        '1 2 page both 2026-04-14 1',
        '1 2 photo both 2026-04-14 4',
        '1 2 photo days 2026-04-16 8',
      ],
    });
    // only the day that both logs have is stored beside the days
    const deltas = await database.query('select distinct object_id from logtally.hit_delta');
    expect(deltas.rows).toEqual([{ object_id: 'both' }]);
  });

  it('is the same as a batch for each log', async ({ openTarget }) => {
    const together = await open(await openTarget('postgres'));
    const apart = await open(await openTarget('postgres'));
    for (const [at, gains] of [FIRST, SECOND].entries()) {
      await merge(together, at + 1, gains);
      for (const stream of [4, 3, 2, 1]) {
        const ofOne = gains.filter(([each]) => each === stream);
        if (ofOne.length > 0) await merge(apart, at + 1, ofOne);
      }
    }
    expect(await read(together)).toEqual(await read(apart));
  });

  it('is the same if it is small compared with the totals', async ({ openTarget }) => {
    const many = Array.from({ length: 400 }, (_, at): Gain => [9, 'photo', `many${at}`, 14, 1]);
    const [small, large] = [
      await open(await openTarget('postgres')),
      await open(await openTarget('postgres')),
    ];
    for (const database of [small, large])
      for (const [at, gains] of [FIRST, many, SECOND].entries()) {
        if (database === small) await database.query('analyze logtally.object_hits');
        await merge(database, at + 1, gains);
      }
    expect(await read(small)).toEqual(await read(large));
  });

  it('is taken back as a whole, in any order of the runs', async ({ openTarget }) => {
    const database = await open(await openTarget('postgres'));
    await merge(database, 1, FIRST);
    const first = await read(database);
    await merge(database, 2, SECOND);
    await takeBack(database, { runs: [2], streamId: null, hits: SECOND_HITS });
    expect(await read(database)).toEqual(first);
    await merge(database, 2, SECOND);
    await takeBack(database, { runs: [1], streamId: null, hits: FIRST_HITS });
    const never = await open(await openTarget('postgres'));
    await merge(never, 2, SECOND);
    expect(await read(database)).toEqual(await read(never));
    await takeBack(database, { runs: [2], streamId: null, hits: SECOND_HITS });
    expect(Object.values(await read(database)).flat()).toEqual([]);
  });

  it.for([1, 2])('lets log %s be taken back alone', async (stream, { openTarget }) => {
    const database = await open(await openTarget('postgres'));
    const others = FIRST.filter(([each]) => each !== stream);
    const own = FIRST.filter(([each]) => each === stream);
    await merge(database, 1, FIRST);
    await merge(database, 2, SECOND);
    const hits = own.reduce((sum, [, , , , each]) => sum + each, 0);
    await takeBack(database, { runs: [1], streamId: stream, hits });
    const never = await open(await openTarget('postgres'));
    await merge(never, 1, others);
    await merge(never, 2, SECOND);
    expect(await read(database)).toEqual(await read(never));
    // and counted again, by another run
    await merge(database, 3, own);
    await takeBack(database, { runs: [3], streamId: null, hits });
    expect(await read(database)).toEqual(await read(never));
  });

  it('may add more of a log that the run has added to', async ({ openTarget }) => {
    const database = await open(await openTarget('postgres'));
    await merge(database, 1, FIRST);
    await merge(database, 1, FIRST);
    const { additions } = await read(database);
    expect(additions).toContain('1 1 photo own 2026-04-14 10');
    expect(additions).toContain('1 2 photo both 2026-04-14 8');
    // a day that one log alone adds to is stored once, however many batches it comes in
    const deltas = await database.query('select distinct object_id from logtally.hit_delta');
    expect(deltas.rows).toEqual([{ object_id: 'both' }]);
    await takeBack(database, { runs: [1], streamId: null, hits: 2 * FIRST_HITS });
    expect(Object.values(await read(database)).flat()).toEqual([]);
  });

  it('adds to days of runs of which is no longer kept what they added', async ({ openTarget }) => {
    const database = await open(await openTarget('postgres'));
    await merge(database, 1, FIRST);
    await database.query('update logtally.addition set is_kept = false; delete from logtally.hit_delta');
    const before = await read(database);
    await merge(database, 2, [...FIRST, ...SECOND]);
    await takeBack(database, { runs: [2], streamId: null, hits: FIRST_HITS + SECOND_HITS });
    expect(await read(database)).toEqual(before);
    // a number that old days name is not given to another run
    await merge(database, 3, SECOND);
    expect((await read(database))['additions']).toHaveLength(SECOND.length);
    expect(await findUnkeptRuns(database, [1, 2, 3], null)).toEqual([]);
  });

  it('is refused if its hits are not the lines that were counted', async ({ openTarget }) => {
    const database = await open(await openTarget('postgres'));
    await expect(merge(database, 1, FIRST, FIRST_HITS + 1)).rejects.toThrow('nothing was stored');
    expect(Object.values(await read(database)).flat()).toEqual([]);
  });
});
