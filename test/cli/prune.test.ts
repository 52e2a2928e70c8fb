// What is older than it has to be kept: what goes, what stays, and that neither late lines, nor undo, nor a kill makes it wrong.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { runCli } from '../support/cli.js';
import { runExport } from '../support/export.js';
import { OFTEN_TESTED, succeed, type Target } from '../support/targets.js';
import { it } from '../support/test.js';
import { makeYears, readLasting, readRows, toLines } from '../support/years.js';

const SUMMARIES = 'statuses,referrers,agents,visitors,clients,hours,bytes';
const LIMITS = ['--keep-days', '0', '--keep-visitor-days', '0', '--keep-client-days', '0'];

/** Counts lines that no run can take back any more. */
async function ingestForGood(target: Target, input: string): Promise<void> {
  await succeed(target, ['ingest', '--quiet', '--undo-days', '0', '--summary', SUMMARIES], input);
}

async function ingest(target: Target, input: string): Promise<void> {
  await succeed(target, ['ingest', '--quiet', '--summary', SUMMARIES], input);
}

async function prune(target: Target, args: readonly string[] = LIMITS) {
  return JSON.parse(await succeed(target, ['prune', '--json', ...args]));
}

async function verify(target: Target): Promise<void> {
  const { stdout } = await target.run(['verify']);
  expect(stdout.split('\n').filter((line) => !/^(?:yes|$)/.test(line))).toEqual([]);
}

const NOTHING = { removed: {}, months: {}, waiting: {} };
const YEAR = makeYears(1, '2021-01-01', 365);
const MONTHS_OF_YEAR = Array.from({ length: 12 }, (_, at) => `2021-${String(at + 1).padStart(2, '0')}`);

describe.each(OFTEN_TESTED)('prune of three years in %s', { timeout: 240_000 }, (kind) => {
  it('leaves totals, ranks, months and numbers of visitors as they are, and does nothing a second time', async ({
    openTarget,
  }) => {
    const target = await openTarget(kind);
    await ingestForGood(target, makeYears(1, '2021-01-01', 600));
    await ingestForGood(target, makeYears(2, '2022-01-01', 730));
    const [before, rowsBefore] = [await readLasting(target), await readRows(target)];
    const whole = ['top', '--since', '2022-03', '--until', '2022-05', '--json'];
    const topBefore = await succeed(target, whole);
    const told = await prune(target, [...LIMITS, '--dry-run']);
    expect(await readRows(target)).toEqual(rowsBefore);
    const done = await prune(target);
    expect({ ...told, dryRun: false }).toEqual(done);
    expect(done.months.keep_days).toHaveLength(36);
    const rows = await readRows(target);
    for (const table of ['object_hits_daily', 'site_count', 'object_count'] as const) {
      const less = (rowsBefore[table]?.length ?? 0) - (rows[table]?.length ?? 0);
      expect({ table, less }).toEqual({ table, less: done.removed[table] });
      expect(less).toBeGreaterThan(1000);
    }
    expect(await readLasting(target)).toEqual(before);
    const withoutDays = (json: string) =>
      JSON.parse(json).map((object: object) => ({ ...object, days: null }));
    expect(withoutDays(await succeed(target, whole))).toEqual(withoutDays(topBefore));
    await verify(target);
    expect(await prune(target)).toMatchObject(NOTHING);
    expect(await readRows(target)).toEqual(rows);
  });
});

describe.each(OFTEN_TESTED)('what is folded in %s', { timeout: 240_000 }, (kind) => {
  it('is one row for each object and month, from its first to its last day there', async ({ openTarget }) => {
    const target = await openTarget(kind);
    await ingestForGood(
      target,
      toLines([
        ['2021-03-05', '7', 'a'],
        ['2021-03-09', '7', 'a'],
        ['2021-03-09', '7', 'a'],
        ['2021-03-30', '7', 'a'],
        ['2021-03-09', '7', 'b'],
        ['2021-04-01', '7', 'a'],
      ]),
    );
    await prune(target, ['--keep-days', '0']);
    const folded = await target.query(
      'select object_id, hit_on::text, hit_count::int, folded_until::text from logtally.daily_hits order by 1, 2',
    );
    expect(folded).toEqual([
      { object_id: 'a', hit_on: '2021-03-05', hit_count: 4, folded_until: '2021-03-30' },
      { object_id: 'a', hit_on: '2021-04-01', hit_count: 1, folded_until: null },
      { object_id: 'b', hit_on: '2021-03-09', hit_count: 1, folded_until: null },
    ]);
  });

  it('takes late lines as days of their own, which can be undone exactly, and are folded later', async ({
    openTarget,
  }) => {
    const target = await openTarget(kind);
    await ingestForGood(target, YEAR);
    await prune(target, ['--keep-days', '0']);
    const before = await readRows(target);
    // all days of all objects of a month, so those too that folded rows stand at
    const late = makeYears(3, '2021-03-01', 40).repeat(3);
    await ingest(target, late);
    await verify(target);
    expect(await prune(target)).toMatchObject({ waiting: { keep_days: ['2021-03', '2021-04'] } });
    await verify(target);
    const { code } = await target.run(['undo', '2']);
    expect(code).toBe(0);
    await verify(target);
    const after = await readRows(target);
    for (const table of ['object_hits', 'object_hits_daily', 'hit_count_rank']) {
      expect(after[table]).toEqual(before[table]);
    }
    await ingestForGood(target, late);
    const lasting = await readLasting(target);
    expect((await prune(target)).months.keep_days).toEqual(['2021-03', '2021-04']);
    expect(await readLasting(target)).toEqual(lasting);
    await verify(target);
    const several = await target.query(
      `select 1 from logtally.object_hits_daily
       group by content_type_id, object_id, date_trunc('month', hit_on::timestamp) having count(*) > 1`,
    );
    expect(several).toEqual([]);
  });

  it('is nothing that a run has counted which can still be undone', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const never = await openTarget(kind);
    const log = join(folder, 'log');
    await writeFile(log, makeYears(4, '2021-05-10', 30));
    for (const each of [target, never]) await ingestForGood(each, YEAR);
    await succeed(target, ['ingest', '--quiet', '--summary', SUMMARIES, log]);
    const pruned = await prune(target);
    expect(pruned.months.keep_days).toEqual(MONTHS_OF_YEAR.filter((month) => !/-0[56]/.test(month)));
    expect(pruned.waiting).toEqual({
      keep_days: ['2021-05', '2021-06'],
      keep_visitor_days: ['2021-05', '2021-06'],
    });
    await verify(target);
    await succeed(target, ['ingest', '--quiet', '--recount', '--summary', SUMMARIES, log]);
    await verify(target);
    await succeed(target, ['undo', '3']);
    await prune(target);
    await prune(never);
    const [left, expected] = [await readLasting(target), await readLasting(never)];
    expect(left).toEqual(expected);
    await verify(target);
  });

  it('cannot be undone or counted again', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const log = join(folder, 'log');
    await writeFile(log, YEAR);
    await succeed(target, ['ingest', '--quiet', '--undo-days', '0', log]);
    await prune(target);
    const rows = await readRows(target);
    for (const args of [
      ['undo', '1'],
      ['ingest', '--quiet', '--recount', log],
    ]) {
      const { code, stderr } = await target.run(args);
      expect(code).not.toBe(0);
      expect(stderr).toMatch(/(?:not|no longer) kept/);
    }
    expect(await readRows(target)).toEqual(rows);
  });

  it('is exported as it is', async ({ openTarget }) => {
    const source = await openTarget(kind);
    const target = await openTarget('postgres');
    await ingestForGood(source, YEAR);
    expect((await runExport(source, target)).code).toBe(0);
    await prune(source);
    expect((await runExport(source, target)).code).toBe(0);
    expect(await readLasting(target)).toEqual(await readLasting(source));
    await verify(target);
    expect(await prune(target)).toMatchObject(NOTHING);
    await ingest(target, YEAR);
    expect(await readLasting(target)).toEqual(await readLasting(source));
  });
});

describe.each(OFTEN_TESTED)('the answers of folded months in %s', { timeout: 240_000 }, (kind) => {
  const NOTE =
    'logtally: the days of 2021-03 are folded: all hits of an object count on its first day of such a month\n';

  it('are exact for whole months, and say so if a period has only some of their days', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    await ingestForGood(target, YEAR);
    const whole = ['--since', '2021-06', '--until', '2021-07', '--json'];
    const read = async (args: readonly string[]) => {
      const told = JSON.parse(await succeed(target, args));
      return [told].flat().map((object) => ({ ...object, days: null, bestDay: null }));
    };
    const questions = [
      ['top', '--compare', ...whole],
      ['top', '--sort', 'rising', ...whole],
      ['top', '--sort', 'new', ...whole],
      ['show', '7', '1', ...whole],
    ];
    const before = [];
    for (const question of questions) before.push(await read(question));
    await prune(target);
    for (const [at, question] of questions.entries()) expect(await read(question)).toEqual(before[at]);
    const some = ['--since', '2021-03-10', '--until', '2021-03'];
    for (const question of [
      ['top', ...some, '--json'],
      ['show', '7', '1', ...some, '--json'],
    ]) {
      expect(await target.run(question)).toMatchObject({ code: 0, stderr: NOTE });
    }
    // and the days before, which it compares them with
    const report = await target.run(['report', ...some, '--output', join(folder, 'page.html')]);
    expect(report).toMatchObject({ code: 0, stderr: NOTE.replace('2021-03', '2021-02 and 2021-03') });
    expect(await succeed(target, ['top', ...some])).toContain('the days of 2021-03 are folded');
    expect(await succeed(target, ['show', '7', '1', ...some])).toContain('the days of 2021-03 are folded');
  });

  it('are drawn by months', async ({ openTarget }) => {
    const target = await openTarget(kind);
    await ingestForGood(
      target,
      toLines([
        ['2021-03-05', '7', 'a'],
        ['2021-03-09', '7', 'a'],
        ['2021-04-01', '7', 'a'],
      ]),
    );
    await prune(target, ['--keep-days', '0']);
    const shown = await succeed(target, ['show', '7', 'a']);
    expect(shown).toMatch(/^month +hits\n2021-03 +2 +\S+\n2021-04 +1 /m);
    expect(shown).not.toContain('best');
    expect(await succeed(target, ['top'])).not.toContain('last 14 days');
    const told = JSON.parse(await succeed(target, ['show', '7', 'a', '--json']));
    expect(told.days).toEqual([
      { day: '2021-03-05', hits: 2, foldedUntil: '2021-03-09' },
      { day: '2021-04-01', hits: 1 },
    ]);
  });
});

describe.each(OFTEN_TESTED)('the people of old days in %s', { timeout: 120_000 }, (kind) => {
  it('are forgotten after --keep-visitor-days, and their number stays', async ({ openTarget }) => {
    const target = await openTarget(kind);
    await ingestForGood(target, YEAR);
    const before = await readLasting(target);
    expect((await prune(target, ['--keep-visitor-days', '30'])).months).toEqual({
      keep_visitor_days: MONTHS_OF_YEAR,
    });
    const known = await target.query(
      `select key1 from logtally.visitor_count where key1 is not null
       union all select key1 from logtally.object_visitor_count where key1 is not null
       union all select key::text from logtally.visitor_key where key is not null`,
    );
    expect(known).toEqual([]);
    expect(await readLasting(target)).toEqual(before);
    await verify(target);
    await ingest(target, toLines([['2021-06-01', '7', 'late']]));
    const [day] = await target.query(
      "select visitors::int, late_requests::int from logtally.visitor_daily where day = '2021-06-01'",
    );
    const [visitors] = before['visitors']?.filter((row) => row.includes('2021-06-01')) ?? [];
    expect(visitors).toContain(`,${day?.['visitors']},`);
    expect(day?.['late_requests']).toBe(1);
    await verify(target);
  });

  it('leave only their country after --keep-client-days, and the run can be undone all the same', async ({
    openTarget,
  }) => {
    const target = await openTarget(kind);
    await ingest(target, YEAR);
    const { clients } = await readLasting(target);
    expect((await prune(target, ['--keep-client-days', '30'])).months).toEqual({
      keep_client_days: MONTHS_OF_YEAR,
    });
    expect(await target.query('select 1 from logtally.client_daily where network is not null')).toEqual([]);
    expect((await readLasting(target))['clients']).toEqual(clients);
    await verify(target);
    await succeed(target, ['undo', '1']);
    expect(await target.query('select 1 from logtally.site_count')).toEqual([]);
  });
});

const KILLS = {
  postgres: ['pruned:1', 'pruned:20', 'pruned:40', 'before_commit:3', 'commit_sent:30', 'committed:14'],
  embedded: ['pruned:20', 'commit_sent:30'],
};

describe.each(OFTEN_TESTED)('a prune that is killed in %s', { timeout: 480_000 }, (kind) => {
  it('has pruned whole months, and the next one prunes the others', async ({ openTarget }) => {
    const whole = await openTarget(kind);
    await ingestForGood(whole, YEAR);
    const lasting = await readLasting(whole);
    await prune(whole);
    const expected = await readRows(whole);
    for (const fault of KILLS[kind]) {
      const target = await openTarget(kind);
      await ingestForGood(target, YEAR);
      const environment = { ...target.environment, LOGTALLY_FAULT: `${fault}:kill` };
      expect((await runCli(['prune', ...LIMITS], { environment })).code, fault).toBe(null);
      expect(await readLasting(target), fault).toEqual(lasting);
      await verify(target);
      await prune(target);
      const rows = await readRows(target);
      for (const table of ['object_hits_daily', 'hit_month', 'count_month', 'site_count', 'object_count'])
        expect(rows[table], `${fault} ${table}`).toEqual(expected[table]);
    }
  });
});

describe('the limits of the config file', () => {
  it('are kept at the end of each ingest, silently', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    await ingestForGood(target, YEAR);
    const config = join(folder, 'logtally.toml');
    await writeFile(config, '[retention]\nkeep_days = 30\nkeep_client_days = 30\n');
    const { stdout, stderr } = await target.run(['ingest', '--config', config], { input: '' });
    expect(stderr).toBe('');
    expect(stdout).not.toContain('prune');
    expect(await prune(target, ['--config', config])).toMatchObject(NOTHING);
    const [month] = await target.query(
      'select count(*)::int as folded from logtally.hit_month where is_folded',
    );
    expect(month).toEqual({ folded: 12 });
    await verify(target);
  });

  it('give way to flags, and one of both must be there', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    await ingestForGood(target, YEAR);
    const config = join(folder, 'logtally.toml');
    await writeFile(config, '[retention]\nkeep_days = 30\n');
    const flagged = await prune(target, ['--config', config, '--keep-days', '36500']);
    expect(flagged).toMatchObject({ retention: { keep_days: 36_500 }, months: {} });
    const { code, stderr } = await target.run(['prune']);
    expect(code).toBe(2);
    expect(stderr).toContain('hint: give --keep-days DAYS');
  });
});
