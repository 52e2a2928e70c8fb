// The same runs on Citus and on a plain PostgreSQL leave the same rows in every table: on tables that are populated and analyzed,
// with less room for intermediate results than the totals take, after undo, --recount and kills.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject } from 'vitest';
import { runCli } from '../support/cli.js';
import { createDatabase, dropDatabase, queryOnce } from '../support/database-server.js';
import { it as base } from '../support/folder.js';
import { createCitusDatabase, dropOnNodes } from './databases.js';
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

interface Pair {
  readonly citus: string;
  readonly plain: string;
  /** Writes a log of so many lines, whose objects begin at a number, and returns its path. */
  write(name: string, lines: number, first: number): Promise<string>;
  /** Runs the same command on both. */
  run(...args: readonly string[]): Promise<void>;
}

const it = base.extend<{ readonly pair: Pair }>({
  pair: async ({ folder }, use) => {
    const cluster = inject('citus');
    if (cluster === null) throw new Error('there is no cluster');
    const { nodes, template } = cluster;
    const citus = await createCitusDatabase(nodes, template);
    const plain = await createDatabase(nodes.coordinator);
    await use({
      citus,
      plain,
      write: async (name, lines, first) => {
        const path = join(folder, name);
        await writeFile(path, makeLog(name, lines, first));
        return path;
      },
      run: async (...args) => {
        for (const url of [citus, plain]) {
          const { code, stderr } = await runCli(args, { environment: { DATABASE_URL: url } });
          expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
        }
      },
    });
    await dropOnNodes(nodes, new URL(citus).pathname.slice(1));
    await dropDatabase(nodes.coordinator, plain);
  },
});

/** A line for each object, and more for each hundredth; two types, three days, no line like one of a log with another name. */
function makeLog(name: string, lines: number, first: number): string {
  return Array.from({ length: lines }, (_, at) => {
    const day = `${String(14 + (at % 3)).padStart(2, '0')}/Apr/2026:10:00:00 +0000`;
    const object = first + (at % 7 === 0 ? at - (at % 100) : at);
    return `203.0.113.9 - - [${day}] "GET /${name}/${at} HTTP/1.1" 200 5 "-" "UA" ${7 + (object % 2)} /albums/of/the/summer/of/last/year/object-${object}\n`;
  }).join('');
}

/** As autovacuum does: what the planner knows of the tables changes which plans it makes. */
async function analyze(pair: Pair): Promise<void> {
  for (const url of [pair.citus, pair.plain]) await queryOnce(url, 'analyze');
}

async function expectEqual({ citus, plain }: Pair, step: string): Promise<void> {
  const [ours, theirs] = [await readAllTables(citus), await readAllTables(plain)];
  for (const table of Object.keys(theirs))
    expect({ step, table, rows: ours[table]?.length }).toEqual({ step, table, rows: theirs[table]?.length });
  expect(ours, step).toEqual(theirs);
  for (const url of [citus, plain])
    expect(await runCli(['verify'], { environment: { DATABASE_URL: url } })).toMatchObject({ code: 0 });
}

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
