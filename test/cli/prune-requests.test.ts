// What prune does with requests, and with the summaries of an operator.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { describe } from 'vitest';
import { OFTEN_TESTED, succeed, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

const toLine = (day: string, path: string, bytes: number) =>
  `203.0.113.9 - - [${day}/2021:10:22:31 +0200] "GET ${path} HTTP/1.1" 200 ${bytes} "-" "UA" 7 1\n`;

const LINES = [
  toLine('30/Mar', '/a/1', 1),
  toLine('31/Mar', '/a/2', 2),
  toLine('31/Mar', '/b', 4),
  toLine('02/Apr', '/a', 8),
].join('');

const OWN = `-- summary: sections
-- table: section_daily
-- keys: day date, section text
-- sums: requests bigint, sent bigint
-- reads: day, path, bytes
select day, split_part(path, '/', 2), count(*), sum(bytes)::bigint from pg_temp.request group by 1, 2
`;

async function configure(folder: string): Promise<string> {
  await mkdir(join(folder, 'own'));
  await writeFile(join(folder, 'own', 'sections.sql'), OWN);
  const config = join(folder, 'logtally.toml');
  await writeFile(config, '[summaries]\non = ["requests"]\nfolder = "own"\n');
  return config;
}

const listPaths = async (target: Target) =>
  (await target.query('select path from logtally.request order by path')).map(({ path }) => path);

const listSections = async (target: Target) =>
  (await target.query('select row(s.*)::text as row from logtally.section_daily as s'))
    .map(({ row }) => row)
    .toSorted();

const listPartitions = async (target: Target) =>
  (await target.query("select to_regclass('logtally.request_2021_03')::text as name")).map(
    ({ name }) => name,
  );

describe.each(OFTEN_TESTED)('prune in %s', { timeout: 240_000 }, (kind) => {
  it('removes the requests of old months with their partitions, and folds what an operator keeps', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget(kind);
    const config = await configure(folder);
    await succeed(target, ['ingest', '--config', config, '--undo-days', '0'], LINES);
    const prune = async (...args: readonly string[]) =>
      JSON.parse(
        await succeed(target, ['prune', '--json', '--keep-request-days', '30', '--keep-days', '30', ...args]),
      );
    const before = await listSections(target);
    expect(before).toHaveLength(4);
    const told = await prune('--dry-run');
    expect([await listPaths(target), await listSections(target)]).toEqual([
      ['/a', '/a/1', '/a/2', '/b'],
      before,
    ]);
    const done = await prune();
    expect(done).toEqual({ ...told, dryRun: false });
    expect(done.removed).toMatchObject({ request: 4, own_count: 1 });
    expect(await listPaths(target)).toEqual([]);
    expect(await listPartitions(target)).toEqual([null]);
    expect(await listSections(target)).toEqual([
      '(2021-03-01,a,2,3)',
      '(2021-03-01,b,1,4)',
      '(2021-04-01,a,1,8)',
    ]);
    expect(await target.run(['verify'])).toMatchObject({ code: 0 });
    expect(await prune()).toMatchObject({ removed: {}, months: {} });
    // the partition comes back with late lines
    await succeed(target, ['ingest', '--config', config], `${LINES}${toLine('31/Mar', '/late', 16)}`);
    expect(await listPaths(target)).toEqual(['/late']);
  });

  it('leaves what a run has added to the summaries of an operator until it cannot be undone, but no requests', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget(kind);
    const config = await configure(folder);
    await succeed(target, ['ingest', '--config', config], LINES);
    const args = ['prune', '--json', '--keep-request-days', '30', '--keep-days', '30'];
    const { waiting, months } = JSON.parse(await succeed(target, args));
    expect({ waiting, months }).toEqual({
      waiting: { keep_days: ['2021-03', '2021-04'] },
      months: { keep_request_days: ['2021-03', '2021-04'] },
    });
    await succeed(target, ['undo', '1']);
    expect([await listPaths(target), await listSections(target)]).toEqual([[], []]);
    expect(await target.run(['verify'])).toMatchObject({ code: 0 });
  });
});

describe('prune beside a run that copies requests', () => {
  it('waits for nobody: it empties the partition, and drops it the next time', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const config = await configure(folder);
    await succeed(target, ['ingest', '--config', config], LINES);
    const other = new pg.Client(target.environment['DATABASE_URL']);
    await other.connect();
    try {
      await other.query('begin; lock table logtally.request in row exclusive mode');
      await succeed(target, ['prune', '--keep-request-days', '30']);
      expect(await listPaths(target)).toEqual([]);
      expect(await listPartitions(target)).toEqual(['logtally.request_2021_03']);
    } finally {
      await other.end();
    }
    await succeed(target, ['prune', '--keep-request-days', '30']);
    expect(await listPartitions(target)).toEqual([null]);
  });
});
