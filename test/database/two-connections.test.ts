// Groups of files on two connections: one is read while the server stores the other.

import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, vi } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { connectPostgres } from '../../src/database/postgres.js';
import { GROUP_BOUNDS, ingest } from '../../src/ingest/ingest.js';
import { createIngestSettings } from '../support/ingest-settings.js';
import { lines, requestLine } from '../support/logs.js';
import { readNamedTables, succeed, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

interface Ran {
  readonly exitCode: number;
  readonly states: readonly string[];
  /** The second connections that were asked for; null where there was none. */
  readonly opened: readonly (Database | null)[];
}

/** Counts files in groups of two. @param onSecond is given the second connection */
async function ingestInGroups(
  url: string,
  paths: readonly string[],
  onSecond: (second: Database) => Promise<void> = async () => undefined,
): Promise<Ran> {
  const database = await connectPostgres(url, 60);
  const opened: (Database | null)[] = [];
  const open = database.openAnother.bind(database);
  vi.spyOn(database, 'openAnother').mockImplementation(async () => {
    const second = await open();
    opened.push(second);
    if (second !== null) await onSecond(second);
    return second;
  });
  try {
    const settings = createIngestSettings(paths, { groupBounds: { ...GROUP_BOUNDS, files: 2 } });
    const { exitCode, inputs } = await ingest(database, settings, {
      progress: { packedBytes: 0, lines: 0 },
      signal: new AbortController().signal,
      version: 'test',
    });
    return { exitCode, states: inputs.map(({ state }) => state), opened };
  } finally {
    await database.close();
  }
}

function getUrl(target: Target): string {
  return target.environment['DATABASE_URL'] ?? '';
}

/** Writes a log of 20 lines for each path, of which half are about objects that the next one has too. */
async function writeLogs(folder: string, count: number): Promise<readonly string[]> {
  const paths = Array.from({ length: count }, (_, at) => join(folder, `${at}.log`));
  for (const [at, path] of paths.entries()) {
    const requests = Array.from({ length: 20 }, (_, line) =>
      requestLine({ time: `14/Apr/2026:10:${10 + at}:${10 + line} +0200`, ids: `photo ${at * 10 + line}` }),
    );
    await writeFile(path, requests.join(''));
  }
  return paths;
}

describe('groups of files on two connections', () => {
  it('leave the tables that one connection leaves', async ({ openTarget, folder }) => {
    const [two, one] = [await openTarget('postgres'), await openTarget('postgres')];
    const paths = await writeLogs(folder, 7);
    const ran = await ingestInGroups(getUrl(two), paths);
    expect(ran).toMatchObject({ exitCode: 0, states: Array(7).fill('counted') });
    expect(ran.opened).toEqual([expect.anything()]);
    for (const path of paths) expect((await one.run(['ingest', '--quiet', path])).code).toBe(0);
    expect(await readNamedTables(two)).toEqual(await readNamedTables(one));
    const commits = 'select count(distinct committed_at)::int as commits from logtally.batch';
    expect(await two.query(commits)).toEqual([{ commits: 4 }]);
    await succeed(two, ['verify']);
  });

  it('count each line once if a file is in the group before, which is not committed yet', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const path = (name: string) => join(folder, name);
    for (const at of [0, 1, 2]) await writeFile(path(`${at}.log`), lines(at * 50, at * 50 + 50));
    await copyFile(path('1.log'), path('copy.log'));
    await writeFile(path('grown.log'), lines(50, 110).slice(0, -1));
    const names = ['0.log', '1.log', 'copy.log', '2.log', '1.log', 'grown.log', '0.log'];
    const { exitCode, states } = await ingestInGroups(getUrl(target), names.map(path));
    expect(exitCode).toBe(0);
    expect(states).toEqual(['counted', 'counted', 'known', 'counted', 'known', 'counted', 'known']);
    const [row] = await target.query('select sum(hit_count)::int as hits from logtally.object_hits');
    // 50 + 50 + 50, and nine whole lines by which the second has grown, as another log of its own lines
    expect(row).toEqual({ hits: 159 });
    await succeed(target, ['verify']);
  });

  it('count the files singly whose group loses its connection', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const paths = await writeLogs(folder, 8);
    const kill = async (second: Database) => {
      const { rows } = await second.query('select pg_backend_pid() as pid');
      await target.query(`select pg_terminate_backend(${rows[0]?.['pid']})`);
    };
    const ran = await ingestInGroups(getUrl(target), paths, kill);
    expect(ran).toMatchObject({ exitCode: 0, states: Array(8).fill('counted') });
    const [row] = await target.query('select sum(hit_count)::int as hits from logtally.object_hits');
    expect(row).toEqual({ hits: 160 });
    await succeed(target, ['verify']);
  });

  it('leave a bad file out in either group', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const paths = await writeLogs(folder, 8);
    const types = Array.from({ length: 1100 }, (_, at) => requestLine({ ids: `type${at} 1` })).join('');
    for (const at of [1, 4]) await writeFile(paths[at] ?? '', types);
    const { exitCode, states } = await ingestInGroups(getUrl(target), paths);
    expect(exitCode).toBe(4);
    expect(states).toEqual(paths.map((_, at) => (at === 1 || at === 4 ? 'failed' : 'counted')));
    await succeed(target, ['verify']);
  });

  it('are on one connection in a rehearsal', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    const database = await connectPostgres(getUrl(target), 60);
    try {
      const second = await database.transaction('rehearsal', () =>
        database.transaction('writing', () => database.openAnother()),
      );
      expect(second).toBeNull();
      const third = await database.transaction('writing', () => database.openAnother());
      expect(third).not.toBeNull();
      await third?.close();
    } finally {
      await database.close();
    }
  });
});
