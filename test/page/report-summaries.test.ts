// The data of the summaries in a report: what they are of, and how large they may be.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { OFTEN_TESTED, type Target } from '../support/targets.js';
import { it } from '../support/test.js';
import { readReportData, unpack } from './report-file.js';
import { ALL_SUMMARIES, GOOGLEBOT, toLine } from './summary-lines.js';

async function writeReport(target: Target, args: readonly string[] = []): Promise<string> {
  const { code, stdout, stderr } = await target.run(['report', '--output', '-', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

const readSummaries = async (target: Target, args: readonly string[] = []) =>
  readReportData(await writeReport(target, args)).summaries;

describe.each(OFTEN_TESTED)('the summaries of a report from %s', (kind) => {
  it('are none if none was kept, or none in the period', async ({ openTarget }) => {
    const target = await openTarget(kind);
    await target.run(['ingest'], { input: toLine({ time: '01/Mar/2026:10:22:31' }) });
    expect(await readSummaries(target)).toEqual([]);
    await target.run(['ingest', '--summary', 'hours,statuses'], { input: toLine({}) });
    expect((await readSummaries(target)).map(({ name }) => name)).toEqual(['statuses', 'hours']);
    expect(await readSummaries(target, ['--until', '2026-03-01'])).toEqual([]);
  });

  it('are those that top says, of the period and the site', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const lines = [
      toLine({ time: '02/Mar/2026:10:22:31', status: 404 }),
      toLine({ time: '03/Mar/2026:10:22:31', referrer: 'https://www.google.com/search?q=a' }),
      toLine({ time: '03/Mar/2026:11:22:31', agent: GOOGLEBOT, ids: '7 2' }),
      toLine({ time: '04/Mar/2026:11:22:31', status: 500 }),
    ].join('');
    await target.run(['ingest', '--summary', ALL_SUMMARIES], { input: lines });
    await target.run(['ingest', '--summary', ALL_SUMMARIES, '--site', 'blog'], {
      input: toLine({ status: 302 }),
    });
    const config = join(folder, 'logtally.toml');
    await writeFile(
      config,
      `[[content_type]]\nid = "7"\nname = "photo"\nlabel_query = "select '1', 'Sunset' where '1' = any($1)"\n`,
    );
    const asked = ['--config', config, '--site', 'default', '--since', '2026-03-02', '--until', '2026-03-03'];
    const summaries = await readSummaries(target, asked);
    expect(summaries.map(({ name }) => name).join()).toBe(ALL_SUMMARIES);
    for (const { name, lists } of summaries) {
      const top: readonly Readonly<Record<string, unknown>>[] = JSON.parse(
        (await target.run(['top', '--summary', name, '--json', '--limit', '200', ...asked])).stdout,
      );
      for (const list of lists) {
        const columns = [...list.keys, ...list.values];
        const told = top.filter((row) => row['list'] === list.name);
        expect(told.map((row) => columns.map((column) => row[column]))).toEqual(list.rows);
        expect(list.rows.length).toBeGreaterThan(0);
      }
    }
    const bytes = summaries.find(({ name }) => name === 'bytes');
    expect(bytes?.lists[0]?.rows[0]).toEqual(['default', '7', '1', 'photo', 'Sunset', 200, 2]);
  });

  it('have series of each step, and tell steps with hits that they lack', async ({ openTarget }) => {
    const target = await openTarget(kind);
    const log = (...lines: Parameters<typeof toLine>[0][]) => ({ input: lines.map(toLine).join('') });
    const ingest = ['ingest', '--summary', 'statuses,visitors'];
    await target.run(
      ingest,
      log({ time: '01/Mar/2026:10:22:31' }, { time: '01/Mar/2026:10:22:32', status: 404 }),
    );
    await target.run(['ingest'], log({ time: '02/Mar/2026:10:22:31' }));
    await target.run(ingest, log({ time: '04/Mar/2026:10:22:31', agent: GOOGLEBOT }));
    const { starts, summaries } = readReportData(await writeReport(target));
    expect(starts).toHaveLength(4);
    const series = summaries.map(({ series }) =>
      series.map(({ title, counts }) => [title, unpack(counts, starts.length)]),
    );
    expect(series).toEqual([
      [
        ['2xx', [1, 0, 0, 1]],
        ['4xx', [1, 0, 0, 0]],
      ],
      [['visitors', [1, 0, 0, 0]]],
    ]);
    expect(summaries.map(({ lackingSteps, kept }) => [lackingSteps, kept.without])).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });
});

describe('the summaries of a report', () => {
  it('of a month of everything leave it below 700 kB, as many and long as the keys may be', async ({
    openTarget,
  }) => {
    const target = await openTarget('postgres');
    const long = 'x'.repeat(300);
    const lines = Array.from({ length: 24_000 }, (_, at) =>
      toLine({
        time: `${String(1 + (at % 31)).padStart(2, '0')}/Mar/2026:${String(at % 24).padStart(2, '0')}:00:00`,
        host: `10.${at % 250}.${at % 9}.1`,
        path: `/${at % 1000}/${long}`,
        status: [200, 404, 500, 301][at % 4] ?? 200,
        referrer:
          at % 2 === 0
            ? `https://www.google.com/search?q=${at % 700}+${long}`
            : `https://host-${at % 900}.example.net/${long}`,
        agent:
          at % 5 === 0
            ? `robot-${at % 300}-bot/1.0`
            : 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0',
        ids: `type.${at % 10} object-${at % 2000}`,
      }),
    );
    const { code } = await target.run(['ingest', '--summary', ALL_SUMMARIES], { input: lines.join('') });
    expect(code).toBe(0);
    const page = await writeReport(target);
    const { summaries } = readReportData(page);
    expect(summaries).toHaveLength(8);
    const lists = summaries.flatMap((summary) => summary.lists);
    expect(lists.filter(({ rows }) => rows.length >= 200).map(({ name }) => name)).toEqual([
      ...['failed_path', 'host', 'search_term', 'object', 'network', 'object'],
    ]);
    expect(Buffer.byteLength(page)).toBeLessThan(700_000);
    const least = await writeReport(target, ['--limit', '1']);
    // others are whole: hosts have a line for each origin besides
    for (const { rows, name } of readReportData(least).summaries.flatMap((summary) => summary.lists))
      if (!['weekday', 'weekday_hour', 'audience', 'host'].includes(name)) expect(rows).toHaveLength(1);
  });
});
