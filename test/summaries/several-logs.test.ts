// A batch of several logs, on a real server: the same objects and days may come from each of them, and each can be taken back.

import { Readable } from 'node:stream';
import { afterEach, describe, expect } from 'vitest';
import { copyRows } from '../../src/database/copy.js';
import type { Database } from '../../src/database/database.js';
import { connectPostgres } from '../../src/database/postgres.js';
import { sql } from '../../src/database/sql.js';
import { findUnkeptRuns } from '../../src/summaries/additions.js';
import { HIT_TARGET, OBJECT_HITS, SHARE_TARGET } from '../../src/summaries/object-hits.js';
import { createStaging, mergeBatch } from '../../src/summaries/summaries.js';
import { NO_COUNTS } from '../support/no-summaries.js';
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

/** The rows of a batch, as COPY takes them. */
interface Staged {
  readonly hits: readonly string[];
  readonly shares: readonly string[];
  /** Its log and content type by the number that rows have: `3 photo`, and `null photo` in rows of several logs. */
  readonly keys: readonly string[];
}

/** A row for each gain, under its log. */
function stageGains(gains: readonly Gain[]): Staged {
  const keys = [...new Set(gains.map(([stream, type]) => `${stream} ${type}`))];
  const hits = gains.map(
    ([stream, type, id, day, count]) =>
      `${keys.indexOf(`${stream} ${type}`)}\t${id}\t2026-04-${day}\t${count}\n`,
  );
  return { hits, shares: [], keys };
}

/** One row for an object and day that several logs have, and the share of each log aside. */
function stageShares(gains: readonly Gain[]): Staged {
  const isShared = ([stream, type, id, day]: Gain) =>
    gains.some((other) => other[0] !== stream && other[1] === type && other[2] === id && other[3] === day);
  const shared = gains.filter(isShared);
  const own = gains.filter((gain) => !isShared(gain));
  const { hits, keys } = stageGains([
    ...own,
    ...shared.map(([, ...rest]): Gain => [Number.NaN, ...rest]),
    ...shared.map(([stream, type, id, day]): Gain => [stream, type, id, day, 0]),
  ]);
  const shares = shared.map(
    ([stream, type, id, day, count]) =>
      `${keys.indexOf(`${stream} ${type}`)}\t2026-04-${day}\t{"${id}"}\t{${count}}\n`,
  );
  return { hits: hits.filter((row) => !row.endsWith('\t0\n')), shares, keys };
}

/** Merges one batch, whose rows come in any order. @param lines that were counted, if not the sum of the hits */
async function mergeStaged(
  database: Database,
  run: number,
  gains: readonly Gain[],
  { staged, lines, logsMeet }: { staged: Staged; lines: number | undefined; logsMeet?: boolean },
): Promise<void> {
  const { hits, shares, keys } = staged;
  const streams = keys.map((key) => Number(key.split(' ')[0]));
  const contentTypes = {
    sites: keys.map(() => 'main'),
    names: keys.map((key) => key.split(' ')[1] ?? ''),
    streams: streams.map((stream) => (Number.isNaN(stream) ? null : stream)),
  };
  const counted = lines ?? gains.reduce((sum, [, , , , count]) => sum + count, 0);
  const { signal } = new AbortController();
  await database.transaction('writing', async () => {
    await createStaging(database);
    for (const [target, rows] of [
      [HIT_TARGET, hits],
      [SHARE_TARGET, shares],
    ] as const) {
      const text = Readable.from([Buffer.from(rows.join(''))]);
      await copyRows(database, { target, text, countSent: () => rows.length });
    }
    const settings = { logsMeet: logsMeet ?? shares.length === 0, months: [], allowNewTypes: false, signal };
    const stored = [...new Set(streams.filter((stream) => !Number.isNaN(stream)))];
    await mergeBatch(database, { run, contentTypes, streams: stored, counted, ...NO_COUNTS, ...settings });
  });
}

/** The objects of which it is stored beside the days what each log added. */
async function listStoredAside(database: Database): Promise<readonly unknown[]> {
  const query = `select object_id from logtally.hit_delta
    union select unnest(object_ids) from logtally.hit_share order by 1`;
  return (await database.query(query)).rows.map((row) => row['object_id']);
}

/** Takes back what runs counted of a log, or of all logs. */
async function takeBack(
  database: Database,
  { runs, streamId, hits }: { runs: readonly number[]; streamId: number | null; hits: number },
): Promise<void> {
  await database.transaction('writing', async () => {
    await createStaging(database);
    await OBJECT_HITS.takeBack(database, { what: 'it', runs, streamId, hits, onStep: () => undefined });
    await database.query(sql.deleteAdditions, [runs, streamId]);
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

const FORMS = [
  { rows: 'of each log', stage: stageGains },
  { rows: 'of several logs, with the share of each aside', stage: stageShares },
];

describe.each(FORMS)('a batch of several logs, in rows $rows,', ({ stage }) => {
  const merge = (database: Database, run: number, gains: readonly Gain[], lines?: number) =>
    mergeStaged(database, run, gains, { staged: stage(gains), lines });

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
    expect(await listStoredAside(database)).toEqual(['both']);
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
    expect(await listStoredAside(database)).toEqual(['both']);
    await takeBack(database, { runs: [1], streamId: null, hits: 2 * FIRST_HITS });
    expect(Object.values(await read(database)).flat()).toEqual([]);
  });

  it('adds to days of runs of which is no longer kept what they added', async ({ openTarget }) => {
    const database = await open(await openTarget('postgres'));
    await merge(database, 1, FIRST);
    await database.query(
      'update logtally.addition set is_kept = false; delete from logtally.hit_delta; delete from logtally.hit_share',
    );
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

describe('a batch of rows of several logs', () => {
  it('may also have rows of one log for the same object and day', async ({ openTarget }) => {
    const [mixed, apart] = [
      await open(await openTarget('postgres')),
      await open(await openTarget('postgres')),
    ];
    const gains: readonly Gain[] = [
      [1, 'photo', 'both', 14, 2],
      [2, 'photo', 'both', 14, 3],
      [3, 'photo', 'both', 14, 4],
      [3, 'photo', 'own', 14, 5],
    ];
    const staged: Staged = {
      keys: ['1 photo', '2 photo', '3 photo', 'NaN photo'],
      hits: ['3\tboth\t2026-04-14\t5\n', '2\tboth\t2026-04-14\t4\n', '2\town\t2026-04-14\t5\n'],
      shares: ['0\t2026-04-14\t{both}\t{2}\n', '1\t2026-04-14\t{both}\t{3}\n'],
    };
    await mergeStaged(mixed, 1, gains, { staged, lines: undefined, logsMeet: true });
    await mergeStaged(apart, 1, gains, { staged: stageGains(gains), lines: undefined });
    expect(await read(mixed)).toEqual(await read(apart));
    expect(await mixed.query('select sum(hit_count)::int as hits from logtally.hit_delta')).toMatchObject({
      rows: [{ hits: 4 }],
    });
  });
});
