// The shape of a summary, on a real server: two that the program does not have stand beside the one that it has, and ingest's
// merge, undo, verify and export walk over all three.

import { Readable } from 'node:stream';
import { afterEach, describe, expect } from 'vitest';
import { copyRows } from '../../src/database/copy.js';
import type { Database } from '../../src/database/database.js';
import { connectPostgres } from '../../src/database/postgres.js';
import { copyTable } from '../../src/export/copy-table.js';
import { findDifference, getHits, listTables, sumTables } from '../../src/export/tables.js';
import { findUnkeptRuns, takeBack } from '../../src/ingest/storing/storing.js';
import { OBJECT_HITS } from '../../src/summaries/object-hits.js';
import { createStaging, keepStaging, mergeBatch, SUMMARIES } from '../../src/summaries/summaries.js';
import type { Summary } from '../../src/summaries/summary.js';
import type { Target } from '../support/targets.js';
import { it } from '../support/test.js';
import { SITE_DAYS_SKETCH, SKETCHED_TABLES, VISITORS_SKETCH } from './sketches.js';

const ALL: readonly Summary[] = [...SUMMARIES, SITE_DAYS_SKETCH, VISITORS_SKETCH];

interface Request {
  readonly objectId: string;
  readonly day: string;
  readonly status: number;
  readonly bytes: number;
  /** Two hexadecimal digits. */
  readonly visitor: string;
}

const FIRST: readonly Request[] = [
  { objectId: 'a', day: '2026-04-14', status: 200, bytes: 10, visitor: '01' },
  { objectId: 'a', day: '2026-04-14', status: 200, bytes: 20, visitor: '02' },
  { objectId: 'b', day: '2026-04-15', status: 404, bytes: 5, visitor: '01' },
];
const SECOND: readonly Request[] = [
  { objectId: 'a', day: '2026-04-14', status: 200, bytes: 40, visitor: '02' },
  { objectId: 'c', day: '2026-04-14', status: 500, bytes: 0, visitor: '03' },
];

const opened: Database[] = [];
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

/** A database with the tables of all three. */
async function open(target: Target): Promise<Database> {
  expect((await target.run(['init'])).code).toBe(0);
  const database = await connectPostgres(target.environment['DATABASE_URL'] ?? '', 0);
  opened.push(database);
  await database.query(SKETCHED_TABLES);
  return database;
}

/** The rows of one request in the staging table of each summary, in the order of its columns. */
const ROWS: ReadonlyMap<Summary, (request: Request) => readonly unknown[]> = new Map<
  Summary,
  (request: Request) => readonly unknown[]
>([
  [OBJECT_HITS, ({ objectId, day }) => [0, objectId, day, 1]],
  [SITE_DAYS_SKETCH, ({ day, status, bytes }) => ['main', day, status, 1, bytes]],
  [VISITORS_SKETCH, ({ day, visitor }) => ['main', day, `\\\\x${visitor}`, 1, 1]],
]);

async function stage(database: Database, summary: Summary, requests: readonly Request[]): Promise<void> {
  const lines = requests.map((request) => `${ROWS.get(summary)?.(request).join('\t')}\n`);
  const text = Readable.from([Buffer.from(lines.join(''))]);
  await copyRows(database, { target: summary.target, text, countSent: () => requests.length });
}

/** What an ingest does with the lines of one log, without reading one. */
async function count(
  database: Database,
  run: number,
  requests: readonly Request[],
  visits = requests,
): Promise<void> {
  const contentTypes = { sites: ['main'], names: ['photo'], streams: [run] };
  const { signal } = new AbortController();
  const months = [...new Set(requests.map(({ day }) => `${day.slice(0, 7)}-01`))];
  const counted = requests.length;
  const batch = { run, contentTypes, logsMeet: false, months, counted, allowNewTypes: false, signal };
  await database.transaction('writing', async () => {
    await createStaging(database, ALL);
    for (const summary of ALL)
      await stage(database, summary, summary === VISITORS_SKETCH ? visits : requests);
    await mergeBatch(database, batch, ALL);
  });
}

/** What a day's row says; what was added to it is either there or in hit_delta, which depends on what was counted before. */
const SELECTED: Readonly<Record<string, string>> = {
  object_hits_daily: '(select content_type_id, object_id, hit_on, hit_count from logtally.object_hits_daily)',
  hit_delta: `(select run_id, stream_id, content_type_id, object_id, hit_on, sum(hit_count)
    from logtally.added_hits group by run_id, stream_id, content_type_id, object_id, hit_on)`,
};

/** The rows of all tables, in one order. */
async function read(database: Database): Promise<Readonly<Record<string, readonly string[]>>> {
  const rows: Record<string, readonly string[]> = {};
  for (const { name } of ALL.flatMap(({ tables }) => tables)) {
    const answer = await database.query(
      `select t::text as text from ${SELECTED[name] ?? `logtally.${name}`} as t order by 1`,
    );
    rows[name] = answer.rows.map(({ text }) => String(text));
  }
  return rows;
}

async function findDifferences(database: Database): Promise<readonly string[]> {
  const differences: string[] = [];
  // there is no record of batches here, with which the hits are compared
  const checks = ALL.flatMap(({ checks }) => checks).filter(({ name }) => !/lines|exactly/.test(name));
  for (const { statement, describe: tell } of checks)
    differences.push(...(await database.query(statement)).rows.map(tell));
  return differences;
}

describe('a summary is a unit:', () => {
  it('each adds up what was staged for it', async ({ openTarget }) => {
    const database = await open(await openTarget('postgres'));
    await count(database, 1, FIRST);
    await count(database, 2, SECOND);
    expect(await read(database)).toMatchObject({
      object_hits: [
        '(1,a,3,2026-04-14,2026-04-14)',
        '(1,b,1,2026-04-15,2026-04-15)',
        '(1,c,1,2026-04-14,2026-04-14)',
      ],
      site_day: ['(main,2026-04-14,200,3,70)', '(main,2026-04-14,500,1,0)', '(main,2026-04-15,404,1,5)'],
      visitor: [
        '(main,2026-04-14,"\\\\x01",1,1)',
        '(main,2026-04-14,"\\\\x02",2,2)',
        '(main,2026-04-14,"\\\\x03",1,1)',
        '(main,2026-04-15,"\\\\x01",1,1)',
      ],
    });
    expect(await findDifferences(database)).toEqual([]);
  });

  it('nothing is stored of any if one of them cannot prove its batch', async ({ openTarget }) => {
    const database = await open(await openTarget('postgres'));
    const before = await read(database);
    await expect(count(database, 1, FIRST, FIRST.slice(1))).rejects.toThrow('2 in place of 3');
    expect(await read(database)).toEqual(before);
  });

  it('a run that is taken back leaves each as if it had never been', async ({ openTarget }) => {
    const database = await open(await openTarget('postgres'));
    await count(database, 2, SECOND);
    const before = await read(database);
    await count(database, 1, FIRST);
    const lost = await database.transaction('writing', async () => {
      await createStaging(database, ALL);
      const taken = { what: 'run 1', runs: [1], streamId: null, hits: FIRST.length, onStep: () => undefined };
      return takeBack(database, taken, ALL);
    });
    expect([...lost.values()]).toEqual([2, 2, 3]);
    expect(await read(database)).toEqual(before);
    expect(await findUnkeptRuns(database, [1, 2], null, ALL)).toEqual([]);
  });

  it('a rehearsal of two merges has one set of staging tables, and keeps nothing', async ({ openTarget }) => {
    const database = await open(await openTarget('postgres'));
    const before = await read(database);
    await database.transaction('rehearsal', async () => {
      for (const [at, requests] of [FIRST, SECOND].entries()) {
        await keepStaging(database, ALL);
        await count(database, at + 1, requests);
      }
      expect(Object.values(await read(database)).flat().length).toBeGreaterThan(10);
    });
    expect(await read(database)).toEqual(before);
  });

  it('verify finds what somebody changed in one of them', async ({ openTarget }) => {
    const database = await open(await openTarget('postgres'));
    await count(database, 1, FIRST);
    await database.query("delete from logtally.visitor where visitor = '\\x02'");
    expect(await findDifferences(database)).toEqual(['main 2026-04-14 \\x02 is not what the runs added']);
  });

  it('an export copies the tables of each, and sums prove it', async ({ openTarget }) => {
    const source = await open(await openTarget('postgres'));
    const target = await open(await openTarget('postgres'));
    await count(source, 1, FIRST);
    await count(target, 2, SECOND);
    const watch = { progress: { rows: 0, totalRows: null }, signal: new AbortController().signal };
    await target.transaction('writing', async () => {
      await target.query(ALL.map((summary) => summary.sql.deleteTables).join('\n'));
      await source.transaction('snapshot', async () => {
        for (const { name, statement } of ALL.flatMap(({ tables }) => tables))
          await copyTable(source, target, { table: `logtally.${name}`, statement, ...watch });
      });
    });
    expect(await read(target)).toEqual(await read(source));
    const totals = await sumTables(target, ALL);
    expect(findDifference(await sumTables(source, ALL), totals)).toBeNull();
    expect(ALL.map(({ countedTable }) => getHits(totals, countedTable))).toEqual(ALL.map(() => FIRST.length));
    await target.query(ALL.map((summary) => summary.sql.vacuumTables).at(-1) ?? '');
  });
});

describe('the enumeration', () => {
  it('names each table of the schema once, beside the record of what was counted', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    await target.run(['init']);
    const rows = await target.query(
      "select tablename as name from pg_tables where schemaname = 'logtally' and tablename <> 'schema_version'",
    );
    expect(
      listTables()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(rows.map(({ name }) => name).toSorted());
  });
});
