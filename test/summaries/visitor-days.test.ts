// The days of visitors: how long they are told apart, and what becomes of lines that come when they no longer are. Time passes by
// setting back when a day had its last line.

import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { runCli } from '../support/cli.js';
import { OFTEN_TESTED, succeed, type Target } from '../support/targets.js';
import { it } from '../support/test.js';
import { letDaysPass, type Rows, readKeys, readViews, readVisitors } from './support/kept.js';
import {
  FIREFOX,
  type Fixed,
  GOOGLEBOT,
  INGEST,
  IPHONE,
  summaryLine,
  summaryLines,
} from './support/lines.js';

const DAY = 'default 2026-04-14';
const [ANNA, BORIS, CLARA] = ['203.0.113.1', '203.0.113.2', '203.0.113.3'].map((host) => ({
  ...{ day: 14, agent: FIREFOX, host, ids: 'photo 1' },
}));
const ROBOT = { day: 14, agent: GOOGLEBOT, host: '203.0.113.4', ids: 'photo 1' };

/** A line of each, from a serial number on. */
const toLines = (from: number, people: readonly (Fixed | undefined)[]) =>
  people.map((person, at) => summaryLine(from + at, person)).join('');

/** The views that no key of visitors matters to. */
const withoutVisitors = (views: Rows): Rows =>
  Object.fromEntries(Object.entries(views).filter(([view]) => !view.includes('visitor')));

async function ingest(target: Target, ...args: readonly string[]) {
  const { code, stdout, stderr } = await target.run([...INGEST, '--json', ...args]);
  const { lateRequests } = JSON.parse(stdout) as { readonly lateRequests: number };
  return { code, stderr, lateRequests };
}

const QUIET = { code: 0, stderr: '', lateRequests: 0 };

describe.each(OFTEN_TESTED)('visitors in %s', { timeout: 120_000 }, (kind) => {
  it('are told apart until two days after the last line, and the next run ends that, even one without a new line', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const path = join(folder, 'access.log');
    await writeFile(path, toLines(0, [ANNA, BORIS, ROBOT]));
    await ingest(target, path);
    await letDaysPass(target, 1);
    await ingest(target, path);
    expect(await readKeys(target)).toEqual([`${DAY} open`]);
    // a new line begins the two days again
    await appendFile(path, toLines(10, [ANNA]));
    await ingest(target, path);
    await letDaysPass(target, 1);
    await ingest(target, path);
    expect(await readKeys(target)).toEqual([`${DAY} open`]);
    await letDaysPass(target, 1);
    expect(await ingest(target, path)).toEqual(QUIET);
    expect(await readKeys(target)).toEqual([`${DAY} closed`]);
    expect(await readVisitors(target)).toEqual({ [DAY]: { visitors: 2, requests: 3, late: 0 } });
  });

  it('are counted no more on a day that is over: its lines count in all else, and that is told', async ({
    openTarget,
    folder,
  }) => {
    const [target, fresh] = [await openTarget(kind), await openTarget(kind)];
    const path = join(folder, 'access.log');
    await writeFile(path, toLines(0, [ANNA, BORIS, ROBOT]));
    await ingest(target, path);
    await letDaysPass(target, 3);
    await ingest(target, path);
    const tomorrow = { ...CLARA, day: 15 };
    await appendFile(path, toLines(10, [ANNA, CLARA, CLARA, ROBOT, tomorrow]));
    const { stderr, ...late } = await ingest(target, path);
    expect(late).toEqual({ code: 0, lateRequests: 3 });
    expect(stderr).toBe(
      'logtally: 3 requests are of days whose visitors are no longer told apart: they count in all else, but not as visitors (late_requests in logtally.visitor_daily)\n',
    );
    const days = {
      [DAY]: { visitors: 2, requests: 2, late: 3 },
      'default 2026-04-15': { visitors: 1, requests: 1, late: 0 },
    };
    expect(await readVisitors(target)).toEqual(days);
    const objects = await target.query(
      'select day::text, visitors::int, requests::int from logtally.object_visitor_daily order by 1',
    );
    expect(objects).toEqual([
      { day: '2026-04-14', visitors: 2, requests: 2 },
      { day: '2026-04-15', visitors: 1, requests: 1 },
    ]);
    await succeed(fresh, [...INGEST, '--quiet', path]);
    expect(withoutVisitors(await readViews(target))).toEqual(withoutVisitors(await readViews(fresh)));
    await succeed(target, ['verify']);
    // the late lines are of the third run
    await succeed(target, ['undo', '3']);
    expect(await readVisitors(target)).toEqual({ [DAY]: { visitors: 2, requests: 2, late: 0 } });
    const { lateRequests } = await ingest(target, path);
    expect(lateRequests).toBe(3);
    expect(await readVisitors(target)).toEqual(days);
  });

  it('are told to be late by --quiet not at all, and once by a transaction that is tried again', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const paths = [join(folder, 'a.log'), join(folder, 'b.log')];
    for (const [at, path] of paths.entries()) await writeFile(path, toLines(at * 10, [ANNA, BORIS]));
    await ingest(target, ...paths);
    await letDaysPass(target, 3);
    await ingest(target, ...paths);
    for (const path of paths) await appendFile(path, toLines(100, [CLARA]));
    const environment = { ...target.environment, LOGTALLY_FAULT: 'recorded:1:40001' };
    const { code, stdout } = await runCli([...INGEST, '--json', ...paths], { environment });
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, lines: 2, lateRequests: 2 });
    for (const path of paths) await appendFile(path, toLines(200, [CLARA]));
    await succeed(target, [...INGEST, '--quiet', ...paths]);
    expect(await readVisitors(target)).toEqual({ [DAY]: { visitors: 2, requests: 4, late: 4 } });
  });

  it('are told apart anew if all lines of their day are taken back', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const [path, other] = [join(folder, 'access.log'), join(folder, 'other.log')];
    await writeFile(path, toLines(0, [ANNA, BORIS]));
    await writeFile(other, toLines(10, [ANNA, CLARA]));
    await ingest(target, path);
    await ingest(target, other);
    await letDaysPass(target, 3);
    await ingest(target, path);
    const all = { [DAY]: { visitors: 3, requests: 4, late: 0 } };
    expect(await readVisitors(target)).toEqual(all);
    await succeed(target, ['undo', '1']);
    await succeed(target, ['undo', '2']);
    expect(await ingest(target, path, other)).toEqual(QUIET);
    expect(await readVisitors(target)).toEqual(all);
    expect(await readKeys(target)).toEqual([`${DAY} open`]);
  });

  it('are exact if the only log of a day that is over is counted again', async ({ openTarget, folder }) => {
    const [target, fresh] = [await openTarget(kind), await openTarget(kind)];
    const path = join(folder, 'access.log');
    await writeFile(path, summaryLines(0, 80));
    await ingest(target, path);
    await letDaysPass(target, 3);
    await ingest(target, path);
    await appendFile(path, summaryLines(80, 100));
    expect((await ingest(target, path)).lateRequests).toBeGreaterThan(0);
    expect(await ingest(target, '--recount', path)).toEqual(QUIET);
    await ingest(fresh, path);
    expect(await readViews(target)).toEqual(await readViews(fresh));
    await succeed(target, ['verify']);
  });

  it('are never too many, and told to be late, if one of two logs of a day that is over is counted again', async ({
    openTarget,
    folder,
  }) => {
    const [target, fresh] = [await openTarget(kind), await openTarget(kind)];
    const [path, other] = [join(folder, 'access.log'), join(folder, 'other.log')];
    await writeFile(path, toLines(0, [ANNA, BORIS]));
    await writeFile(other, toLines(10, [ANNA, CLARA]));
    await ingest(target, path, other);
    await letDaysPass(target, 3);
    await ingest(target, path);
    const { code, lateRequests } = await ingest(target, '--recount', path);
    expect({ code, lateRequests }).toEqual({ code: 0, lateRequests: 2 });
    expect(await readVisitors(target)).toEqual({ [DAY]: { visitors: 2, requests: 2, late: 2 } });
    await ingest(fresh, path, other);
    expect(withoutVisitors(await readViews(target))).toEqual(withoutVisitors(await readViews(fresh)));
    await succeed(target, ['verify']);
    for (const run of ['1', '3']) await succeed(target, ['undo', run]);
    expect(await ingest(target, path, other)).toEqual(QUIET);
    expect(await readViews(target)).toEqual(await readViews(fresh));
  });

  it('are late on the sites alone whose day is over, also if one log is of several', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const path = join(folder, 'access.log');
    const args = ['--format', 'vhost_combined', '--site-from', 'vhost', path];
    const toLine = (site: string, host: string, serial: number) =>
      `${site}:443 ${host} - - [14/Apr/2026:10:22:${10 + serial} +0200] "GET / HTTP/1.1" 200 5 "-" "${IPHONE}"\n`;
    await writeFile(path, toLine('one.example', '203.0.113.1', 0));
    await ingest(target, ...args);
    await letDaysPass(target, 3);
    await ingest(target, ...args);
    const people = ['203.0.113.1', '203.0.113.2'];
    for (const [at, host] of people.entries())
      await appendFile(path, toLine('one.example', host, 10 + at) + toLine('two.example', host, 20 + at));
    const { lateRequests } = await ingest(target, ...args);
    expect(lateRequests).toBe(2);
    expect(await readVisitors(target)).toEqual({
      'one.example 2026-04-14': { visitors: 1, requests: 1, late: 2 },
      'two.example 2026-04-14': { visitors: 2, requests: 2, late: 0 },
    });
  });

  it('by an id of the log beside others are told apart for good, whose days end', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const [path, other, config] = ['access.log', 'other.log', 'logtally.toml'].map((name) =>
      join(folder, name),
    );
    if (path === undefined || other === undefined || config === undefined) throw new Error('no paths');
    await writeFile(path, toLines(0, [ANNA]));
    await ingest(target, path);
    await writeFile(config, '[summaries]\non = ["visitors"]\nvisitor_id_field = "id"\n');
    const log = `203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /a HTTP/1.1" 200 10 "x1"\n`;
    const args = ['--quiet', '--config', config, '--format', '%h %l %u %t "%r" %>s %b "%{id}C"', '--by-path'];
    await succeed(target, ['ingest', ...args], log);
    await letDaysPass(target, 3);
    await ingest(target, path);
    expect(await readKeys(target)).toEqual([' infinity open', `${DAY} closed`]);
  });
});
