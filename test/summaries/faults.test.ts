// Whatever happens to a run, the next one makes the summaries exact, and what is not counted leaves nothing in them.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { runCli } from '../support/cli.js';
import { startIngest } from '../support/logs.js';
import { OFTEN_TESTED, succeed, TARGET_KINDS, type Target } from '../support/targets.js';
import { it } from '../support/test.js';
import { NO_ROWS, readRowsByRun, readViews } from './support/kept.js';
import { INGEST, SUMMARIES, summaryLines } from './support/lines.js';

/** COMMIT is sent the first time for the record of the run. */
const POINTS = [
  'copying',
  'copying:2',
  'copied:2',
  'merged',
  'recorded',
  'before_commit:2',
  'commit_sent:2',
  'committed:2',
];

async function writeLogs(folder: string): Promise<readonly string[]> {
  const paths = [join(folder, 'access.log'), join(folder, 'packed.gz')];
  await writeFile(paths[0] ?? '', summaryLines(0, 200));
  await writeFile(paths[1] ?? '', gzipSync(summaryLines(300, 500)));
  return paths;
}

async function expectOnce(target: Target, fresh: Target, paths: readonly string[]): Promise<void> {
  await succeed(fresh, [...INGEST, '--quiet', ...paths]);
  expect(await readViews(target)).toEqual(await readViews(fresh));
  await succeed(target, ['verify']);
}

describe.each(TARGET_KINDS)('summaries in %s', { timeout: 120_000 }, (kind) => {
  const points = kind === 'postgres' ? POINTS : ['merged', 'commit_sent:2'];
  it.for(points)('are exact after a kill at %s and another run', async (point, { openTarget, folder }) => {
    const [target, fresh] = [await openTarget(kind), await openTarget(kind)];
    const paths = await writeLogs(folder);
    await target.run(['init']);
    const environment = {
      ...target.environment,
      LOGTALLY_FAULT: `${point}${/:/.test(point) ? '' : ':1'}:kill`,
    };
    expect((await runCli([...INGEST, ...paths], { environment })).code).toBe(null);
    await succeed(target, [...INGEST, '--quiet', ...paths]);
    await expectOnce(target, fresh, paths);
  });
});

describe.each(OFTEN_TESTED)('summaries in %s', { timeout: 120_000 }, (kind) => {
  it.for(['40P01', 'disconnect', 'error'])(
    'are exact after %s in the merge',
    async (action, { openTarget, folder }) => {
      const [target, fresh] = [await openTarget(kind), await openTarget(kind)];
      const paths = await writeLogs(folder);
      const environment = { ...target.environment, LOGTALLY_FAULT: `merged:1:${action}` };
      const { code } = await runCli([...INGEST, '--quiet', ...paths], { environment });
      if (action !== 'error' && kind === 'postgres') expect(code).toBe(0);
      await succeed(target, [...INGEST, '--quiet', ...paths]);
      await expectOnce(target, fresh, paths);
    },
  );

  it('are exact after a kill while a log is counted again', async ({ openTarget, folder }) => {
    const [target, fresh] = [await openTarget(kind), await openTarget(kind)];
    const paths = await writeLogs(folder);
    await succeed(target, [...INGEST, '--quiet', ...paths]);
    const before = await readRowsByRun(target);
    for (const point of ['copied', 'taken_back', 'merged', 'recorded', 'commit_sent:2']) {
      const environment = {
        ...target.environment,
        LOGTALLY_FAULT: `${point}${/:/.test(point) ? '' : ':1'}:kill`,
      };
      const { code } = await runCli([...INGEST, '--recount', ...paths], { environment });
      expect(code).toBe(null);
      if (!point.startsWith('commit')) expect(await readRowsByRun(target)).toEqual(before);
    }
    await succeed(target, [...INGEST, '--quiet', '--recount', ...paths]);
    await expectOnce(target, fresh, paths);
  });

  it('have nothing of a file that fails in the middle of a group, and all of the others', async ({
    openTarget,
    folder,
  }) => {
    const [target, fresh] = [await openTarget(kind), await openTarget(kind)];
    const paths = ['a.gz', 'b.gz', 'c.gz', 'd.log'].map((name) => join(folder, name));
    const [first = '', broken = '', third = '', foreign = ''] = paths;
    await writeFile(first, gzipSync(summaryLines(0, 100)));
    const packed = gzipSync(summaryLines(100, 20_000));
    packed.fill(0x55, packed.length - 2_000, packed.length - 1_000);
    await writeFile(broken, packed);
    // so many rejects that the log is held back after all of it was copied
    await writeFile(foreign, summaryLines(30_000, 30_050) + 'no line of a log\n'.repeat(60));
    await writeFile(third, gzipSync(summaryLines(40_000, 40_100)));
    const { code, stderr } = await target.run([...INGEST, '--quiet', first, broken, foreign, third]);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toContain(broken);
    expect(stderr).toContain(foreign);
    const places = Object.keys(await readRowsByRun(target));
    expect(places).toEqual(['count_source 1', 'object_count 1', 'site_count 1']);
    await succeed(fresh, [...INGEST, '--quiet', first, third]);
    expect(await readViews(target)).toEqual(await readViews(fresh));
    await succeed(target, ['verify']);
  });

  it('keep nothing of a dry run, which finds everything else in order', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const paths = await writeLogs(folder);
    await succeed(target, [...INGEST, '--quiet', '--dry-run', ...paths]);
    await target.run(['init']);
    expect(await readViews(target)).toEqual(NO_ROWS);
    await succeed(target, [...INGEST, '--quiet', paths[0] ?? '']);
    const read = async () => [await readRowsByRun(target), await readKeyRows(target)];
    const before = await read();
    await succeed(target, [...INGEST, '--quiet', '--dry-run', ...paths]);
    await succeed(target, [...INGEST, '--quiet', '--dry-run', '--recount', ...paths]);
    expect(await read()).toEqual(before);
    await succeed(target, ['verify']);
  });
});

function readKeyRows(target: Target): Promise<unknown> {
  return target.query('select t::text as row from logtally.visitor_key as t order by 1');
}

describe('twenty runs at once on the same days', () => {
  it('tell visitors apart by one key for each day, although each has begun with its own', {
    timeout: 120_000,
  }, async ({ openTarget, folder }) => {
    const [target, fresh] = [await openTarget('postgres'), await openTarget('postgres')];
    await target.run(['init']);
    const paths = Array.from({ length: 20 }, (_, at) => join(folder, `${at}.log`));
    for (const [at, path] of paths.entries()) await writeFile(path, summaryLines(at * 60, at * 60 + 60));
    // each has its own key before any of them has stored one
    const environment = { ...target.environment, LOGTALLY_FAULT: 'copied:1:1500ms' };
    const runs = paths.map((path) => startIngest(environment, ['--summary', SUMMARIES, path]));
    const answers = await Promise.all(runs.map(({ answer }) => answer));
    for (const { code, account } of answers)
      expect({ code, lines: account?.lines }).toEqual({ code: 0, lines: 60 });
    await expectOnce(target, fresh, paths);
    const [row] = await target.query('select count(*)::int as keys from logtally.visitor_key');
    expect(row).toEqual({ keys: 2 });
  });
});
