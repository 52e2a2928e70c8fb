// Closed months on Citus: they are closed, opened and asked as on a plain PostgreSQL.

import { describe, expect, inject } from 'vitest';
import { connectPostgres } from '../../src/database/postgres.js';
import { closeMonths } from '../../src/summaries/closed-months.js';
import { runCli } from '../support/cli.js';
import { queryOnce } from '../support/database-server.js';
import { toDatabase } from './databases.js';
import { analyze, expectEqual, it, type Pair } from './pair.js';

const MINUTES = 60_000;
const OBJECT = ['8', '/albums/of/the/summer/of/last/year/object-701'];

/** Each asks for whole months and for parts of some, within a year and beyond it. */
const QUESTIONS = [
  ['top', '--since', '2025-10', '--until', '2026-03'],
  ['top', '--since', '2025-10-11', '--until', '2026-04-07'],
  ['top', '--since', '2026-02', '--sort', 'rising'],
  ['top', '--since', '2025-11', '--sort', 'new'],
  ['show', ...OBJECT],
  ['show', ...OBJECT, '--since', '2025-11', '--until', '2026-04-07'],
  ['report', '--output', '-'],
  ['report', '--since', '2025-10-17', '--until', '2026-03-20', '--output', '-'],
] as const;

/** A run's fourth transaction closes a month, and each further one too. */
const FAULTS = ['before_commit:4', 'commit_sent:4', 'committed:4', 'before_commit:5'] as const;

async function expectOpen({ citus }: Pair, months: readonly string[]): Promise<void> {
  const rows = await queryOnce(
    citus,
    'select month_on::text from logtally.hit_month where not is_closed order by month_on',
  );
  expect(rows.map((row) => row['month_on'])).toEqual(months);
}

async function expectSameAnswers(pair: Pair, step: string): Promise<void> {
  await expectEqual(pair, step);
  for (const question of QUESTIONS) await pair.run(...question);
}

describe('months on Citus', () => {
  it(
    'are closed, opened by late lines and by undo, and give the answers of one PostgreSQL',
    async ({ pair }) => {
      const count = async (name: string, lines: number, since: string, days: number) =>
        pair.run('ingest', '--quiet', await pair.writeDays(name, lines, { since, days }));
      await count('years.log', 4000, '2025-09-20', 200);
      await expectEqual(pair, 'all months are open but those that the run did not add to');
      await count('april.log', 500, '2026-04-03', 9);
      await expectOpen(pair, ['2026-04-01']);
      await analyze(pair);
      await expectSameAnswers(pair, 'closed months');
      await count('late.log', 300, '2025-11-03', 3);
      await expectOpen(pair, ['2025-11-01', '2026-04-01']);
      await expectSameAnswers(pair, 'a month that is opened');
      await count('may.log', 300, '2026-05-03', 3);
      await expectOpen(pair, ['2026-05-01']);
      await expectSameAnswers(pair, 'a month that is closed again');
      await pair.run('undo', '3');
      await expectOpen(pair, ['2025-11-01', '2026-05-01']);
      await pair.run('undo', '2');
      await expectOpen(pair, ['2025-11-01', '2026-04-01', '2026-05-01']);
      await expectSameAnswers(pair, 'undo');
      await count('june.log', 300, '2026-06-03', 3);
      await expectOpen(pair, ['2026-06-01']);
      await expectSameAnswers(pair, 'months that are closed after an undo');
    },
    10 * MINUTES,
  );

  it(
    'are closed wholly or not at all by a run that is killed',
    async ({ pair }) => {
      await pair.run(
        ...['ingest', '--quiet'],
        await pair.writeDays('year.log', 3000, { since: '2025-10-01', days: 150 }),
      );
      await analyze(pair);
      for (const [at, fault] of FAULTS.entries()) {
        const log = await pair.writeDays(`killed-${at}.log`, 400, { since: '2026-03-03', days: 9 });
        const environment = { DATABASE_URL: pair.citus, LOGTALLY_FAULT: `${fault}:kill` };
        const { code } = await runCli(['ingest', '--quiet', log], { environment });
        expect({ fault, code }).toEqual({ fault, code: null });
        const { code: verified } = await runCli(['verify'], { environment: { DATABASE_URL: pair.citus } });
        expect({ fault, verified }).toEqual({ fault, verified: 0 });
      }
      const last = await pair.writeDays('last.log', 400, { since: '2026-03-03', days: 9 });
      expect(
        await runCli(['ingest', '--quiet', last], { environment: { DATABASE_URL: pair.citus } }),
      ).toMatchObject({
        code: 0,
      });
      await expectOpen(pair, ['2026-03-01']);
      expect(await runCli(['verify'], { environment: { DATABASE_URL: pair.citus } })).toMatchObject({
        code: 0,
      });
    },
    10 * MINUTES,
  );

  it('stay open while a worker keeps what was committed, and are closed later', async ({ pair }) => {
    await pair.run(
      ...['ingest', '--quiet'],
      await pair.writeDays('year.log', 1000, { since: '2025-12-01', days: 70 }),
    );
    const [server = ''] = inject('citus')?.nodes.workers ?? [];
    const worker = toDatabase(server, new URL(pair.citus).pathname.slice(1));
    await queryOnce(worker, "begin; create table kept (); prepare transaction 'citus_kept'");
    const database = await connectPostgres(pair.citus, 0);
    await closeMonths(database, []);
    await expectOpen(pair, ['2025-12-01', '2026-01-01', '2026-02-01']);
    await queryOnce(worker, "rollback prepared 'citus_kept'");
    await closeMonths(database, []);
    await database.close();
    await expectOpen(pair, ['2026-02-01']);
  });
});
