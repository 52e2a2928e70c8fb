// How far the counting is behind: what `status` says of the files, and what a monitoring system is told.

import {
  appendFile,
  chmod,
  copyFile,
  mkdir,
  rename,
  rm,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import type { StreamList } from '../../src/report/streams.js';
import { runCli, spawnCli } from '../support/cli.js';
import { lines } from '../support/logs.js';
import { OFTEN_TESTED, succeed, TARGET_KINDS, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

async function readStatus(target: Target): Promise<StreamList> {
  return JSON.parse(await succeed(target, ['status', '--json'])) as StreamList;
}

/** Lets the time since the logs were last seen be as long as that. */
async function age(target: Target, interval: string): Promise<void> {
  await target.query(`update logtally.log_stream set last_seen_at = last_seen_at - interval '${interval}'`);
}

describe.each(TARGET_KINDS)('a log in %s', { timeout: 120_000 }, (kind) => {
  it('is behind by the whole lines that were not counted, since a run last looked at it', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const path = join(folder, 'access.log');
    await writeFile(path, lines(0, 300));
    await succeed(target, ['ingest', '--quiet', path]);
    expect((await readStatus(target)).streams).toMatchObject([
      { lagBytes: 0, lagSeconds: 0, lagUnknown: null, watched: true },
    ]);
    await age(target, '2 hours');
    expect((await readStatus(target)).streams).toMatchObject([{ lagBytes: 0, lagSeconds: 0 }]);
    await appendFile(path, `${lines(300, 310)}the beginning of a li`);
    const { streams, newLogs } = await readStatus(target);
    expect(streams).toMatchObject([{ lagBytes: lines(300, 310).length, lagUnknown: null }]);
    expect(streams[0]?.lagSeconds).toBeGreaterThanOrEqual(7200);
    expect(streams[0]?.lagSeconds).toBeLessThan(7500);
    expect(newLogs).toEqual([]);
    await succeed(target, ['ingest', '--quiet', path]);
    expect((await readStatus(target)).streams).toMatchObject([{ lagBytes: 0, lagSeconds: 0 }]);
  });
});

describe.each(OFTEN_TESTED)('a log in %s', { timeout: 120_000 }, (kind) => {
  it('that was rotated is not behind, and the one that nobody has counted since is', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const path = join(folder, 'access.log');
    await writeFile(path, lines(0, 300));
    await succeed(target, ['ingest', '--quiet', path]);
    await rename(path, `${path}.1`);
    expect(await readStatus(target)).toMatchObject({
      streams: [{ lagBytes: null, lagSeconds: null, lagUnknown: 'gone' }],
      newLogs: [],
    });
    await writeFile(path, '');
    expect(await readStatus(target)).toMatchObject({ streams: [{ lagUnknown: 'replaced' }], newLogs: [] });
    await writeFile(path, lines(300, 320));
    await age(target, '2 hours');
    const { streams, newLogs } = await readStatus(target);
    expect(streams).toMatchObject([{ lagUnknown: 'replaced' }]);
    expect(newLogs).toMatchObject([{ path, lagBytes: lines(300, 320).length }]);
    expect(newLogs[0]?.lagSeconds).toBeGreaterThanOrEqual(7200);
    expect(await succeed(target, ['status'])).toMatch(
      /^! '.*access.log' holds another log now, .*: .*, 2 h$/m,
    );
    await succeed(target, ['ingest', '--quiet', path]);
    expect(await readStatus(target)).toMatchObject({
      streams: [{ lagUnknown: 'replaced' }, { lagBytes: 0, lagUnknown: null }],
      newLogs: [],
    });
  });

  it('that was copied and truncated is another one; a copy of its beginning is no new one', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const path = join(folder, 'access.log');
    await writeFile(path, lines(0, 300));
    await succeed(target, ['ingest', '--quiet', path]);
    await copyFile(path, `${path}.1`);
    await truncate(path, lines(0, 200).length);
    expect(await readStatus(target)).toMatchObject({ streams: [{ lagUnknown: 'replaced' }], newLogs: [] });
    await truncate(path);
    await appendFile(path, lines(400, 900));
    expect(await readStatus(target)).toMatchObject({
      streams: [{ lagUnknown: 'replaced' }],
      newLogs: [{ path, lagBytes: lines(400, 900).length }],
    });
  });

  it('is looked at wherever it has gone, if another one was counted at that path', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const [path, older] = [join(folder, 'access.log'), join(folder, 'access.log.1')];
    await writeFile(path, lines(0, 300));
    await writeFile(older, lines(300, 600));
    await succeed(target, ['ingest', '--quiet', path, older]);
    await rename(path, older);
    await appendFile(older, lines(600, 601));
    const { streams, newLogs } = await readStatus(target);
    const known = streams.filter(({ lagUnknown }) => lagUnknown === null);
    expect(known).toMatchObject([{ path, lagBytes: lines(600, 601).length }]);
    expect({ others: streams.length - 1, newLogs }).toEqual({ others: 1, newLogs: [] });
  });

  it('is recognised beyond its first mebibyte, and is another one if its end was overwritten', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const path = join(folder, 'access.log');
    const text = lines(0, 20_000);
    expect(text.length).toBeGreaterThan(1_500_000);
    await writeFile(path, text);
    await succeed(target, ['ingest', '--quiet', path]);
    await appendFile(path, lines(20_000, 20_001));
    expect((await readStatus(target)).streams).toMatchObject([{ lagBytes: lines(20_000, 20_001).length }]);
    await writeFile(path, `${text.slice(0, -10)}overwrites${lines(20_000, 20_001)}`);
    expect((await readStatus(target)).streams).toMatchObject([{ lagBytes: null, lagUnknown: 'replaced' }]);
  });

  it('has a gap behind it after undo', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const path = join(folder, 'access.log');
    await writeFile(path, lines(0, 300));
    await succeed(target, ['ingest', '--quiet', path]);
    await appendFile(path, lines(300, 310));
    await succeed(target, ['ingest', '--quiet', path]);
    await succeed(target, ['undo', '1']);
    expect((await readStatus(target)).streams).toMatchObject([{ lagBytes: lines(0, 300).length }]);
  });

  it('that nobody can look at says why', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const paths = ['there.log', 'packed.log', 'folder.log', 'piped.log'].map((name) => join(folder, name));
    const [there = '', packed = '', folderPath = ''] = paths;
    for (const [at, path] of paths.entries()) await writeFile(path, lines(at * 300, at * 300 + 300));
    await succeed(target, ['ingest', '--quiet', there, packed, folderPath]);
    await succeed(target, ['ingest', '--quiet'], lines(900, 1200));
    await writeFile(packed, gzipSync(lines(300, 600)));
    await rm(folderPath);
    await mkdir(folderPath);
    await rm(there);
    const why = async () => (await readStatus(target)).streams.map(({ lagUnknown }) => lagUnknown);
    expect(await why()).toEqual(['gone', 'archive', 'replaced', 'piped']);
    await target.query("update logtally.run set host = 'another'");
    expect(await why()).toEqual(['elsewhere', 'elsewhere', 'elsewhere', 'piped']);
    // the content says that it is the log, whoever has counted it
    await writeFile(there, lines(0, 301));
    expect(await why()).toEqual([null, 'elsewhere', 'elsewhere', 'piped']);
  });
});

const LINE =
  /^LOGTALLY (OK|WARNING|CRITICAL|UNKNOWN) - [^|\n]+ \| lag=[\d.]+s;(\d+);;0 waiting=\d+B;;;0 logs=\d+;;;0 late=\d+;0;;0\n$/;

describe('status --check', { timeout: 120_000 }, () => {
  it('prints one line with its numbers, and exits with 1 if a log is too far behind', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const path = join(folder, 'a|b\n.log');
    await writeFile(path, lines(0, 300));
    await succeed(target, ['ingest', '--quiet', path]);
    const check = async (...args: readonly string[]) => {
      const result = await target.run(['status', '--check', ...args]);
      expect(result.stderr).toBe('');
      expect(result.stdout).toMatch(LINE);
      return result;
    };
    expect(await check()).toMatchObject({
      code: 0,
      stdout: 'LOGTALLY OK - 1 log, none is behind | lag=0s;3600;;0 waiting=0B;;;0 logs=1;;;0 late=0;0;;0\n',
    });
    await age(target, '50 minutes');
    await appendFile(path, lines(300, 310));
    const well = await check();
    expect(well.code).toBe(0);
    expect(well.stdout).toContain('OK - 1 log, at most 50 min behind (');
    expect(well.stdout).toContain('a\\x7cb\\x0a.log');
    const late = await check('--max-lag', '45m');
    expect(late.code).toBe(1);
    expect(late.stdout).toMatch(
      /^LOGTALLY WARNING - 1 of 1 log too far behind, .* \| lag=30\d\d[\d.]*s;2700;;0 /,
    );
    await age(target, '11 minutes');
    expect((await check()).code).toBe(1);
    expect((await check('--max-lag', '2h')).code).toBe(0);
  });

  it('looks a second time at a log that seems late: its first new line may just be counted', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const path = join(folder, 'access.log');
    await writeFile(path, lines(0, 300));
    await succeed(target, ['ingest', '--quiet', path]);
    await age(target, '1 day');
    await appendFile(path, lines(300, 310));
    const [check] = await Promise.all([
      runCli(['status', '--check', '--max-lag', '1s'], target),
      spawnCli(['ingest', '--quiet', path], target),
    ]);
    expect(check).toMatchObject({ code: 0, stderr: '' });
  });

  it('notices an ingest that no longer runs, after a rotation too', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const [path, once] = [join(folder, 'access.log'), join(folder, 'once.log')];
    await writeFile(once, lines(600, 900));
    await succeed(target, ['ingest', '--quiet', once]);
    await age(target, '8 days');
    await writeFile(path, lines(0, 300));
    await succeed(target, ['ingest', '--quiet', path]);
    await writeFile(once, lines(900, 1200));
    expect(await target.run(['status', '--check'])).toMatchObject({ code: 0 });
    await rename(path, `${path}.1`);
    await writeFile(path, lines(300, 310));
    await age(target, '30 days');
    const { code, stdout } = await target.run(['status', '--check']);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^LOGTALLY WARNING - 1 of 1 log too far behind, at most 30 d behind \(.*access\.log'\)/,
    );
  });

  it('warns where nothing was counted, or a log may not be read', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    expect(await target.run(['status', '--check'])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^LOGTALLY WARNING - nothing has been counted yet \| /),
      stderr: '',
    });
    const path = join(folder, 'access.log');
    await writeFile(path, lines(0, 300));
    await succeed(target, ['ingest', '--quiet', path]);
    await chmod(path, 0);
    // the time says that the file is not the one that was seen
    await utimes(path, new Date(), new Date(Date.now() + 60_000));
    const args = ['status', '--check'];
    const { code, stdout } = await asOrdinaryUser(() => target.run(args));
    expect({ code, stdout }).toMatchObject({ code: 1, stdout: expect.stringContaining("may not read '") });
  });

  it('says in one line what has failed, and keeps the exit code', async ({ openTarget, folder }) => {
    const unreachable = { environment: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' } };
    const { code, stdout, stderr } = await runCli(['status', '--check'], unreachable);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^LOGTALLY WARNING - [^\n|]+\n$/);
    expect(stderr).toMatch(/^logtally: error: /);
    const target = await openTarget('postgres');
    for (const args of [
      ['--max-lag', '1h'],
      ['--check', '--max-lag', '1w'],
      ['--check', '--json'],
    ]) {
      const answer = await target.run(['status', ...args]);
      expect({ args, code: answer.code, stdout: answer.stdout }).toEqual({ args, code: 2, stdout: '' });
    }
    expect(folder).not.toBe('');
  });
});

/** Root may read everything: what it may not is asked for as somebody else. */
async function asOrdinaryUser<Result>(work: () => Promise<Result>): Promise<Result> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
