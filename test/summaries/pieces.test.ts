// The same lines say the same, however they come: at once, in pieces, packed, piped, renamed, and on two connections.

import { appendFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { connectPostgres } from '../../src/database/postgres.js';
import { GROUP_BOUNDS, ingest } from '../../src/ingest/ingest.js';
import { createIngestSettings } from '../support/ingest-settings.js';
import { OFTEN_TESTED, succeed, type Target } from '../support/targets.js';
import { it } from '../support/test.js';
import { readViews } from './support/kept.js';
import { INGEST, SUMMARIES, summaryLines } from './support/lines.js';

const PIECES = 50;
const LINES = 1_000;
const LOG = summaryLines(0, LINES);
const PIECE_LINES = LINES / PIECES;
const PARTS = Array.from({ length: PIECES }, (_, at) =>
  summaryLines(at * PIECE_LINES, (at + 1) * PIECE_LINES),
);

async function expectSame(target: Target, whole: Target): Promise<void> {
  const views = await readViews(whole);
  for (const rows of Object.values(views)) expect(rows.length).toBeGreaterThan(0);
  expect(await readViews(target)).toEqual(views);
  await succeed(target, ['verify']);
}

describe.each(OFTEN_TESTED)('summaries of a log in %s', { timeout: 240_000 }, (kind) => {
  it('are the same when it grows between fifty runs', async ({ openTarget, folder }) => {
    const [grown, whole] = [await openTarget(kind), await openTarget(kind)];
    const path = join(folder, 'access.log');
    for (const part of PARTS) {
      await appendFile(path, part);
      await succeed(grown, [...INGEST, '--quiet', path]);
    }
    await succeed(whole, [...INGEST, '--quiet', path]);
    await expectSame(grown, whole);
  });

  it('are the same when it comes as fifty archives in one transaction, or through a pipe', async ({
    openTarget,
    folder,
  }) => {
    const [archives, piped, whole] = [await openTarget(kind), await openTarget(kind), await openTarget(kind)];
    const paths = PARTS.map((_, at) => join(folder, `${at}.gz`));
    for (const [at, path] of paths.entries()) await writeFile(path, gzipSync(PARTS[at] ?? ''));
    await succeed(archives, [...INGEST, '--quiet', ...paths]);
    await succeed(piped, [...INGEST, '--quiet'], LOG);
    await succeed(whole, [...INGEST, '--quiet', '--final'], LOG);
    await expectSame(archives, whole);
    await expectSame(piped, whole);
    const commits = await archives.query(
      'select count(distinct committed_at)::int as commits from logtally.batch',
    );
    expect(commits).toEqual([{ commits: 1 }]);
  });

  it('are the same when it is rotated, packed and renamed between runs', async ({ openTarget, folder }) => {
    const [rotated, whole] = [await openTarget(kind), await openTarget(kind)];
    const path = join(folder, 'access.log');
    const run = (...paths: readonly string[]) => succeed(rotated, [...INGEST, '--quiet', ...paths]);
    await writeFile(path, summaryLines(0, 300));
    await run(path);
    await appendFile(path, summaryLines(300, 400));
    await rename(path, `${path}.1`);
    await writeFile(path, summaryLines(400, 700));
    await run(`${path}.1`, path);
    await writeFile(`${path}.2.gz`, gzipSync(summaryLines(0, 400)));
    await rm(`${path}.1`);
    await rename(path, join(folder, 'renamed.log'));
    await writeFile(path, summaryLines(700, LINES));
    await run(`${path}.2.gz`, join(folder, 'renamed.log'), path);
    await succeed(whole, [...INGEST, '--quiet'], LOG);
    await expectSame(rotated, whole);
  });
});

describe('summaries of many files', () => {
  it('are the same when they are read on two connections at once, with one key for each day of visitors', async ({
    openTarget,
    folder,
  }) => {
    const [two, whole] = [await openTarget('postgres'), await openTarget('postgres')];
    const paths = PARTS.map((_, at) => join(folder, `${at}.log`));
    for (const [at, path] of paths.entries()) await writeFile(path, PARTS[at] ?? '');
    const database = await connectPostgres(two.environment['DATABASE_URL'] ?? '', 60);
    try {
      const plain = createIngestSettings(paths, { groupBounds: { ...GROUP_BOUNDS, files: 4 } });
      const keys = { ...plain.keys, summaries: SUMMARIES.split(',') };
      const watch = { progress: { packedBytes: 0, lines: 0 }, signal: new AbortController().signal };
      const { exitCode } = await ingest(database, { ...plain, keys }, { ...watch, version: 'test' });
      expect(exitCode).toBe(0);
    } finally {
      await database.close();
    }
    await succeed(whole, [...INGEST, '--quiet'], LOG);
    await expectSame(two, whole);
    const commits = await two.query(
      'select count(distinct committed_at)::int as commits from logtally.batch',
    );
    expect(commits).toEqual([{ commits: 13 }]);
  });
});
