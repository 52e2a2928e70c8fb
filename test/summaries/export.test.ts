// Summaries on their way from an embedded database to a server: all of them come along, and ingest goes on there.

import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { runExport } from '../support/export.js';
import { succeed, type Target } from '../support/targets.js';
import { it } from '../support/test.js';
import { letDaysPass, readKeys, readRowsByRun, readViews } from './support/kept.js';
import { INGEST, summaryLines } from './support/lines.js';

const readKeyRows = (target: Target) =>
  target.query(
    `select site, day::text, encode(key, 'hex') as key, extract(epoch from last_line_at)::text as at
     from logtally.visitor_key order by 1, 2`,
  );

async function exportAll(source: Target, target: Target): Promise<void> {
  const { code, stderr } = await runExport(source, target);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

describe('an export of summaries', { timeout: 120_000 }, () => {
  it('carries all of them with their keys, twice as well as once, and ingest goes on at the server', async ({
    openTarget,
    folder,
  }) => {
    const [source, target, fresh] = [
      await openTarget('embedded'),
      await openTarget('postgres'),
      await openTarget('postgres'),
    ];
    const [path, other] = [join(folder, 'access.log'), join(folder, 'other.log')];
    await writeFile(path, summaryLines(0, 60));
    await writeFile(other, summaryLines(100, 160));
    await succeed(source, [...INGEST, '--quiet', path]);
    await succeed(source, [...INGEST, '--quiet', other]);
    // the last run has no rows any more: its number must not be given again
    await succeed(source, [...INGEST, '--quiet'], summaryLines(200, 220));
    await succeed(source, ['undo', '3']);
    await exportAll(source, target);
    const kept = async (of: Target) => [await readRowsByRun(of), await readKeyRows(of), await readViews(of)];
    const exported = await kept(source);
    expect(await kept(target)).toEqual(exported);
    await exportAll(source, target);
    expect(await kept(target)).toEqual(exported);
    await succeed(target, ['verify']);

    await appendFile(path, summaryLines(60, 90));
    await succeed(target, [...INGEST, '--quiet', path, other]);
    const added = await readRowsByRun(target);
    expect(Object.keys(added).filter((place) => place.endsWith(' 4'))).toHaveLength(3);
    expect(added).toMatchObject(exported[0] ?? {});
    await succeed(fresh, [...INGEST, '--quiet', path, other]);
    expect(await readViews(target)).toEqual(await readViews(fresh));
    await succeed(target, ['verify']);
    // an exported run can be undone at the server
    await succeed(target, ['undo', '2']);
    await succeed(target, [...INGEST, '--quiet', other]);
    expect(await readViews(target)).toEqual(await readViews(fresh));
    await letDaysPass(target, 3);
    await succeed(target, [...INGEST, '--quiet', other]);
    expect(await readKeys(target)).toEqual(['default 2026-04-14 closed', 'default 2026-04-15 closed']);
  });
});
