// What a reader of the report page can choose and find, opened from disk in a real Chromium.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatPage, readPageAssets } from '../../src/output/page.js';
import type { ReportData } from '../../src/report/report-shape.js';
import { hasChromium, launchChromium } from '../support/chromium.js';
import { PROJECT_FOLDER } from '../support/cli.js';
import { createTarget, type Target } from '../support/targets.js';
import { type DayHits, listDays, writeLog } from './logs.js';
import { findBarriers, openPage } from './open-page.js';
import { readReportData } from './report-file.js';

const DAYS = listDays(2026, 3, 40);
const SLUG = 'a-photograph-of-a-harbour-at-dusk-with-eleven-boats';
const HOSTILE_IDS = ['..', 'javascript:alert(1)', '//evil.example/', '\\x22onclick=alert(1)', '../logout'];

/** Two types of forty days, the one with more hits by name after the other; and paths. */
const HITS: readonly DayHits[] = [
  ...DAYS.flatMap((day, at): readonly DayHits[] => [
    ['photo', 'steady', day, at < 33 ? 10 : 20],
    ['photo', 'spiky', day, at === 36 ? 300 : 1 + (at % 3)],
    ['article', `${SLUG}-one`, day, 1],
    ['article', `${SLUG}-two`, day, 1],
  ]),
  ...Array.from({ length: 12 }, (_, at): DayHits => ['photo', `rare-${at}`, '2026-03-02', 1]),
  ...HOSTILE_IDS.map((id): DayHits => ['photo', id, '2026-04-09', 2]),
  ['path', '/about/us/', '2026-04-01', 2],
  ['path', '/a/../logout', '2026-04-01', 1],
];

const CONFIG = `
[[content_type]]
id = "photo"
url = "https://www.example.com/photos/{id}/"
`;

const WIDE = { colorScheme: 'light', viewport: { width: 1280, height: 900 } } as const;
const PHONE = { colorScheme: 'light', viewport: { width: 390, height: 844 } } as const;

const IS_TESTED = hasChromium();

let browser: Browser;
let target: Target;
let folder: string;
let config: string;
let report: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logtally-page-'));
  [config, report] = [join(folder, 'logtally.toml'), join(folder, 'report.html')];
  [browser, target] = await Promise.all([launchChromium(), createTarget('postgres')]);
  await writeFile(config, CONFIG);
  const input = writeLog(HITS);
  expect(await target.run(['ingest', '--quiet', '--site', 'www.example.com'], { input })).toMatchObject({
    code: 0,
    stderr: '',
  });
  const args = ['report', '--config', config, '--limit', '7', '--output', report];
  expect(await target.run(args)).toEqual({ code: 0, stdout: '', stderr: '' });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await target?.drop();
  await rm(folder, { recursive: true, force: true });
});

function withPage(work: (page: Page) => Promise<void>, path = report, options: object = WIDE): Promise<void> {
  return openPage(browser, path, { options, work });
}

async function writePage(name: string, changes: Partial<ReportData>): Promise<string> {
  const path = join(folder, name);
  const data = readReportData(await readFile(report, 'utf8'));
  await writeFile(
    path,
    formatPage({ ...data, ...changes }, await readPageAssets(join(PROJECT_FOLDER, 'dist/page/'))),
  );
  return path;
}

/** The rows of a table, each as the texts of its cells. */
async function readRows(page: Page, name: string): Promise<readonly (readonly string[])[]> {
  const rows = await page.getByRole('group', { name, exact: true }).locator('tbody tr').all();
  return Promise.all(rows.map((row) => row.locator('th, td').allInnerTexts()));
}

const readFact = (page: Page, term: string) =>
  page
    .getByRole('region', { name: 'Key figures' })
    .locator('div', { has: page.getByText(term, { exact: true }) })
    .getByRole('definition')
    .innerText();

describe.skipIf(!IS_TESTED)('the report page', () => {
  it('has the types by their hits, as in the legend, and the site in its title', async () => {
    await withPage(async (page) => {
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Hits of www.example.com');
      const types = ['photo', 'article', 'path'];
      expect(await page.locator('#page > main > section:nth-child(2) .legend li').allInnerTexts()).toEqual(
        types,
      );
      expect(await page.getByRole('heading', { level: 3 }).allInnerTexts()).toEqual(types);
      expect(await readFact(page, 'Best day')).toBe('6 April 2026, 322 hits');
    });
  });

  it("links objects to the site's own page and nowhere else, with their details beside", async () => {
    await withPage(async (page) => {
      const read = async (type: string) => {
        const links = await page
          .getByRole('group', { name: `Objects of ${type}` })
          .getByRole('link')
          .all();
        return Promise.all(
          links.map(async (link) => [await link.innerText(), await link.getAttribute('href')]),
        );
      };
      await page.getByRole('searchbox').fill(' ');
      const photos = 'https://www.example.com/photos/';
      expect((await read('photo')).slice(0, 2)).toEqual([
        ['steady', `${photos}steady/`],
        ['spiky', `${photos}spiky/`],
      ]);
      const hostile = new Map((await read('photo')).map(([text, href]) => [text, href] as const));
      expect([hostile.get('javascript:alert(1)'), hostile.get('//evil.example/')]).toEqual([
        `${photos}javascript%3Aalert(1)/`,
        `${photos}%2F%2Fevil.example%2F/`,
      ]);
      for (const id of ['..', '../logout']) expect(hostile.has(id)).toBe(false);
      expect(await read('path')).toEqual([['/about/us/', 'https://www.example.com/about/us/']]);
      expect(await read('article')).toEqual([]);

      const details = page.getByRole('button', { name: 'Details of steady' }).first();
      await details.click();
      const dialog = page.getByRole('dialog', { name: 'steady' });
      expect(await dialog.getByRole('link').getAttribute('href')).toBe(`${photos}steady/`);
      await page.keyboard.press('Escape');
      expect(await details.evaluate((element) => element === document.activeElement)).toBe(true);
    });
  });

  it('says how many objects it lists, and finds the others by search', async () => {
    await withPage(async (page) => {
      const photo = page.getByRole('region', { name: 'photo', exact: true });
      expect(await photo.locator('p').first().innerText()).toBe(
        '870 hits. 7 of 19 objects, by hits; the others by search.',
      );
      expect(await readRows(page, 'Objects of photo')).toHaveLength(7);
      await page.getByRole('searchbox').fill('rare-11');
      expect(await page.getByRole('status').innerText()).toBe('1 object found');
      expect(await readRows(page, 'Objects of photo')).toEqual([
        ['8', expect.stringContaining('rare-11'), '1', '0.1 %', '-', '-', '-'],
      ]);
      await page.getByRole('button', { name: 'Details of rare-11' }).click();
      const dialog = page.getByRole('dialog');
      expect(await dialog.getByRole('definition').allInnerTexts()).toEqual(['1', '8 of 19']);
      expect(await dialog.innerText()).toContain(
        'This page has no history of the objects after the first 7.',
      );
    });
  });

  it('shows the last days that are chosen, with the numbers of top', async () => {
    const { stdout } = await target.run([
      ...[
        'top',
        'photo',
        '--since',
        '2026-04-03',
        '--until',
        '2026-04-09',
        '--compare',
        '--limit',
        '7',
        '--json',
      ],
    ]);
    const top: readonly { rank: number; objectId: string; hits: number }[] = JSON.parse(stdout);
    await withPage(async (page) => {
      const days = page.getByRole('group', { name: 'Days' }).getByRole('button');
      expect(await days.allInnerTexts()).toEqual(['All days', '7 days', '30 days']);
      const choice = page.getByRole('button', { name: '7 days' });
      await choice.click();
      expect(await choice.getAttribute('aria-pressed')).toBe('true');
      expect(await choice.evaluate((element) => element === document.activeElement)).toBe(true);
      expect(await page.locator('.page-header').innerText()).toContain('3 April 2026 to 9 April 2026');
      const shown = await readRows(page, 'Objects of photo');
      expect(shown.map(([rank, , hits]) => [rank, hits])).toEqual(
        top.map(({ rank, hits }) => [String(rank), String(hits)]),
      );
      expect(shown[0]?.[1]).toContain(top[0]?.objectId);
      expect(await readFact(page, 'Against the period before')).toMatch(/^\+\d/);
      await page.getByRole('button', { name: 'All days' }).click();
      expect(await page.locator('.page-header').innerText()).toContain('1 March 2026 to 9 April 2026');
    });
    expect(top).toHaveLength(7);
  });

  it('draws the period before at a click, with its numbers in the table', async () => {
    await withPage(async (page) => {
      const compare = page.getByRole('button', { name: 'Compare with the period before' });
      expect(await compare.count()).toBe(0);
      await page.getByRole('button', { name: '7 days' }).click();
      const hits = page.getByRole('region', { name: 'Hits a day' });
      expect(await hits.locator('.legend li').allInnerTexts()).toEqual(['photo', 'article']);
      await compare.click();
      expect(await compare.getAttribute('aria-pressed')).toBe('true');
      expect((await hits.locator('.legend li').allInnerTexts()).at(-1)).toBe('the period before');
      await hits.getByText('Table of each day').click();
      const rows = await readRows(page, 'Hits a day');
      expect(rows[0]).toEqual(['3 April 2026', '23', '21', '2', '15']);
      expect(rows[3]).toEqual(['6 April 2026', '322', '320', '2', '15']);
      await compare.click();
      expect((await readRows(page, 'Hits a day'))[0]).toHaveLength(4);
    });
  });

  it('cuts a spike in a history, and marks it', async () => {
    await withPage(async (page) => {
      const table = page.getByRole('group', { name: 'Objects of photo' });
      const spiky = table.getByRole('row', { name: 'spiky' });
      const steady = table.getByRole('row', { name: 'steady' });
      expect([
        await spiky.locator('.sparkline path').count(),
        await steady.locator('.sparkline path').count(),
      ]).toEqual([1, 0]);
      expect(await page.getByText('A triangle in a history marks a spike').isVisible()).toBe(true);
      const heights = await spiky
        .locator('polyline')
        .evaluate((line) =>
          (line.getAttribute('points') ?? '').split(' ').map((point) => Number(point.split(',')[1])),
        );
      // the days with three hits are more than half as high as what is left of the spike
      expect(Math.min(...heights.slice(0, 30))).toBeLessThan(14);
    });
  });

  it('marks a day that is not over, and weeks that are cut', async () => {
    const today = await writePage('today.html', { unfinishedDay: '2026-04-09' });
    await withPage(async (page) => {
      expect(await page.locator('.page-header').innerText()).toContain('; the last day is not over');
      expect(await readFact(page, 'Hits so far')).not.toBe('');
      const hits = page.getByRole('region', { name: 'Hits a day' });
      expect(await hits.innerText()).toContain('Striped: not all of 9 April 2026 is counted.');
      await hits.getByText('Table of each day').click();
      expect((await readRows(page, 'Hits a day')).at(-1)?.[0]).toBe('9 April 2026, not all of it');
    }, today);
    const weeks = await writePage('weeks.html', {
      step: 'week',
      starts: ['2026-02-23', '2026-03-02', '2026-04-06'],
    });
    await withPage(async (page) => {
      expect(await page.getByRole('region', { name: 'Hits a week' }).innerText()).toContain(
        'Striped: not all of the week of 23 February 2026 and of the week of 6 April 2026 is counted.',
      );
    }, weeks);
    await withPage(async (page) => {
      expect(await page.locator('body').innerText()).not.toMatch(/Striped|not over|so far/);
    });
  });

  it('shortens a long slug in the middle where there is no room, and keeps its end in sight', async () => {
    await withPage(
      async (page) => {
        const name = page.getByRole('button', { name: `${SLUG}-one`, exact: true }).first();
        expect(await name.innerText()).toBe(`${SLUG}-one`);
        const start = name.locator('.long-start');
        expect(await start.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(true);
        const [cell, end] = await name.evaluate((element) => {
          const range = document.createRange();
          range.selectNodeContents(element.querySelector('bdi')?.lastChild ?? element);
          return [element.getBoundingClientRect(), range.getBoundingClientRect()].map(({ right }) => right);
        });
        expect(end).toBeLessThanOrEqual(cell ?? 0);
      },
      report,
      PHONE,
    );
  });

  it('says on paper what is on the paper, and leaves out what can only be clicked', async () => {
    await withPage(async (page) => {
      await page.emulateMedia({ media: 'print' });
      const text = await page.locator('#page').innerText();
      expect(text).toContain('870 hits. The first 7 of 19 objects, by hits.');
      expect(text).toContain('80 hits of 2 objects');
      expect(text).not.toMatch(/by search|All days|details|Table of|Show all/);
    });
  });

  it('says in one line at the foot what was counted, and until when', async () => {
    await withPage(async (page) => {
      expect(await page.locator('footer').innerText()).toMatch(
        /^953 hits of 23 objects, counted until 9 April 2026, from logs read until .* UTC\. Made by logtally .* UTC\.$/,
      );
    });
  });

  it.each(['light', 'dark'] as const)(
    'keeps nobody out, whatever is chosen, in the %s scheme',
    async (colorScheme) => {
      for (const { viewport } of [WIDE, PHONE]) {
        await withPage(
          async (page) => {
            expect(await findBarriers(page)).toEqual([]);
            await page.getByRole('button', { name: '7 days' }).click();
            await page.getByRole('button', { name: 'Compare with the period before' }).click();
            await page.getByText('Table of each day').click();
            expect(await findBarriers(page)).toEqual([]);
            expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
            await page.getByRole('button', { name: 'Details of steady' }).first().click();
            expect(await findBarriers(page)).toEqual([]);
          },
          report,
          { colorScheme, viewport, bypassCSP: true },
        );
      }
    },
  );
});
