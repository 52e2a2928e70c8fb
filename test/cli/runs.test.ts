import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { runCli } from '../support/cli.js';
import { OFTEN_TESTED } from '../support/targets.js';
import { it } from '../support/test.js';

const GOOD = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /p/1 HTTP/1.1" 200 5 "-" "UA" 7 1\n';
const WITHOUT_IDS = GOOD.replace('7 1\n', '- -\n');
const JUNK = 'this is no log line\n';
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe.each(OFTEN_TESTED)('runs in %s', { timeout: 120_000 }, (kind) => {
  it('are listed newest first, with what each counted', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const paths = [join(folder, 'a.log'), join(folder, 'b.log')] as const;
    await writeFile(paths[0], GOOD.repeat(3) + WITHOUT_IDS.repeat(2) + JUNK);
    await writeFile(paths[1], `\n${GOOD}`);
    await target.run(['ingest', paths[0]]);
    await target.run(['ingest', paths[1]]);
    const [second, first] = JSON.parse((await target.run(['runs', '--json'])).stdout);
    expect(first).toEqual({
      run: 1,
      startedAt: expect.stringMatching(ISO),
      finishedAt: expect.stringMatching(ISO),
      state: 'finished',
      exitCode: 0,
      host: expect.any(String),
      version: expect.any(String),
      batches: 1,
      bytes: GOOD.length * 3 + WITHOUT_IDS.length * 2 + JUNK.length,
      lines: 6,
      counted: 3,
      unattributed: 2,
      filtered: 0,
      rejected: 1,
      undoneAt: null,
    });
    expect(second).toMatchObject({ run: 2, lines: 2, counted: 1, filtered: 1 });
    const { stdout } = await target.run(['runs', '--limit', '1']);
    expect(stdout.split('\n')).toHaveLength(3);
    expect(stdout).toMatch(/^run {2}started .*without object.*\n {2}2 {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}/);
  });

  it('say which were undone, and which did not get to their end', async ({ openTarget }) => {
    const target = await openTarget(kind);
    await target.run(['ingest'], { input: GOOD });
    await target.run(['ingest'], { input: GOOD.replace('UA', 'Other') });
    await target.query('update logtally.run set finished_at = null, exit_code = null where run_id = 2');
    await target.run(['undo', '1']);
    const runs = JSON.parse((await target.run(['runs', '--json'])).stdout);
    const state = kind === 'embedded' ? 'killed' : 'unfinished';
    expect(runs).toMatchObject([
      { run: 2, state, finishedAt: null, exitCode: null, undoneAt: null, lines: 1 },
      { run: 1, state: 'finished', undoneAt: expect.stringMatching(ISO), lines: 0 },
    ]);
    const { stdout } = await target.run(['runs']);
    expect(stdout.split('\n')[1]).toContain(state);
    expect(stdout.split('\n')[2]).toMatch(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  });

  it('that were interrupted or failed are recorded as such, with their exit codes', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const path = join(folder, 'a.log');
    await writeFile(path, GOOD);
    const faults = ['copied:1:SIGTERM', 'merged:1:SIGINT', 'merged:1:error'];
    const codes = [];
    for (const fault of faults) {
      const environment = { ...target.environment, LOGTALLY_FAULT: fault };
      codes.push((await runCli(['ingest', path], { environment })).code);
    }
    expect(codes).toEqual([130, 130, 1]);
    const runs = JSON.parse((await target.run(['runs', '--all', '--json'])).stdout);
    expect(runs).toMatchObject([
      { run: 3, state: 'failed', exitCode: 1, finishedAt: expect.stringMatching(ISO), lines: 0 },
      { run: 2, state: 'interrupted', exitCode: 130, finishedAt: expect.stringMatching(ISO) },
      { run: 1, state: 'interrupted', exitCode: 130, finishedAt: expect.stringMatching(ISO) },
    ]);
    expect((await target.run(['runs', '--all'])).stdout).toMatch(/ {2}1 failed .*\n.* {2}130 interrupted /);
    expect(await target.run(['runs'])).toMatchObject({
      stdout:
        'nothing has been counted yet\n3 runs counted nothing, 3 of which did not end with exit code 0, or have not ended (--all lists them)\n',
    });
  });

  it('that counted nothing are left out, and counted, but for --all', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const path = join(folder, 'a.log');
    await writeFile(path, GOOD);
    for (let time = 0; time < 4; time += 1) {
      if (time === 2) await writeFile(path, GOOD.repeat(2));
      await target.run(['ingest', '--quiet', path]);
    }
    const list = async (...args: string[]) => {
      const runs = JSON.parse((await target.run(['runs', '--json', ...args])).stdout) as { run: number }[];
      return runs.map(({ run }) => run);
    };
    expect(await list()).toEqual([3, 1]);
    expect(await list('--all')).toEqual([4, 3, 2, 1]);
    expect((await target.run(['runs'])).stdout).toMatch(
      /\n2 more runs counted nothing \(--all lists them\)\n$/,
    );
    expect((await target.run(['runs', '--limit', '1'])).stdout).toMatch(
      /\n1 more run counted nothing \(--all lists it\)\n$/,
    );
    expect((await target.run(['runs', '--all'])).stdout).not.toContain('--all');
  });
});

const STREAMS = `
  insert into logtally.run (run_id, host, program_version, settings) values (1, 'www1', '1', '{}');
  insert into logtally.log_stream (stream_id, site, state, last_path) values
    (1, 'default', 'final', '/logs/done.gz'),
    (2, 'default', 'final', '/logs/gap.gz'),
    (3, 'shop', 'damaged', '/logs/cut.gz'),
    (4, 'shop', 'open', '/logs/open.log'),
    (5, 'shop', 'open', '/logs/new.log');
  insert into logtally.batch (
    batch_id, run_id, stream_id, path, start_byte, end_byte, lines, counted, unattributed, filtered, rejected, reject_reasons
  ) values
    (1, 1, 1, '-', 0, 2000, 20, 20, 0, 0, 0, '{}'),
    (2, 1, 2, '-', 1000, 2000, 10, 10, 0, 0, 0, '{}'),
    (3, 1, 2, '-', 2000, 3000, 10, 10, 0, 0, 0, '{}'),
    (4, 1, 2, '-', 4000, 5000, 10, 10, 0, 0, 0, '{}'),
    (5, 1, 3, '-', 0, 500, 5, 5, 0, 0, 0, '{}'),
    (6, 1, 4, '-', 0, 700, 7, 7, 0, 0, 0, '{}')`;

describe('status', () => {
  it('lists logs that are not finished, and marks what is damaged or was not counted', async ({
    openTarget,
  }) => {
    const target = await openTarget('postgres');
    await target.run(['init']);
    await target.query(STREAMS);
    // test/citus/distribute.test.ts has the line that there is on Citus alone
    const stdout = (await target.run(['status'])).stdout.replace(/^the tables of hits are spread .*\n/m, '');
    const lines = stdout.split('\n').map((line) => line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, 'TIME'));
    expect(lines.slice(1)).toEqual([
      '!       2  default  final    TIME       5,000     30  (archive)    0 to 1,000, 3,000 to 4,000  /logs/gap.gz',
      '!       3  shop     damaged  TIME         500      5  (archive)                                /logs/cut.gz',
      '        4  shop     open     TIME         700      7  (elsewhere)                              /logs/open.log',
      '        5  shop     open     TIME           0      0  (gone)                                   /logs/new.log',
      '! damaged: a repaired or longer file goes on from there',
      '! bytes not counted: the next ingest of the log counts them',
      '1 more log was counted to the end (--all lists it)',
      '',
    ]);
    const all = JSON.parse((await target.run(['status', '--all', '--json'])).stdout);
    expect(all).toMatchObject({ others: 0, streams: [1, 2, 3, 4, 5].map((stream) => ({ stream })) });
    expect(all.streams[1]).toEqual({
      stream: 2,
      site: 'default',
      state: 'final',
      path: '/logs/gap.gz',
      lastSeenAt: expect.stringMatching(ISO),
      countedTo: 5000,
      gaps: [
        { startByte: 0, endByte: 1000 },
        { startByte: 3000, endByte: 4000 },
      ],
      lines: 30,
      lagBytes: null,
      lagSeconds: null,
      lagUnknown: 'archive',
      watched: false,
    });
    expect(JSON.parse((await target.run(['status', '--json'])).stdout)).toMatchObject({ others: 1 });
  });

  it.for(OFTEN_TESTED)('tells how far a log was counted, in %s', async (kind, { openTarget, folder }) => {
    const target = await openTarget(kind);
    const path = join(folder, 'access.log');
    await writeFile(path, GOOD.repeat(2));
    await target.run(['ingest', path]);
    const { streams, others } = JSON.parse((await target.run(['status', '--all', '--json'])).stdout);
    expect({ streams, others }).toMatchObject({
      streams: [{ stream: 1, site: 'default', path, countedTo: GOOD.length * 2, gaps: [], lines: 2 }],
      others: 0,
    });
  });
});

describe('a database in which nothing was counted', () => {
  it('has no runs and no logs, is not created by asking, and cannot be undone', async ({ folder }) => {
    const environment = { XDG_DATA_HOME: `${folder}/none` };
    const nothing = 'nothing has been counted yet\n';
    expect(await runCli(['runs'], { environment })).toEqual({ code: 0, stdout: nothing, stderr: '' });
    expect(await runCli(['runs', '--json'], { environment })).toMatchObject({ code: 0, stdout: '[]\n' });
    expect(await runCli(['status'], { environment })).toEqual({ code: 0, stdout: nothing, stderr: '' });
    expect(await runCli(['verify'], { environment })).toEqual({ code: 0, stdout: nothing, stderr: '' });
    const undo = await runCli(['undo', '1'], { environment });
    expect(undo).toMatchObject({ code: 2, stdout: '' });
    expect(undo.stderr).toContain('there is no run 1');
    expect(undo.stderr).not.toContain('creating');
  });
});
