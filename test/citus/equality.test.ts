// The same runs on Citus and on a plain PostgreSQL leave the same rows in every table: on tables that are populated and analyzed,
// with less room for intermediate results than the totals take, after undo, --recount and kills.

import { describe, expect } from 'vitest';
import { runCli } from '../support/cli.js';
import { queryOnce } from '../support/database-server.js';
import { analyze, expectEqual, it } from './pair.js';
import { readAllTables } from './tables.js';

/** The totals of so many objects take more room than `citus.max_intermediate_result_size` has, and one run of them less. */
const RUNS = 5;
const OBJECTS_OF_A_RUN = 16_000;

const MINUTES = 60_000;

/** Where the command is killed. The first transaction of a run records it, the second one is that of the log. */
const FAULTS = [
  'opened:1',
  'copying:1',
  'copied:1',
  'locked:1',
  'merged:1',
  'recorded:1',
  'before_commit:2',
  'commit_sent:2',
  'committed:2',
  'rejects_appended:1',
] as const;

describe('on Citus', () => {
  it(
    'runs, undo and --recount leave the rows that they leave on one PostgreSQL',
    async ({ pair }) => {
      for (let run = 0; run < RUNS; run += 1) {
        await pair.run(
          'ingest',
          '--quiet',
          await pair.write(`${run}.log`, OBJECTS_OF_A_RUN, run * OBJECTS_OF_A_RUN),
        );
        if (run < 2) await expectEqual(pair, `run ${run + 1}`);
        await analyze(pair);
      }
      const bytes = await queryOnce(
        pair.citus,
        'select sum(length(h::text))::int as bytes from logtally.object_hits as h',
      );
      expect(Number(bytes[0]?.['bytes'])).toBeGreaterThan(4 * 1024 * 1024);
      for (const small of [0, 1, 2]) {
        const log = await pair.write(`small-${small}.log`, 500, small * 10_000);
        await pair.run('ingest', '--quiet', log);
        await analyze(pair);
      }
      await expectEqual(pair, 'small runs');
      await pair.run('undo', '2');
      await expectEqual(pair, 'undo of an early run');
      await pair.run('undo', String(RUNS + 1));
      await expectEqual(pair, 'undo of a small run');
      const known = await pair.write('small-1.log', 500, 10_000);
      await pair.run('ingest', '--quiet', '--recount', '--exclude', '/small-1.log/1*', known);
      await expectEqual(pair, 'recount');
      await pair.run('ingest', '--quiet', await pair.write('1.log', OBJECTS_OF_A_RUN, OBJECTS_OF_A_RUN));
      await expectEqual(pair, 'the log that was undone');
    },
    10 * MINUTES,
  );

  it(
    'kills at each point of a run lose and double nothing',
    async ({ pair }) => {
      await pair.run('ingest', '--quiet', await pair.write('first.log', 3000, 0));
      await analyze(pair);
      for (const [at, fault] of FAULTS.entries()) {
        const log = await pair.write(`killed-${at}.log`, 2000, at * 500);
        for (const url of [pair.citus, pair.plain]) {
          const environment = { DATABASE_URL: url, LOGTALLY_FAULT: `${fault}:kill` };
          await runCli(['ingest', '--quiet', log], { environment });
        }
        await pair.run('ingest', '--quiet', log);
      }
      const [ours, theirs] = [await readAllTables(pair.citus), await readAllTables(pair.plain)];
      for (const table of ['content_type', 'object_hits', 'hit_count_rank'])
        expect({ table, rows: ours[table] }).toEqual({ table, rows: theirs[table] });
      expect(await runCli(['verify'], { environment: { DATABASE_URL: pair.citus } })).toMatchObject({
        code: 0,
      });
    },
    10 * MINUTES,
  );
});
