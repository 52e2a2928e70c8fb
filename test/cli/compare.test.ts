// What is compared with days that nobody counted, and with months of other lengths.

import { describe, expect } from 'vitest';
import { writeLog } from '../page/logs.js';
import { OFTEN_TESTED, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

/** Counted since the middle of a week: the period before, 1 to 7 April, is half there. */
const YOUNG = writeLog([
  ['7', 'steady', '2026-04-05', 5],
  ['7', 'steady', '2026-04-10', 13],
  ['7', 'fresh', '2026-04-14', 1],
]);

/** The same week of a site that has been counted for longer, of one type a day later than the other. */
const OLD = writeLog([
  ['7', 'steady', '2026-03-31', 1],
  ['7', 'steady', '2026-04-05', 5],
  ['7', 'steady', '2026-04-10', 13],
  ['9', 'fresh', '2026-04-14', 1],
]);

const WEEK = ['--since', '2026-04-08', '--until', '2026-04-14'];

async function ask(target: Target, args: readonly string[]) {
  const { code, stdout, stderr } = await target.run(['top', ...args]);
  return { code, stdout, stderr };
}

const list = (json: string): (readonly [string, string, number | null])[] =>
  JSON.parse(json).map((each: { site: string; objectId: string; previousHits: number | null }) => [
    each.site,
    each.objectId,
    each.previousHits,
  ]);

describe.each(OFTEN_TESTED)('a period before that was not wholly counted, in %s', (kind) => {
  it('is said to be counted only since a day: it shows no growth, and nothing as new', async ({
    openTarget,
  }) => {
    const target = await openTarget(kind);
    await target.run(['ingest', '--quiet'], { input: YOUNG });
    const text = await ask(target, [...WEEK, '--compare']);
    expect(text.stdout).toContain(
      'compared with 2026-04-01 to 2026-04-07\nsite default: counted only since 2026-04-05, so it is not compared\n\n',
    );
    expect(text.stdout).not.toMatch(/change|new|%\)/);
    const json = await ask(target, [...WEEK, '--compare', '--json']);
    expect(list(json.stdout)).toEqual([
      ['default', 'steady', null],
      ['default', 'fresh', null],
    ]);
    expect(json.stderr).toBe(
      'logtally: site default: counted only since 2026-04-05, so it is not compared\n',
    );
    const csv = await ask(target, [...WEEK, '--compare', '--csv']);
    expect(csv.stdout.split('\r\n')[1]).toMatch(/,0\.9285714285714286,$/);
    for (const [sort, what] of [
      ['rising', 'rises'],
      ['new', 'is new'],
    ] as const) {
      const told = await ask(target, ['--sort', sort]);
      expect(told.stdout).toContain(`counted only since 2026-04-05, so what ${what} is not known\n`);
      expect((await ask(target, ['--sort', sort, '--json'])).stdout).toBe('[]\n');
    }
  });

  it('behind a gap in the days is said to be one of which nothing was counted', async ({ openTarget }) => {
    const target = await openTarget(kind);
    await target.run(['ingest', '--quiet'], {
      input: writeLog([
        ['7', 'steady', '2026-03-20', 1],
        ['7', 'steady', '2026-04-08', 5],
      ]),
    });
    const note = 'site default: nothing was counted from 2026-03-21 to 2026-04-07, so';
    const { stdout } = await ask(target, [...WEEK, '--compare']);
    expect(stdout).toContain(`compared with 2026-04-01 to 2026-04-07\n${note} it is not compared\n\n`);
    expect((await ask(target, [...WEEK, '--sort', 'rising'])).stdout).toContain(
      `${note} what rises is not known\n`,
    );
    const json = await ask(target, [...WEEK, '--sort', 'new', '--json']);
    expect(json.stderr).toBe(`logtally: ${note} what is new is not known\n`);
  });

  it('is told of each site by itself', async ({ openTarget }) => {
    const target = await openTarget(kind);
    await target.run(['ingest', '--quiet', '--site', 'old'], { input: OLD });
    await target.run(['ingest', '--quiet', '--site', 'young'], { input: YOUNG });
    const json = await ask(target, [...WEEK, '--compare', '--json']);
    expect(list(json.stdout)).toEqual([
      ['old', 'steady', 5],
      ['old', 'fresh', 0],
      ['young', 'steady', null],
      ['young', 'fresh', null],
    ]);
    expect(list((await ask(target, [...WEEK, '--sort', 'new', '--json'])).stdout)).toEqual([
      ['old', 'fresh', null],
    ]);
    expect(list((await ask(target, [...WEEK, '--sort', 'rising', '--json'])).stdout)).toEqual([
      ['old', 'steady', 5],
      ['old', 'fresh', 0],
    ]);
    const { stdout } = await ask(target, [...WEEK, '--compare']);
    expect(stdout).toContain('site young: counted only since 2026-04-05');
    expect(stdout).not.toContain('site old:');
    expect(stdout).toContain('+8 (+160%)');
    const shown = await target.run([
      'show',
      '7',
      'steady',
      '--site',
      'young',
      '--since',
      '2026-04',
      '--json',
    ]);
    expect(JSON.parse(shown.stdout)).toMatchObject({ countedSince: '2026-04-05' });
    const whole = await target.run(['show', '7', 'steady', '--site', 'old', '--since', '2026-04', '--json']);
    expect(JSON.parse(whole.stdout)).toMatchObject({ countedSince: null });
  });
});

describe('a whole month', () => {
  it('is compared with the whole month before it, and as far as it goes where it is not over', async ({
    openTarget,
  }) => {
    const target = await openTarget('postgres');
    const hits = writeLog([
      ['7', 'a', '2026-01-30', 100],
      ['7', 'a', '2026-02-01', 2],
      ['7', 'a', '2026-02-28', 4],
      ['7', 'a', '2026-03-31', 9],
      ['7', 'a', '2026-04-14', 1],
    ]);
    await target.run(['ingest', '--quiet'], { input: hits });
    const askMonth = (month: string) => ask(target, ['--since', month, '--until', month, '--compare']);
    const march = (await askMonth('2026-03')).stdout;
    expect(march).toContain('2026-03-01 to 2026-03-31, compared with 2026-02-01 to 2026-02-28\n');
    expect(march).toContain('+3 (+50%)');
    expect((await askMonth('2026-04')).stdout).toContain(
      '2026-04-01 to 2026-04-30, counted only until 2026-04-14, compared with 2026-03-01 to 2026-03-14\n',
    );
  });
});
