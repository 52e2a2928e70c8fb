import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect } from 'vitest';
import { expectOnce, lines, startIngest } from '../support/logs.js';
import type { Target } from '../support/targets.js';
import { it } from '../support/test.js';

/** Less than it takes to wait for 1 second five times, with the pauses in between. */
const ONE_WAIT_MS = 7000;

interface Holder {
  readonly pid: number;
  release(): Promise<void>;
}

/** Another program's connection that holds the merge lock. */
async function holdLock({ environment }: Target): Promise<Holder> {
  const client = new pg.Client({
    connectionString: environment['DATABASE_URL'],
    application_name: 'other run',
  });
  await client.connect();
  const { rows } = await client
    .query(`begin; select pg_backend_pid() as pid, pg_advisory_xact_lock(x'6c6f6774616c6c79'::bigint)`)
    .then((results) => (results as unknown as pg.QueryResult[])[1] ?? { rows: [] });
  return { pid: rows[0].pid, release: () => client.end() };
}

describe('while another run merges into the same server', () => {
  it('each command that needs the lock waits as long as --lock-wait says, once, and says who holds it', async ({
    openTarget,
  }) => {
    const target = await openTarget('postgres');
    const empty = await openTarget('postgres');
    expect((await target.run(['ingest', '--quiet'], { input: lines(0, 20) })).code).toBe(0);
    const holders = [await holdLock(target), await holdLock(empty)] as const;
    try {
      for (const [at, args] of [
        [0, ['ingest']],
        [0, ['undo', '1']],
        [0, ['verify', '--repair', 'ranks']],
        [1, ['init']],
      ] as const) {
        const startedAt = performance.now();
        const database = [target, empty][at];
        const { code, stdout, stderr } = await (database ?? target).run([...args, '--lock-wait', '1'], {
          input: lines(20, 40),
        });
        const milliseconds = performance.now() - startedAt;
        expect({ args, code, stdout }).toEqual({ args, code: 1, stdout: '' });
        expect(stderr).toMatch(/error: another run is merging into \w*@\S+\//);
        expect(stderr).toContain(`: server process ${holders[at].pid} ('other run', role `);
        expect(stderr).toMatch(/, since \d{4}-\d\d-\d\dT/);
        expect(stderr).toContain('hint: wait for it to end, or wait longer than 1 s with --lock-wait');
        expect(milliseconds).toBeGreaterThan(1000);
        expect(milliseconds).toBeLessThan(ONE_WAIT_MS);
      }
    } finally {
      for (const holder of holders) await holder.release();
    }
    await expectOnce(target.query, 20);
  });

  it('a command that waits says for whom after 2 s, and not with --quiet', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    expect((await target.run(['ingest', '--quiet'], { input: lines(0, 20) })).code).toBe(0);
    const holder = await holdLock(target);
    const ask = (...args: readonly string[]) =>
      target.run(['ingest', ...args, '--lock-wait', '4'], { input: lines(20, 40) });
    const [told, quiet] = await Promise.all([ask(), ask('--quiet')]);
    await holder.release();
    const [, pid] =
      /^logtally: waiting 4 s at most \(--lock-wait\): another run is merging into \w*@\S+: server process (\d+) \('other run', .*\nlogtally: error: /.exec(
        told.stderr,
      ) ?? [];
    expect(pid).toBe(String(holder.pid));
    expect(quiet.stderr).toMatch(/^logtally: error: /);
  });

  it('a merge that has waited in vain counts nothing, is not tried again, and the next run counts it once', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    expect((await target.run(['init'])).code).toBe(0);
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 3000));
    const environment = { ...target.environment, LOGTALLY_FAULT: 'copied:1:2000ms' };
    const started = startIngest(environment, ['--lock-wait', '1', log]);
    await started.paused;
    const holder = await holdLock(target);
    const startedAt = performance.now();
    const { code, stderr } = await started.answer;
    expect(performance.now() - startedAt).toBeLessThan(ONE_WAIT_MS);
    await holder.release();
    expect(code).toBe(1);
    expect(stderr).toContain(`server process ${holder.pid} ('other run'`);
    expect(await target.query('select * from logtally.batch')).toEqual([]);
    expect((await target.run(['ingest', '--quiet', log])).code).toBe(0);
    await expectOnce(target.query, 3000);
  });

  it('a run that has stored its lines ends, without another wait', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    expect((await target.run(['init'])).code).toBe(0);
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 20));
    const environment = { ...target.environment, LOGTALLY_FAULT: 'committed:2:2000ms' };
    const started = startIngest(environment, ['--lock-wait', '1', log]);
    await started.paused;
    const holder = await holdLock(target);
    expect(await started.answer).toMatchObject({ code: 0, account: { counted: 20 } });
    await holder.release();
    expect(await target.query('select run_id, exit_code from logtally.run')).toEqual([
      { run_id: 1, exit_code: 0 },
    ]);
    await expectOnce(target.query, 20);
  });

  it('a wait that is long enough is all that happens', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    expect((await target.run(['init'])).code).toBe(0);
    const holder = await holdLock(target);
    const running = target.run(['ingest', '--quiet'], { input: lines(0, 20) });
    await expect
      .poll(
        () =>
          target.query(
            "select 1 from pg_stat_activity where wait_event = 'advisory' and datname = current_database()",
          ),
        { timeout: 20_000 },
      )
      .toHaveLength(1);
    await holder.release();
    expect(await running).toEqual({ code: 0, stdout: '', stderr: '' });
    await expectOnce(target.query, 20);
  });

  it('--lock-wait 0 tries once, and a wait of years is none that the server refuses', async ({
    openTarget,
  }) => {
    const target = await openTarget('postgres');
    for (const seconds of ['0', '999999999']) {
      const { code } = await target.run(['ingest', '--quiet', '--lock-wait', seconds], {
        input: lines(0, 20),
      });
      expect({ seconds, code }).toEqual({ seconds, code: 0 });
    }
    const holder = await holdLock(target);
    const startedAt = performance.now();
    expect((await target.run(['undo', '1', '--lock-wait', '0'])).code).toBe(1);
    expect(performance.now() - startedAt).toBeLessThan(ONE_WAIT_MS);
    await holder.release();
  });
});
