import { spawnSync } from 'node:child_process';
import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { formatPage, readPageAssets } from '../../src/output/page.js';
import { createEmptyReport } from '../../src/report/report-data.js';
import { PROJECT_FOLDER, runCli } from '../support/cli.js';
import { OFTEN_TESTED, type Target } from '../support/targets.js';
import { it } from '../support/test.js';
import { type DayHits, listDays, writeLog } from './logs.js';
import { readReportData, unpack } from './report-file.js';

const QUESTION = {
  title: 'Hits',
  version: '0.1.0',
  createdAt: '2026-04-14T08:00:00.000Z',
  watchSeconds: null,
  site: null,
  period: { since: null, until: null },
  limit: 200,
  leftOut: new Set<never>(),
} as const;

/** Two weeks of March and two of April, so that there is a period before, counted from its first day on. */
const HITS: readonly DayHits[] = [
  ['7', 'steady', '2026-03-18', 4],
  ['7', 'steady', '2026-04-02', 4],
  ['7', 'rising', '2026-03-21', 1],
  ['7', 'rising', '2026-04-03', 9],
  ['7', 'gone', '2026-03-22', 7],
  ['7', 'fresh', '2026-04-04', 2],
  ['7', 'fresh', '2026-04-09', 1],
  ['core.photo', '1', '2026-04-05', 5],
];

const APRIL = ['--since', '2026-04-01', '--until', '2026-04-14'];

async function readReport(target: Target, args: readonly string[] = []) {
  const { code, stdout, stderr } = await target.run(['report', '--output', '-', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return readReportData(stdout);
}

describe.each(OFTEN_TESTED)('a report from %s', (kind) => {
  it('has the numbers that top and SQL have', async ({ openTarget }) => {
    const target = await openTarget(kind);
    await target.run(['ingest'], { input: writeLog(HITS) });
    const all = await readReport(target);
    const top = JSON.parse((await target.run(['top', '--json', '--limit', '200'])).stdout);
    const listed = all.types.flatMap(({ contentType, objects, top: first }) =>
      objects.slice(0, first).map(([objectId, , rank, hits, , firstHitOn, lastHitOn]) => ({
        ...{ contentType, objectId, rank, hits, firstHitOn, lastHitOn },
      })),
    );
    expect(listed).toHaveLength(5);
    expect(top).toMatchObject(listed);

    const april = await readReport(target, APRIL);
    expect(april).toMatchObject({
      period: { since: '2026-04-01', until: '2026-04-14' },
      previous: { since: '2026-03-18', until: '2026-03-31' },
      recent: { since: '2026-04-01', until: '2026-04-14' },
      step: 'day',
    });
    for (const [sort, list] of [
      ['rising', 'rising'],
      ['new', 'fresh'],
    ] as const) {
      const moved = april.types.flatMap((type) =>
        type[list].map(([at, hits, previousHits]) => ({
          contentType: type.contentType,
          objectId: type.objects[at]?.[0],
          hits,
          previousHits,
        })),
      );
      const args = ['top', '--json', '--sort', sort, '--compare', ...APRIL];
      expect(JSON.parse((await target.run(args)).stdout)).toMatchObject(moved);
      expect(moved.length).toBeGreaterThan(1);
    }
    const days = await target.query(
      `select content_type, object_id, hit_on::text as day, hit_count::int as hits from logtally.daily_hits
       where hit_on between '2026-04-01' and '2026-04-14' order by content_type, object_id, hit_on`,
    );
    const shown = april.types.flatMap(({ contentType, objects }) =>
      objects.flatMap(([object_id, , , , , , , steps]) =>
        unpack(steps, april.starts.length).flatMap((hits, at) =>
          hits === 0 ? [] : [{ content_type: contentType, object_id, day: april.starts[at], hits }],
        ),
      ),
    );
    expect(shown.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))).toEqual(days);
    expect(
      april.types.map(({ hits, objectCount, previousHits }) => [hits, objectCount, previousHits]),
    ).toEqual([
      [16, 3, 12],
      [5, 1, 0],
    ]);
    for (const { hits, steps } of april.types) {
      expect(unpack(steps, april.starts.length).reduce((sum, count) => sum + count)).toBe(hits);
    }
  });
});

describe('a report', () => {
  it('names what rises and what is new, in the period or, without a first day, in its last seven days', async ({
    openTarget,
  }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest'], { input: writeLog(HITS) });
    const name = ({ types }: Awaited<ReturnType<typeof readReport>>, list: 'rising' | 'fresh') =>
      types.flatMap((type) =>
        type[list].map(([at, hits, previousHits]) => [type.objects[at]?.[0], hits, previousHits]),
      );
    const april = await readReport(target, APRIL);
    expect(name(april, 'rising')).toEqual([
      ['rising', 9, 1],
      ['fresh', 3, 0],
      ['1', 5, 0],
    ]);
    expect(name(april, 'fresh')).toEqual([
      ['fresh', 3, 0],
      ['1', 5, 0],
    ]);
    // what is not among the first is known as well as they are
    const short = await readReport(target, [...APRIL, '--limit', '1']);
    expect(short.types[0]?.objects.map(([id, , rank, hits, before]) => [id, rank, hits, before])).toEqual([
      ['rising', 1, 9, 1],
      ['fresh', 3, 3, 0],
    ]);
    const all = await readReport(target);
    expect(all).toMatchObject({
      previous: null,
      recent: { since: '2026-04-03', until: '2026-04-09' },
      beforeRecent: { since: '2026-03-27', until: '2026-04-02' },
    });
    expect(name(all, 'rising')).toContainEqual(['rising', 9, 0]);
    expect(name(all, 'fresh')).toEqual([
      ['fresh', 3, 0],
      ['1', 5, 0],
    ]);
  });

  it('compares nothing with days that were not wholly counted, and says since when they are', async ({
    openTarget,
  }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest', '--site', 'old'], { input: writeLog([['7', 'o', '2026-01-01', 1]]) });
    await target.run(['ingest', '--site', 'old'], { input: writeLog([['7', 'o', '2026-04-02', 3]]) });
    await target.run(['ingest', '--site', 'young'], { input: writeLog(HITS) });
    const april = ['--since', '2026-04-01', '--until', '2026-04-30'];
    const report = await readReport(target, april);
    expect(report).toMatchObject({
      previous: { since: '2026-03-01', until: '2026-03-09' },
      countedUntil: '2026-04-09',
      uncounted: [
        { site: 'old', countedSince: '2026-04-02', gap: { since: '2026-01-02', until: '2026-04-01' } },
        { site: 'young', countedSince: '2026-03-18', gap: null },
      ],
    });
    const { types } = report;
    expect(types.map(({ site, previousHits, rising, fresh }) => [site, previousHits, rising, fresh])).toEqual(
      [
        ['old', null, [], []],
        ['young', null, [], []],
        ['young', null, [], []],
      ],
    );
    expect(types.flatMap(({ objects }) => objects.map((object) => object[4]))).toEqual(
      types.flatMap(({ objects }) => objects.map(() => null)),
    );
    const none = await readReport(target, ['--since', '2027-01-01']);
    expect(none).toMatchObject({ period: null, lastDay: '2026-04-09' });
  });

  it('accounts for every line of the runs', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest'], {
      input: `${writeLog(HITS)}junk\n${writeLog([['-', '-', '2026-04-01', 2]])}`,
    });
    await target.run(['ingest'], { input: writeLog([['9', 'x', '2026-04-01', 1]]) });
    const { runDays } = await readReport(target);
    if (runDays === null) throw new Error('the report has no account');
    const sum = (key: 'runs' | 'lines' | 'counted' | 'unattributed' | 'rejected') =>
      runDays.reduce((total, day) => total + day[key], 0);
    expect([sum('runs'), sum('lines'), sum('counted'), sum('unattributed'), sum('rejected')]).toEqual([
      2, 37, 34, 2, 1,
    ]);
    expect(runDays.flatMap(({ reasons }) => reasons).reduce((total, [, lines]) => total + lines, 0)).toBe(1);
  });

  it('has nothing of what is left out', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest', '--summary', 'statuses,clients'], { input: writeLog(HITS) });
    const names = ({ summaries }: Awaited<ReturnType<typeof readReport>>) =>
      summaries.map(({ name }) => name);
    const all = await readReport(target);
    expect([all.runDays?.length, names(all)]).toEqual([1, ['statuses', 'clients']]);
    const some = await readReport(target, ['--without', 'account,clients']);
    expect([some.runDays, names(some)]).toEqual([null, ['statuses']]);
    expect(some.lastDays.flatMap(({ summaries }) => summaries.map(({ name }) => name))).toEqual(['statuses']);
    const unknown = await target.run(['report', '--output', '-', '--without', 'footer']);
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain("--without: 'footer' is no part of the page that can be left out");
    expect(unknown.stderr).toContain('hint: choose from account, statuses, ');
  });

  it('names its sites in its title, and the last day with hits if that was not over when they were counted', async ({
    openTarget,
  }) => {
    const target = await openTarget('postgres');
    const ingest = (site: string, day: string) =>
      target.run(['ingest', '--allow-other-site', '--site', site], { input: writeLog([['7', '1', day, 1]]) });
    await target.run(['ingest'], { input: writeLog([['7', '1', '2026-04-01', 1]]) });
    expect(await readReport(target)).toMatchObject({ title: 'Hits', unfinishedDay: null });
    await ingest('b.example', '2026-04-02');
    expect((await readReport(target)).title).toBe('Hits of b.example and default');
    await ingest('c.example', '2999-04-03');
    const three = await readReport(target);
    expect(three).toMatchObject({
      title: 'Hits of b.example, c.example and default',
      unfinishedDay: '2999-04-03',
    });
    await ingest('d.example', '2026-04-02');
    expect((await readReport(target)).title).toBe('Hits of 4 sites');
    expect((await readReport(target, ['--site', 'd.example'])).title).toBe('Hits of d.example');
    expect((await readReport(target, ['--title', 'Photos'])).title).toBe('Photos');
  });

  it('carries the last days that are fewer than its own, and further objects, as far as they are small', async ({
    folder,
    openTarget,
  }) => {
    const target = await openTarget('postgres');
    const days = listDays(2026, 1, 100);
    const hits = days.flatMap((day, at): readonly DayHits[] => [
      ['7', 'each', day, 1],
      ...Array.from(
        { length: 10 },
        (_, object): DayHits => ['7', `${'x'.repeat(400)}-${at}-${object}`, day, 1],
      ),
    ]);
    await target.run(['ingest'], { input: writeLog(hits) });
    const { lastDays, types } = await readReport(target);
    expect(lastDays.map((choice) => [choice.days, choice.period?.since, choice.starts.length])).toEqual([
      [7, '2026-04-04', 7],
      [30, '2026-03-12', 30],
      [90, '2026-01-11', 90],
    ]);
    const [type] = types;
    expect([type?.objectCount, type?.top]).toEqual([1001, 200]);
    expect(JSON.stringify(type?.rest).length).toBeLessThanOrEqual(100_000);
    expect(JSON.stringify(type?.rest).length).toBeGreaterThan(98_000);
    expect(Buffer.byteLength(JSON.stringify(lastDays))).toBeLessThanOrEqual(300_000);
    expect((await readReport(target, ['--until', '2026-04-10'])).lastDays).toEqual([]);
    const month = await readReport(target, ['--since', '2026-03-11']);
    expect(month.lastDays.map((choice) => choice.days)).toEqual([7, 30]);

    const config = join(folder, 'logtally.toml');
    const query = `select id, repeat('y', 2000) from unnest($1::text[]) as asked (id)`;
    await writeFile(config, `[[content_type]]\nid = "7"\nlabel_query = "${query}"\n`);
    const labelled = await readReport(target, ['--config', config]);
    expect([labelled.lastDays.length, JSON.stringify(labelled.types[0]?.rest).length < 100_000]).toEqual([
      1,
      true,
    ]);
  });

  it('calls types and objects as the config file says', async ({ folder, openTarget }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest'], { input: writeLog(HITS) });
    const config = join(folder, 'logtally.toml');
    await writeFile(
      config,
      `[[content_type]]
id = "7"
name = "photo"
label_query = "select 'rising', 'A </script> sunset' where 'rising' = any($1)"
`,
    );
    const { types } = await readReport(target, ['--config', config]);
    expect(types.map(({ contentType, name }) => [contentType, name])).toEqual([
      ['7', 'photo'],
      ['core.photo', null],
    ]);
    const labels = types.flatMap(({ objects }) => objects.map(([objectId, label]) => [objectId, label]));
    expect(labels).toContainEqual(['rising', 'A </script> sunset']);
    expect(labels.filter(([, label]) => label !== null)).toHaveLength(1);
  });

  it('of an empty database or other days says that nothing was counted', async ({ folder, openTarget }) => {
    const none = { XDG_DATA_HOME: join(folder, 'none') };
    const missing = await runCli(['report', '--output', '-'], { environment: none });
    expect(missing).toMatchObject({ code: 0, stderr: '' });
    expect(readReportData(missing.stdout)).toMatchObject({ period: null, types: [], runDays: [] });
    expect(await readdir(folder)).toEqual([]);

    const target = await openTarget('postgres');
    expect(await readReport(target)).toMatchObject({ period: null, types: [] });
    await target.run(['ingest'], { input: writeLog(HITS) });
    const later = await readReport(target, ['--since', '2027-01-01', '--until', '2027-01-02']);
    expect(later).toMatchObject({ period: null, types: [] });
    expect(later.runDays).toHaveLength(1);
  });

  it('of one hit is of one day and one object', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest'], { input: writeLog([['7', '1', '2026-04-14', 1]]) });
    expect(await readReport(target)).toMatchObject({
      period: { since: '2026-04-14', until: '2026-04-14' },
      starts: ['2026-04-14'],
      types: [
        {
          hits: 1,
          objectCount: 1,
          steps: [1],
          objects: [['1', null, 1, 1, null, '2026-04-14', '2026-04-14', [1]]],
        },
      ],
    });
  });

  it('tells years by months and as many objects as it is asked for', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest'], {
      input: writeLog([
        ['7', 'a', '2023-01-31', 2],
        ['7', 'a', '2026-04-14', 1],
        ['7', 'b', '2026-04-13', 1],
      ]),
    });
    const report = await readReport(target, ['--limit', '1']);
    expect(report).toMatchObject({ step: 'month', types: [{ hits: 4, objectCount: 2, top: 1 }] });
    expect([report.starts.length, report.starts[0], report.starts.at(-1)]).toEqual([
      40,
      '2023-01-01',
      '2026-04-01',
    ]);
    expect(report.types[0]?.objects[0]?.[7]).toEqual([2, -38, 1]);
  });

  it('of 2,000 objects and a month has less than 500 kB', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    const days = listDays(2026, 3, 31);
    const hits = Array.from({ length: 2000 }, (_, object) =>
      days.map(
        (day, at): DayHits => [
          `type.${object % 10}`,
          `object-${object}`,
          day,
          1 + ((object * 7 + at * 13) % 3),
        ],
      ),
    );
    await target.run(['ingest'], { input: writeLog(hits.flat()) });
    const { stdout } = await target.run(['report', '--output', '-']);
    expect(readReportData(stdout).types.flatMap((type) => type.objects)).toHaveLength(2000);
    expect(Buffer.byteLength(stdout)).toBeLessThan(500_000);
  });
});

describe('the file of a report', () => {
  it('is replaced as a whole, also behind a link', async ({ folder }) => {
    const environment = { XDG_DATA_HOME: join(folder, 'none') };
    const file = join(folder, 'hits.html');
    await writeFile(file, 'old');
    await symlink('hits.html', join(folder, 'link.html'));
    const { ino } = await stat(file);
    const result = await runCli(['report', '--output', join(folder, 'link.html')], { environment });
    expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await readFile(file, 'utf8')).toContain('<!doctype html>');
    const { ino: newIno, mode } = await stat(file);
    expect(newIno).not.toBe(ino);
    expect(mode & 0o777).toBe(0o666 & ~process.umask());
    expect((await readdir(folder)).toSorted()).toEqual(['hits.html', 'link.html']);
  });

  it('stays as it was where the new one cannot be written, and nothing is left behind', async ({
    folder,
  }) => {
    const environment = { XDG_DATA_HOME: join(folder, 'none') };
    const missing = await runCli(['report', '--output', join(folder, 'no', 'hits.html')], { environment });
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain('hint: its folder does not exist');

    for (const taken of [folder, '/dev/null', '/dev/stdout']) {
      const refused = await runCli(['report', '--output', taken], { environment });
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toContain(`cannot write '${taken}': it is a folder or a device`);
    }
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
    expect(await readdir(folder)).toEqual([]);

    const old = join(folder, 'old.html');
    await writeFile(old, 'old');
    const environmentOfFault = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
    expect((await runCli(['report', '--output', old], { environment: environmentOfFault })).code).toBe(1);
    expect(await readFile(old, 'utf8')).toBe('old');
  });

  it('is not touched, and no temporary file is left, where writing ends in the middle', async ({
    folder,
  }) => {
    const file = join(folder, 'hits.html');
    await writeFile(file, 'old');
    // files of more than 8 kB are refused, as a full disk refuses them
    const script = `ulimit -f 16; exec "$@"`;
    const command = [process.execPath, 'bin/logtally.js', 'report', '--output', file];
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script, 'sh', ...command], {
      cwd: PROJECT_FOLDER,
      env: { PATH: process.env['PATH'], XDG_DATA_HOME: join(folder, 'none') },
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`cannot write '${file}': EFBIG`);
    expect(await readdir(folder)).toEqual(['hits.html']);
    expect(await readFile(file, 'utf8')).toBe('old');
  });

  it('needs a name', async () => {
    expect(await runCli(['report'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('the page', () => {
  it('lets only its own script and style be used, and no data end the element that it stands in', async () => {
    const assets = await readPageAssets(join(PROJECT_FOLDER, 'dist/page/'));
    const title = '</title></script><script>alert(1)</script>\u2028&amp;';
    const page = formatPage({ ...createEmptyReport(QUESTION), title }, assets);
    expect(assets.script).toContain('Permission is hereby granted');
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script/g)).toHaveLength(2);
    expect(page).not.toContain('\u2028');
    expect(readReportData(page).title).toBe(title);
    const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[\w+/]{43}='; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'$/,
    );
    expect(() => formatPage(createEmptyReport(QUESTION), { script: '"</script>"', style: '' })).toThrow(
      'end early',
    );
  });

  it('says so where it was not built', async ({ folder }) => {
    await expect(readPageAssets(`${folder}/`)).rejects.toMatchObject({
      message: `the report page was not built: '${folder}/page.js' is missing`,
      hint: 'npm run build in the folder of logtally builds it',
    });
  });
});
