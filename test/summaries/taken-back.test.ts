// What is taken back leaves the summaries as if it had never been, and what is counted again is in them once.

import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { OFTEN_TESTED, succeed, type Target } from '../support/targets.js';
import { it } from '../support/test.js';
import { NO_ROWS, type Rows, readRowsByRun, readViews } from './support/kept.js';
import { INGEST, summaryLines } from './support/lines.js';

/** Orders in which four runs are undone. */
const ORDERS = [
  [1, 2, 3, 4],
  [4, 3, 2, 1],
  [2, 4, 1, 3],
  [3, 1, 4, 2],
];

const withoutRun = (rows: Rows, run: number): Rows =>
  Object.fromEntries(Object.entries(rows).filter(([place]) => !place.endsWith(` ${run}`)));

async function readCounts(target: Target): Promise<unknown> {
  const [row] = await target.query(`select
    (select count(*)::int from logtally.site_count) as site_count,
    (select count(*)::int from logtally.object_count) as object_count,
    (select count(*)::int from logtally.count_source) as count_source`);
  return row;
}

describe.each(OFTEN_TESTED)('summaries in %s', { timeout: 240_000 }, (kind) => {
  it.for(ORDERS)(
    'are as if the runs had never been that are undone in the order %j',
    async (order, { openTarget, folder }) => {
      const target = await openTarget(kind);
      const [log, packed, other] = ['access.log', 'packed.gz', 'other.log'].map((name) => join(folder, name));
      const paths = [log ?? '', packed ?? '', other ?? ''];
      await writeFile(paths[0] ?? '', summaryLines(0, 60));
      await succeed(target, [...INGEST, '--quiet', paths[0] ?? '']);
      await appendFile(paths[0] ?? '', summaryLines(60, 90));
      await writeFile(paths[1] ?? '', gzipSync(summaryLines(100, 160)));
      await succeed(target, [...INGEST, '--quiet', paths[0] ?? '', paths[1] ?? '']);
      await writeFile(paths[2] ?? '', summaryLines(200, 250));
      await succeed(target, ['ingest', '--summary', 'statuses,visitors', '--quiet', paths[2] ?? '']);
      await succeed(target, [...INGEST, '--quiet', '--site', 'blog'], summaryLines(300, 340));
      let rows = await readRowsByRun(target);
      expect(Object.keys(rows)).toHaveLength(12);
      for (const run of order) {
        await succeed(target, ['undo', String(run)]);
        rows = withoutRun(rows, run);
        expect(await readRowsByRun(target)).toEqual(rows);
        await succeed(target, ['verify']);
      }
      expect(await readViews(target)).toEqual(NO_ROWS);
      expect(await readCounts(target)).toEqual({ site_count: 0, object_count: 0, count_source: 0 });
      const fresh = await openTarget(kind);
      await succeed(target, [...INGEST, '--quiet', ...paths]);
      await succeed(fresh, [...INGEST, '--quiet', ...paths]);
      expect(await readViews(target)).toEqual(await readViews(fresh));
    },
  );

  it('count a log again once, under the summaries that are asked for then, and leave other logs alone', async ({
    openTarget,
    folder,
  }) => {
    const [target, fresh] = [await openTarget(kind), await openTarget(kind)];
    const [log, other] = [join(folder, 'access.log'), join(folder, 'other.log')];
    await writeFile(log, summaryLines(0, 50));
    await writeFile(other, summaryLines(100, 180));
    await succeed(target, ['ingest', '--summary', 'none', '--quiet', log]);
    await succeed(target, [...INGEST, '--quiet', other]);
    await appendFile(log, summaryLines(50, 70));
    await succeed(target, ['ingest', '--summary', 'none', '--quiet', log]);
    const ofOther = await readRowsByRun(target);
    expect(Object.keys(ofOther)).toEqual(['count_source 2', 'object_count 2', 'site_count 2']);
    const recount = (...summary: readonly string[]) =>
      succeed(target, ['ingest', '--recount', '--summary', ...summary, '--quiet', log]);
    const count = (...summary: readonly string[]) =>
      succeed(fresh, ['ingest', '--summary', ...summary, '--quiet', log]);
    await succeed(fresh, [...INGEST, '--quiet', other]);
    for (const [at, summaries] of ['statuses', INGEST[2], 'hours,visitors', 'none'].entries()) {
      await recount(summaries);
      await count(summaries);
      expect(await readViews(target)).toEqual(await readViews(fresh));
      const rows = await readRowsByRun(target);
      expect(rows).toMatchObject(ofOther);
      const own = Object.keys(rows).filter((place) => !(place in ofOther));
      // what is new is added to the runs that counted the log; what is asked for no more is counted without it
      const runs = [[1, 3], [1, 3], [6], []][at];
      expect([...new Set(own.map((place) => Number(place.split(' ')[1])))].toSorted()).toEqual(runs);
      await succeed(target, ['verify']);
      await succeed(fresh, ['undo', String(2 + at)]);
    }
  });

  it('lose one log of a group that is counted again, and no other one', async ({ openTarget, folder }) => {
    const [target, fresh] = [await openTarget(kind), await openTarget(kind)];
    const paths = [0, 1, 2].map((at) => join(folder, `${at}.log`));
    for (const [at, path] of paths.entries()) await writeFile(path, summaryLines(at * 50, at * 50 + 50));
    await succeed(target, [...INGEST, '--quiet', ...paths]);
    await succeed(target, [...INGEST, '--quiet', '--recount', paths[1] ?? '']);
    await succeed(fresh, [...INGEST, '--quiet', ...paths]);
    expect(await readViews(target)).toEqual(await readViews(fresh));
    await succeed(target, ['undo', '1']);
    await succeed(fresh, ['undo', '1']);
    await succeed(fresh, [...INGEST, '--quiet', paths[1] ?? '']);
    expect(await readViews(target)).toEqual(await readViews(fresh));
    await succeed(target, ['verify']);
  });
});
