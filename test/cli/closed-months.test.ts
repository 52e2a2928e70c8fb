import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addDays } from 'date-fns/addDays';
import { parseISO } from 'date-fns/parseISO';
import { describe, expect } from 'vitest';
import { createRandom, type Random } from '../../fixtures/random.js';
import type { Database } from '../../src/database/database.js';
import { connectPostgres } from '../../src/database/postgres.js';
import { toIsoDay } from '../../src/days.js';
import { selectObject } from '../../src/report/objects.js';
import type { Period } from '../../src/report/period.js';
import { selectReport } from '../../src/report/report-data.js';
import { selectTop, TOP_ORDERS } from '../../src/report/top.js';
import { countRuns } from '../support/random-runs.js';
import { OFTEN_TESTED, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

const MONTH_NAMES = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** A line of a log for each day and object. */
function toLog(hits: readonly (readonly [day: string, type: string, id: string])[]): string {
  return hits
    .map(([day, type, id]) => {
      const time = `${day.slice(8)}/${MONTH_NAMES[Number(day.slice(5, 7)) - 1]}/${day.slice(0, 4)}:10:22:31 +0000`;
      return `203.0.113.9 - - [${time}] "GET / HTTP/1.1" 200 5 "-" "-" ${type} ${id}\n`;
    })
    .join('');
}

async function ingest(target: Target, text: string): Promise<void> {
  const { code, stderr } = await target.run(['ingest', '--quiet'], { input: text });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

/** The months that lines were counted of, and whether they are closed. */
async function listMonths(target: Target): Promise<Readonly<Record<string, unknown>>> {
  const rows = await target.query(
    'select month_on::text as month, is_closed from logtally.hit_month order by 1',
  );
  return Object.fromEntries(rows.map(({ month, is_closed }) => [String(month).slice(0, 7), is_closed]));
}

async function verify(target: Target): Promise<void> {
  const { code, stdout } = await target.run(['verify']);
  expect({ code, wrong: stdout.split('\n').filter((line) => !/^(?:yes|$)/.test(line)) }).toEqual({
    code: 0,
    wrong: [],
  });
}

const YEAR = toLog([
  ['2025-01-10', '7', 'a'],
  ['2025-01-31', '7', 'a'],
  ['2025-02-01', '7', 'b'],
  ['2025-03-05', '7', 'a'],
]);

describe.each(OFTEN_TESTED)('the months of %s', (kind) => {
  it('are closed by the first run that adds nothing to them, all but the last', async ({ openTarget }) => {
    const target = await openTarget(kind);
    await ingest(target, YEAR);
    expect(await listMonths(target)).toEqual({ '2025-01': false, '2025-02': false, '2025-03': false });
    await ingest(target, toLog([['2025-03-06', '7', 'a']]));
    expect(await listMonths(target)).toEqual({ '2025-01': true, '2025-02': true, '2025-03': false });
    await verify(target);
    expect(
      await target.query('select object_id, running_hits::text from logtally.object_hits_yearly order by 1'),
    ).toEqual([
      { object_id: 'a', running_hits: '{2,2,2,2,2,2,2,2,2,2,2,2}' },
      { object_id: 'b', running_hits: '{0,1,1,1,1,1,1,1,1,1,1,1}' },
    ]);
  });

  it('are opened by a later addition and by an undo, and closed again by the next run', async ({
    openTarget,
  }) => {
    const target = await openTarget(kind);
    await ingest(target, YEAR);
    await ingest(target, '');
    await ingest(target, toLog([['2025-01-20', '7', 'c']]));
    expect(await listMonths(target)).toEqual({ '2025-01': false, '2025-02': true, '2025-03': false });
    await verify(target);
    await ingest(target, '');
    expect(await listMonths(target)).toEqual({ '2025-01': true, '2025-02': true, '2025-03': false });
    await verify(target);
    expect(await target.run(['undo', '3'])).toMatchObject({ code: 0 });
    expect(await listMonths(target)).toEqual({ '2025-01': false, '2025-02': true, '2025-03': false });
    await verify(target);
    await ingest(target, '');
    expect(await target.query("select * from logtally.object_hits_yearly where object_id = 'c'")).toEqual([]);
    await verify(target);
  });

  it('leave the list if an undo has taken all their lines, once they are added up again', async ({
    openTarget,
  }) => {
    const target = await openTarget(kind);
    await ingest(target, toLog([['2025-02-01', '7', 'b']]));
    await ingest(target, toLog([['2025-03-05', '7', 'a']]));
    expect(await listMonths(target)).toEqual({ '2025-02': true, '2025-03': false });
    await target.run(['undo', '1']);
    expect(await listMonths(target)).toEqual({ '2025-02': false, '2025-03': false });
    await verify(target);
    await ingest(target, '');
    expect(await listMonths(target)).toEqual({ '2025-03': false });
    expect(await target.query('select * from logtally.object_hits_yearly')).toEqual([]);
    await verify(target);
  });

  it('stay as they are in a dry run', async ({ openTarget }) => {
    const target = await openTarget(kind);
    await ingest(target, YEAR);
    await target.run(['ingest', '--dry-run'], { input: toLog([['2025-03-06', '7', 'a']]) });
    expect(await listMonths(target)).toEqual({ '2025-01': false, '2025-02': false, '2025-03': false });
  });

  it('are opened and added up with the lines of a recount', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const path = join(folder, 'log');
    await writeFile(path, YEAR);
    await target.run(['ingest', '--quiet', path]);
    await ingest(target, '');
    expect(await target.run(['ingest', '--quiet', '--recount', '--method', 'POST', path])).toMatchObject({
      code: 0,
    });
    await verify(target);
    expect((await target.run(['top', '--since', '2025-01', '--until', '2025-02', '--json'])).stdout).toBe(
      '[]\n',
    );
  });

  it('are told by verify if a hand has changed them', async ({ openTarget }) => {
    const target = await openTarget(kind);
    await ingest(target, YEAR);
    await ingest(target, '');
    await target.queryAll([
      "update logtally.object_hits_yearly set running_hits[2] = 5 where object_id = 'a'",
      "update logtally.content_type_daily set hit_count = 3 where hit_on = '2025-02-01'",
      "delete from logtally.hit_month where month_on = '2025-03-01'",
    ]);
    const { code, stdout } = await target.run(['verify']);
    expect(code).toBe(1);
    expect(stdout).toContain(
      "'a' of type '7' of site 'default' has 5 hits in 2025-02, its days add up to 0\n".replace(
        '5 hits',
        '3 hits',
      ),
    );
    expect(stdout).toContain(
      "type '7' of site 'default' on 2025-02-01 has 3 hits, those of its objects add up to 1\n",
    );
    expect(stdout).toContain(
      "type '7' of site 'default' on 2025-03-05 has 1 hits, but its month is not listed\n",
    );
  });
});

const FIRST_DAY = parseISO('2023-11-20');
const DAYS = 1700;
const TYPES = ['7', '9', 'photo'];

/** Hits on random days, of objects that are asked for unevenly. */
function makeLog(random: Random, lines: number, [from, to]: readonly [number, number]): string {
  const hits = Array.from({ length: lines }, () => {
    const day = from + random.below(to - from);
    const id = `${random.below(1 + random.below(25))}`;
    return [toIsoDay(addDays(FIRST_DAY, day)), random.pick(TYPES), id] as const;
  });
  return toLog(hits.toSorted());
}

function makePeriod(random: Random): Period {
  const days = [random.below(DAYS + 60) - 30, random.below(DAYS + 60) - 30].toSorted((a, b) => a - b);
  const [since = '', until = ''] = days.map((day) => toIsoDay(addDays(FIRST_DAY, day)));
  const shape = random.below(10);
  // whole months, as people ask for them, and periods without a bound
  if (shape < 4) return { since: `${since.slice(0, 8)}01`, until };
  if (shape < 5) return { since: null, until };
  return shape < 6 ? { since, until: null } : { since, until };
}

/** All that is told of a period. */
async function ask(database: Database, period: Period): Promise<unknown> {
  const common = { site: null, contentType: null, period, limit: 5, sparkDays: 3 };
  const answers: unknown[] = [];
  for (const sort of TOP_ORDERS)
    for (const compare of [false, true])
      answers.push(await selectTop(database, { ...common, sort, compare }));
  const titles = { title: '', version: '', createdAt: '' };
  const of = { site: null, period, limit: 4, leftOut: new Set<never>() };
  answers.push(await selectReport(database, { ...titles, ...of, watchSeconds: null }));
  answers.push(await selectObject(database, { site: null, contentType: '7', objectId: '3', period }));
  return answers;
}

/** The objects of a period by their hits, added up from the days by a statement of the test. */
async function addUpDays(database: Database, { since, until }: Period): Promise<readonly unknown[]> {
  const { rows } = await database.query(
    `select t.name || ' ' || d.object_id as object, sum(d.hit_count)::int as hits
     from logtally.object_hits_daily as d join logtally.content_type as t using (content_type_id)
     where d.hit_on between $1::date and $2::date group by 1 order by 1`,
    [since ?? '-infinity', until ?? 'infinity'],
  );
  return rows;
}

async function checkPeriods(target: Target, random: Random): Promise<void> {
  await verify(target);
  const database = await connectPostgres(target.environment['DATABASE_URL'] ?? '', 0);
  try {
    for (let turn = 0; turn < countRuns(6); turn += 1) {
      const period = makePeriod(random);
      const withMonths = await ask(database, period);
      const { objects } = await selectTop(database, {
        ...{ site: null, contentType: null, period, limit: 1000, sparkDays: 0 },
        ...{ sort: 'hits', compare: false },
      });
      const added = objects.map(({ contentType, objectId, hits }) => ({
        object: `${contentType} ${objectId}`,
        hits,
      }));
      expect(added.toSorted((a, b) => (a.object < b.object ? -1 : 1))).toEqual(
        (await addUpDays(database, period)).toSorted(),
      );
      await database.transaction('rehearsal', async () => {
        await database.query('update logtally.hit_month set is_closed = false');
        expect({ period, answers: await ask(database, period) }).toEqual({ period, answers: withMonths });
      });
    }
  } finally {
    await database.close();
  }
}

describe('answers about a period', () => {
  it('are the same with and without closed months, whatever was added later or taken back', async ({
    openTarget,
  }) => {
    const random = createRandom(13);
    const target = await openTarget('postgres');
    await ingest(target, makeLog(random, 1500, [0, 1200]));
    await ingest(target, makeLog(random, 500, [1100, DAYS]));
    await checkPeriods(target, random);
    // into months that are closed, also one that had no line
    await ingest(target, makeLog(random, 40, [30, 60]));
    await ingest(target, makeLog(random, 20, [-80, -60]));
    await checkPeriods(target, random);
    await ingest(target, '');
    await checkPeriods(target, random);
    expect(await target.run(['undo', '1'])).toMatchObject({ code: 0 });
    await checkPeriods(target, random);
    await ingest(target, makeLog(random, 300, [0, DAYS]));
    await checkPeriods(target, random);
    // on Citus each of its questions takes its time
  }, 300_000);
});
