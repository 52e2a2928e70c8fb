// What top and report say of the summaries of folded months, and which months prune names.

import { describe } from 'vitest';
import { readReportData } from '../page/report-file.js';
import { OFTEN_TESTED, succeed, type Target } from '../support/targets.js';
import { it } from '../support/test.js';
import { toLines } from '../support/years.js';

const INGEST = ['ingest', '--quiet', '--undo-days', '0', '--summary'];
const NOTE = 'the days of 2021-03 are folded: all requests count on the first day of such a month';

const DAYS = ['2021-03-05', '2021-03-06', '2021-03-20', '2021-04-02'];
const LINES = toLines(DAYS.map((day) => [day, '7', 'a']));

/** What `top --summary` prints and says beside it. */
async function ask(target: Target, name: string, ...period: readonly string[]) {
  const { stdout, stderr } = await target.run(['top', '--summary', name, '--csv', ...period]);
  return { requests: stdout.split('\r\n')[1]?.split(',').slice(-3, -2), stderr };
}

describe.each(OFTEN_TESTED)('the summaries of a folded month in %s', (kind) => {
  it('are said to be folded if a period has only some days of it', async ({ openTarget, expect }) => {
    const target = await openTarget(kind);
    await succeed(target, [...INGEST, 'statuses,bytes,hours'], LINES);
    await succeed(target, ['prune', '--keep-days', '0']);
    const first = ['--since', '2021-03-01', '--until', '2021-03-02'];
    for (const name of ['statuses', 'bytes']) {
      expect((await ask(target, name, ...first)).stderr).toBe(`logtally: ${NOTE}\n`);
      expect((await ask(target, name, '--since', '2021-03', '--until', '2021-03')).stderr).toBe('');
    }
    expect((await ask(target, 'hours', '--since', '2021-03-06')).stderr).toBe('');
    expect((await ask(target, 'statuses', '--until', '2021-03')).requests).toEqual(['3']);
    const text = await succeed(target, ['top', '--summary', 'statuses', ...first]);
    expect(text).toContain(`first day 2021-03-01, last day 2021-03-01; runs keep it since`);
    expect(text).toContain(`\n${NOTE}\n`);
    const later = await succeed(target, ['top', '--summary', 'statuses', '--since', '2021-03-10']);
    expect(later).toContain(NOTE);
    const none = ['--since', '2021-03-10', '--until', '2021-03-12'];
    expect(await succeed(target, ['top', '--summary', 'statuses', ...none])).toBe(
      `2021-03-10 to 2021-03-12: no statuses; there are some of 2021-03-01 to 2021-04-01\n${NOTE}\n`,
    );
    const { stdout } = await target.run([
      'report',
      '--output',
      '-',
      '--since',
      '2021-03-04',
      '--until',
      '2021-04',
    ]);
    const { step, summaries } = readReportData(stdout);
    expect({
      step,
      folded: summaries.map(({ name, foldedMonths, lackingSteps }) => [name, foldedMonths, lackingSteps]),
    }).toEqual({
      step: 'month',
      folded: [
        ['statuses', ['2021-03'], 0],
        ['hours', [], 0],
        ['bytes', ['2021-03'], 0],
      ],
    });
  });

  it('are all in a report of all days', async ({ openTarget, expect }) => {
    const target = await openTarget(kind);
    await succeed(target, [...INGEST, 'statuses'], LINES);
    await succeed(target, ['prune', '--keep-days', '0']);
    const [summary] = readReportData((await target.run(['report', '--output', '-'])).stdout).summaries;
    expect(summary).toMatchObject({ foldedMonths: [], series: [{ title: '2xx', counts: [3, 1] }] });
    expect(summary?.lists[0]?.total).toBe(4);
  });

  it('are not said to be folded if they began later', async ({ openTarget, expect }) => {
    const target = await openTarget(kind);
    await succeed(target, [...INGEST, 'statuses'], LINES);
    await succeed(target, ['prune', '--keep-days', '0']);
    await succeed(target, [...INGEST, 'agents'], toLines([['2021-05-01', '7', 'a']]));
    expect((await ask(target, 'agents', '--since', '2021-03-06')).stderr).not.toContain('folded');
  });
});

describe('prune', () => {
  it('names the months of which it only makes one row of several beside those that it folds', async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    await succeed(target, [...INGEST, 'statuses'], LINES);
    const keep = ['--keep-days', '36500'];
    const joined = { keep_days: ['2021-03', '2021-04'] };
    const told = await succeed(target, ['prune', ...keep, '--dry-run']);
    expect(told).toContain(
      '--keep-days 36500: nothing\n  rows of several runs become one, day by day: 2 months, 2021-03 to 2021-04\n',
    );
    const { months, joined: found } = JSON.parse(await succeed(target, ['prune', ...keep, '--json']));
    expect({ months, found }).toEqual({ months: {}, found: joined });
    const folded = JSON.parse(await succeed(target, ['prune', '--keep-days', '0', '--json']));
    expect([folded.months, folded.joined]).toEqual([joined, {}]);
  });
});
