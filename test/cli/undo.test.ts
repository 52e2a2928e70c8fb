import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { requestLine } from '../support/logs.js';
import { OFTEN_TESTED, readNamedTables, readTables, succeed } from '../support/targets.js';
import { it } from '../support/test.js';

const RUNS = [1, 2, 3, 4, 5] as const;

/** Every order is checked after each step, so that each set of undone runs is one that was reached in another way. */
const ORDERS = { postgres: ['12345', '54321', '31524', '25413'], embedded: ['42'] } as const;

function makeLine(run: number, second: number, [day, type, id]: readonly [number, string, string]): string {
  const time = `${day}/Apr/2026:10:0${run}:${String(second).padStart(2, '0')} +0200`;
  return requestLine({ client: `203.0.113.${run}`, time, ids: `${type} ${id}` });
}

/** A log of hits whose objects, days and hit counts overlap with those of the other runs, and a type that only it has. */
function makeLog(run: number): string {
  const hits = [1, 2, 3, 4, 5, 6].flatMap((object) =>
    Array.from(
      { length: (run * object) % 4 },
      (_, at) => [10 + ((run + at) % 4), '7', `o${object}`] as const,
    ),
  );
  const own = [
    [10 + run, `only${run}`, 'a'],
    [20 - run, '7', 'all'],
    [15, 'shared', `s${run % 3}`],
  ] as const;
  return [...hits, ...own].map((hit, second) => makeLine(run, second, hit)).join('');
}

/** The log of each run, in files. */
async function writeLogs(folder: string): Promise<ReadonlyMap<number, string>> {
  const paths = new Map(RUNS.map((run) => [run, join(folder, `run-${run}.log`)]));
  for (const [run, path] of paths) await writeFile(path, makeLog(run));
  return paths;
}

describe.each(OFTEN_TESTED)('undo in %s', (kind) => {
  it.for(ORDERS[kind])(
    'leaves what the other runs counted, in the order %s',
    { timeout: 240_000 },
    async (order, { openTarget, folder }) => {
      const logs = await writeLogs(folder);
      const target = await openTarget(kind);
      for (const path of logs.values()) await succeed(target, ['ingest', '--quiet', path]);
      const full = await readNamedTables(target);
      expect(full['object_hits']?.length).toBeGreaterThan(10);
      const remaining = new Map(logs);
      for (const run of Array.from(order, Number)) {
        remaining.delete(run);
        await succeed(target, ['undo', String(run)]);
        const never = await openTarget(kind);
        await (remaining.size === 0
          ? never.run(['init'])
          : succeed(never, ['ingest', '--quiet', ...remaining.values()]));
        expect(await readNamedTables(target)).toEqual(await readNamedTables(never));
      }
      await succeed(target, ['verify']);
      await succeed(target, ['ingest', '--quiet', ...logs.values()]);
      expect(await readNamedTables(target)).toEqual(full);
    },
  );

  it('leaves a gap in a log that grew, which the next ingest fills', { timeout: 240_000 }, async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const path = join(folder, 'access.log');
    await writeFile(path, makeLog(1));
    await succeed(target, ['ingest', '--quiet', path]);
    await appendFile(path, makeLog(2));
    await succeed(target, ['ingest', '--quiet', path]);
    const full = await readNamedTables(target);
    await succeed(target, ['undo', '1']);
    const { streams } = JSON.parse((await target.run(['status', '--json'])).stdout);
    expect(streams).toMatchObject([{ gaps: [{ startByte: 0, endByte: makeLog(1).length }] }]);
    await succeed(target, ['ingest', '--quiet', path]);
    expect(await readNamedTables(target)).toEqual(full);
    // and the other part, the end of the log
    await succeed(target, ['undo', '2']);
    await succeed(target, ['ingest', '--quiet', path]);
    expect(await readNamedTables(target)).toEqual(full);
    await succeed(target, ['verify']);
  });
});

describe('undo', () => {
  it('says what it took back, and forgets logs that no other run knows', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const path = join(folder, 'access.log');
    await writeFile(path, makeLog(3));
    await succeed(target, ['ingest', '--quiet', path]);
    const { code, stdout } = await target.run(['undo', '1', '--json']);
    const lines = makeLog(3).trimEnd().split('\n').length;
    const undone = { run: 1, hits: lines, objects: 8, lines, bytes: makeLog(3).length, batches: 1 };
    expect({ code, ...JSON.parse(stdout) }).toEqual({ code: 0, ...undone });
    for (const table of [
      'log_stream',
      'stream_digest',
      'batch',
      'addition',
      'hit_delta',
      'known_archive',
      'piped_line',
    ]) {
      expect(await target.query(`select * from logtally.${table}`)).toEqual([]);
    }
    expect(await target.query('select undone_at is not null as marked from logtally.run')).toEqual([
      { marked: true },
    ]);
  });

  it('refuses what it cannot undo, says why, and changes nothing', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    expect(await target.run(['undo', '1'])).toMatchObject({ code: 2, stdout: '' });
    await target.run(['ingest'], { input: makeLog(1) });
    await target.run(['ingest'], { input: makeLog(2) });
    await target.run(['undo', '2']);
    const before = await readTables(target);
    expect((await target.run(['undo', '7'])).stderr).toContain('there is no run 7');
    expect((await target.run(['undo', 'x'])).stderr).toContain("RUN: 'x' is not a whole number");
    const again = await target.run(['undo', '2']);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain('run 2 was undone already');
    await target.query("update logtally.object_hits_daily set added_by = null where object_id = 'all'");
    expect((await target.run(['undo', '1'])).stderr).toContain('nothing was undone');
    await target.query('update logtally.addition set is_kept = false');
    const dropped = await target.run(['undo', '1']);
    expect(dropped.stderr).toContain('run 1 can no longer be undone');
    expect(dropped.stderr).toContain('--undo-days');
    expect(await readTables(target)).toEqual(before);
  });

  it('needs what a run added, which a later ingest forgets after 30 days', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    for (const run of [1, 2, 3]) await target.run(['ingest'], { input: makeLog(run) });
    await target.query(
      'update logtally.run set started_at = current_timestamp - make_interval(days => 33 - 2 * run_id) where run_id < 3',
    );
    await target.run(['ingest'], { input: makeLog(4) });
    expect(await target.query('select distinct run_id from logtally.added_hits order by 1')).toEqual([
      { run_id: 2 },
      { run_id: 3 },
      { run_id: 4 },
    ]);
    expect((await target.run(['undo', '1'])).stderr).toContain('run 1 can no longer be undone');
    expect(await target.run(['undo', '2'])).toMatchObject({ code: 0 });
  });

  it('gives back the space of the embedded database', async ({ openTarget }) => {
    const target = await openTarget('embedded');
    await succeed(target, ['ingest', '--quiet', 'fixtures/access.log.gz']);
    await succeed(target, ['undo', '1']);
    const tables = [
      'object_hits',
      'object_hits_daily',
      'hit_count_rank',
      'addition',
      'hit_delta',
      'stream_digest',
      'batch',
    ];
    expect(
      await target.query(
        `select name from unnest(array['${tables.join("', '")}']) as t (name) where pg_relation_size('logtally.' || name) > 0`,
      ),
    ).toEqual([]);
  });

  it('does not trust totals that have been changed by hand', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest'], { input: makeLog(1) });
    await target.query("update logtally.object_hits set hit_count = hit_count + 1 where object_id = 'all'");
    const { code, stderr } = await target.run(['undo', '1']);
    expect(code).toBe(1);
    expect(stderr).toContain('1 objects would not agree with their days; nothing was undone');
    expect(stderr).toContain('hint: logtally verify');
  });

  it('tells a role that may only write what it lacks', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest'], { input: makeLog(1) });
    const before = await readTables(target);
    const url = new URL(target.environment['DATABASE_URL'] ?? '');
    const role = url.pathname.slice(1);
    await target.query(
      `create role ${role} login password 'guest'; grant usage on schema logtally to ${role}; grant select, insert, update on all tables in schema logtally to ${role}`,
    );
    const owner = url.href;
    url.username = role;
    url.password = 'guest';
    const { code, stderr } = await target.run(['undo', '1', '--database-url', url.href]);
    expect({ code, owner: stderr.includes(owner) }).toEqual({ code: 1, owner: false });
    expect(stderr).toContain('error: the role lacks rights in ');
    expect(stderr).toContain(
      'hint: run it as the owner of the tables, who alone takes back what was counted: it lacks delete on logtally.',
    );
    expect(await readTables(target)).toEqual(before);
    await target.query(`drop owned by ${role}`);
    await target.query(`drop role ${role}`);
  });
});
