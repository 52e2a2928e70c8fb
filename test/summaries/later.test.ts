// Summaries that are asked for after a log was counted: --recount adds them, once, and leaves all else as it is.

import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { ingest, startIngest } from '../support/logs.js';
import { OFTEN_TESTED, readTables, succeed, type Target } from '../support/targets.js';
import { it } from '../support/test.js';
import { readRowsByRun, readViews, readVisitors } from './support/kept.js';
import { SUMMARIES, summaryLines } from './support/lines.js';

const OWN = `-- summary: sections
-- table: section_daily
-- keys: day date, section text
-- sums: requests bigint
-- reads: day, path
select day, split_part(path, '/', 2), count(*)::bigint from pg_temp.request group by 1, 2
`;

/** What no supplement may change. */
const HITS = ['object_hits', 'object_hits_daily', 'hit_count_rank', 'hit_delta', 'hit_share', 'addition'];

async function readHits(target: Target): Promise<unknown> {
  const tables = await readTables(target);
  return HITS.map((name) => tables[name]);
}

/** The names of all summaries, in order. */
const ALL = [...SUMMARIES.split(','), 'requests', 'sections'].toSorted().join();

const readRequests = (target: Target) =>
  target.query(`select (site, requested_at, client, method, path, query, status, bytes, referrer, user_agent, content_type, object_id)::text
    as row from logtally.requests order by 1`);
const readSections = (target: Target) => target.query('select * from logtally.section_daily order by 1, 2');

/** What was kept of batches, run by run. */
const readBatches = (target: Target) =>
  target.query(`select run_id, lines::int, 
      (select coalesce(string_agg(name, ',' order by name), '') from unnest(summaries) as name) as summaries
    from logtally.batch order by run_id, start_byte, lines`);

async function prepare(folder: string) {
  const config = join(folder, 'config.toml');
  await mkdir(join(folder, 'own'));
  await writeFile(join(folder, 'own', 'sections.sql'), OWN);
  await writeFile(config, '[summaries]\nfolder = "own"\n');
  const names = ['access.log', 'other.log', 'packed.gz'].map((name) => join(folder, name));
  const [log = '', other = '', packed = ''] = names;
  await writeFile(log, summaryLines(0, 60));
  await writeFile(other, summaryLines(100, 140).trimEnd());
  await writeFile(packed, gzipSync(summaryLines(200, 230)));
  return { all: ['--config', config, '--summary', `${SUMMARIES},requests`], log, other, packed };
}

describe.each(OFTEN_TESTED)('summaries that are asked for later, in %s', { timeout: 240_000 }, (kind) => {
  it('are what they would be if they had been asked for from the beginning, and are taken back with their runs', async ({
    openTarget,
    folder,
  }) => {
    const { all, log, other, packed } = await prepare(folder);
    const [target, fresh] = [await openTarget(kind), await openTarget(kind)];
    const steps: readonly (readonly [now: readonly string[], paths: readonly string[]])[] = [
      [
        ['--summary', 'none'],
        [log, other, packed],
      ],
      [['--summary', 'statuses,hours'], [log]],
      [['--final', '--summary', 'visitors'], [other]],
    ];
    for (const [at, [now, paths]] of steps.entries()) {
      if (at > 0)
        for (const path of paths) await appendFile(path, summaryLines(at * 300, at * 300 + 25).trimEnd());
      if (at === 1) await appendFile(log, '\n');
      await succeed(target, ['ingest', '--quiet', ...now, ...paths]);
      await succeed(fresh, [
        'ingest',
        '--quiet',
        ...all,
        ...now.filter((flag) => flag === '--final'),
        ...paths,
      ]);
    }
    const hits = await readHits(target);
    const result = JSON.parse(
      await succeed(target, ['ingest', '--json', '--recount', ...all, log, other, packed, log]),
    );
    expect(result).toMatchObject({ run: 4, lines: 0, counted: 0, batches: 0 });
    expect(result.inputs.map(({ supplements }: { supplements?: unknown }) => supplements)).toMatchObject([
      [{ runs: [1, 2], lines: 85 }],
      [{ runs: [1, 3] }],
      [{ runs: [1], lines: 30 }],
      undefined,
    ]);
    expect(result.inputs.map(({ state }: { state: string }) => state)).toEqual([
      'known',
      'known',
      'known',
      'known',
    ]);
    expect(await readHits(target)).toEqual(hits);
    expect(await readBatches(target)).toEqual(await readBatches(fresh));
    expect(await readViews(target)).toEqual(await readViews(fresh));
    expect(await readRequests(target)).toEqual(await readRequests(fresh));
    expect(await readSections(target)).toEqual(await readSections(fresh));
    await succeed(target, ['verify']);
    // nothing differs from what is asked for now
    expect((await target.run(['ingest', ...all, log, other, packed])).stderr).not.toContain(
      'under other settings',
    );
    const runs = Object.keys(await readRowsByRun(target)).map((place) => place.split(' ')[1]);
    expect([...new Set(runs)].toSorted()).toEqual(['1', '2', '3']);
    for (const run of ['2', '1', '3']) {
      await succeed(target, ['undo', run]);
      await succeed(fresh, ['undo', run]);
      expect(await readViews(target)).toEqual(await readViews(fresh));
      expect(await readRequests(target)).toEqual(await readRequests(fresh));
      expect(await readSections(target)).toEqual(await readSections(fresh));
      await succeed(target, ['verify']);
    }
  });

  it('are added before lines are counted that are new, and before a gap is filled', async ({
    openTarget,
    folder,
  }) => {
    const { all, log } = await prepare(folder);
    const [target, fresh] = [await openTarget(kind), await openTarget(kind)];
    await succeed(target, ['ingest', '--quiet', log]);
    await appendFile(log, summaryLines(60, 80));
    await succeed(target, ['ingest', '--quiet', log]);
    await succeed(target, ['undo', '1']);
    await appendFile(log, summaryLines(80, 90));
    const text = await succeed(target, ['ingest', '--recount', ...all, log]);
    expect(text).toMatch(/^added +20 known lines to statuses, .*requests, sections; all else is as it was$/m);
    expect(text).toMatch(/^lines read +70\b/m);
    await succeed(fresh, ['ingest', '--quiet', ...all, log]);
    expect(await readViews(target)).toEqual(await readViews(fresh));
    expect(await readRequests(target)).toEqual(await readRequests(fresh));
    await succeed(target, ['verify']);
    // nothing is missing now: --recount takes the log back and counts it anew
    const again = JSON.parse(await succeed(target, ['ingest', '--json', '--recount', ...all, log]));
    expect(again).toMatchObject({ lines: 90, inputs: [{ takenBack: [{ runs: [2, 3], lines: 90 }] }] });
    expect(await readViews(target)).toEqual(await readViews(fresh));
  });

  it('are told in a dry run, which stores nothing', async ({ openTarget, folder }) => {
    const { all, log } = await prepare(folder);
    const target = await openTarget(kind);
    const titled = join(folder, 'titled.toml');
    await writeFile(titled, '[summaries]\ntitle_field = "X-Title"\n');
    await succeed(target, ['ingest', '--quiet', '--summary', 'titles,hours', '--config', titled, log]);
    expect((await target.run(['ingest', ...all, log])).stderr).toMatch(
      /other settings: summaries now with statuses, .*, bytes, requests, sections and without titles; /,
    );
    const before = await readTables(target);
    const { code, stdout } = await target.run(['ingest', '--dry-run', '--recount', ...all, log]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^added +60 known lines to statuses/m);
    expect(await readTables(target)).toEqual(before);
  });
});

describe('summaries that are asked for later', { timeout: 240_000 }, () => {
  it('may be added when the runs can no longer be undone', async ({ openTarget, folder }) => {
    const { all, log } = await prepare(folder);
    const [target, fresh] = [await openTarget('postgres'), await openTarget('postgres')];
    await succeed(target, ['ingest', '--quiet', log]);
    await target.query("update logtally.run set started_at = started_at - interval '90 days'");
    await succeed(target, ['ingest', '--quiet', '--undo-days', '30', log]);
    expect((await target.run(['undo', '1'])).stderr).toContain('can no longer be undone');
    await succeed(target, ['ingest', '--quiet', '--undo-days', '30', '--recount', ...all, log]);
    await succeed(fresh, ['ingest', '--quiet', ...all, log]);
    expect(await readViews(target)).toEqual(await readViews(fresh));
    await succeed(target, ['verify']);
    const { code, stderr } = await target.run(['ingest', '--recount', ...all, log]);
    expect(code).toBe(4);
    expect(stderr).toContain('which is no longer kept what it added');
  });

  it('are not added alone if lines count otherwise now: all of the log is counted again', async ({
    openTarget,
    folder,
  }) => {
    const { all, log } = await prepare(folder);
    const target = await openTarget('postgres');
    await succeed(target, ['ingest', '--quiet', log]);
    const args = ['ingest', '--json', '--recount', '--skip-bots', ...all, log];
    const result = JSON.parse(await succeed(target, args));
    expect(result).toMatchObject({ lines: 60, inputs: [{ takenBack: [{ runs: [1], lines: 60 }] }] });
    expect(result.inputs[0].supplements).toBeUndefined();
    await succeed(target, ['verify']);
  });

  it('are not added if a batch counts otherwise although the settings are the same', async ({
    openTarget,
    folder,
  }) => {
    const { all, log } = await prepare(folder);
    const target = await openTarget('postgres');
    await succeed(target, ['ingest', '--quiet', log]);
    await target.query('update logtally.batch set lines = lines + 1, rejected = rejected + 1');
    const before = await readRowsByRun(target);
    const { code, stderr } = await target.run(['ingest', '--recount', ...all, log]);
    expect(code).toBe(4);
    expect(stderr).toContain('counts otherwise than in run 1: lines 60, then 61; nothing is changed');
    expect(stderr).toContain('hint: logtally undo 1, and then logtally ingest, counts all of that run anew');
    expect(await readRowsByRun(target)).toEqual(before);
  });

  it('are held back if the input holds only the beginning of the log', async ({ openTarget, folder }) => {
    const { all, log } = await prepare(folder);
    const target = await openTarget('postgres');
    const half = join(folder, 'half.log');
    await writeFile(half, summaryLines(0, 30));
    await succeed(target, ['ingest', '--quiet', half]);
    await succeed(target, ['ingest', '--quiet', log]);
    await writeFile(half, summaryLines(0, 30));
    const { code, stderr } = await target.run(['ingest', '--recount', ...all, half]);
    expect(code).toBe(4);
    expect(stderr).toContain('give the whole log to --recount');
    expect(await readRowsByRun(target)).toEqual({});
  });

  it('are added to each log of an archive of several', async ({ openTarget, folder }) => {
    const { all, log, other } = await prepare(folder);
    const [target, fresh] = [await openTarget('postgres'), await openTarget('postgres')];
    await writeFile(log, summaryLines(0, 400));
    await writeFile(other, summaryLines(1000, 1400));
    const both = join(folder, 'both.gz');
    await writeFile(both, gzipSync(summaryLines(0, 400) + summaryLines(1000, 1400)));
    for (const path of [log, other]) {
      await succeed(target, ['ingest', '--quiet', path]);
      await succeed(fresh, ['ingest', '--quiet', ...all, path]);
    }
    const result = JSON.parse(await succeed(target, ['ingest', '--json', '--recount', ...all, both]));
    expect(result).toMatchObject({ lines: 0, inputs: [{ supplements: [{ runs: [1] }, { runs: [2] }] }] });
    expect(await readViews(target)).toEqual(await readViews(fresh));
    expect(await readRequests(target)).toEqual(await readRequests(fresh));
  });

  it('are added once by runs at the same time', async ({ openTarget, folder }) => {
    const { all, log, other, packed } = await prepare(folder);
    const [target, fresh] = [await openTarget('postgres'), await openTarget('postgres')];
    const paths = [log, other, packed];
    await succeed(target, ['ingest', '--quiet', '--final', ...paths]);
    await succeed(fresh, ['ingest', '--quiet', '--final', ...all, ...paths]);
    const args = ['ingest', '--quiet', '--final', '--recount', ...all, ...paths];
    const runs = await Promise.all([1, 2, 3].map(() => target.run(args)));
    // who comes too often behind the others gives up, and says so
    for (const { code, stderr } of runs)
      if (code !== 0) expect(stderr).toContain('is being counted by other runs at the same time');
    expect(runs.map(({ code }) => code)).toContain(0);
    expect(await readViews(target)).toEqual(await readViews(fresh));
    expect(await readRequests(target)).toEqual(await readRequests(fresh));
    await succeed(target, ['verify']);
  });

  it('are not added a second time if another run has added them meanwhile', async ({
    openTarget,
    folder,
  }) => {
    const { log } = await prepare(folder);
    const [target, fresh] = [await openTarget('postgres'), await openTarget('postgres')];
    await succeed(target, ['ingest', '--quiet', log]);
    await succeed(fresh, ['ingest', '--quiet', '--summary', 'statuses,hours', log]);
    const args = ['--recount', '--summary', 'statuses,hours', log];
    const slow = startIngest({ ...target.environment, LOGTALLY_FAULT: 'copying:1:4000ms' }, args);
    await slow.paused;
    await succeed(target, ['ingest', '--quiet', ...args]);
    expect((await slow.answer).code).toBe(0);
    expect(await readViews(target)).toEqual(await readViews(fresh));
    await succeed(target, ['verify']);
  });

  it.for([
    ...(['copying', 'locked', 'merged', 'before_commit', 'commit_sent', 'committed'] as const).map(
      (point) => ({ point, action: 'kill' }),
    ),
    ...(['merged', 'commit_sent', 'committed'] as const).map((point) => ({ point, action: 'disconnect' })),
  ])('are exact if the run meets $action at $point', async ({ point, action }, { openTarget, folder }) => {
    const { all, log } = await prepare(folder);
    const [target, fresh] = [await openTarget('postgres'), await openTarget('postgres')];
    await succeed(target, ['ingest', '--quiet', log]);
    await succeed(fresh, ['ingest', '--quiet', ...all, log]);
    const hits = await readHits(target);
    // the record of the run is the first transaction, and the views of own summaries the second
    const nth = ['before_commit', 'commit_sent', 'committed'].includes(point) ? 3 : 1;
    const environment = { ...target.environment, LOGTALLY_FAULT: `${point}:${nth}:${action}` };
    const args = ['--recount', ...all, log];
    expect((await ingest(environment, args)).code).toBe(action === 'kill' ? null : 0);
    const [batch] = await readBatches(target);
    expect(batch?.['summaries']).toBeOneOf(point === 'committed' ? [ALL] : ['', ALL]);
    if (batch?.['summaries'] !== ALL) expect((await ingest(target.environment, args)).code).toBe(0);
    expect(await readViews(target)).toEqual(await readViews(fresh));
    expect(await readRequests(target)).toEqual(await readRequests(fresh));
    expect(await readVisitors(target)).toEqual(await readVisitors(fresh));
    expect(await readHits(target)).toEqual(hits);
    await succeed(target, ['verify']);
  });
});
