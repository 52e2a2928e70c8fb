// The sections of the summaries beside the hits on the report page, opened from disk in a real Chromium.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchChromium } from '../support/chromium.js';
import { createTarget, type Target } from '../support/targets.js';
import { findBarriers, openPage } from './open-page.js';
import { ALL_SUMMARIES, GOOGLEBOT, toLine } from './summary-lines.js';

const HARM = '</script><script>document.title="harmed"</script>';
const LONG = 'x'.repeat(900);

/** A Monday and a Tuesday; all kinds of keys, hostile ones among them. */
const LINES = [
  ...Array.from({ length: 14 }, (_, at) =>
    toLine({ path: `/gone/${at}?q=1`, status: 404, host: `203.0.${at}.1`, ids: '- -' }),
  ),
  toLine({ path: `/${HARM.replaceAll('"', '\\x22').replaceAll(' ', '%20')}`, status: 500, ids: '- -' }),
  toLine({ path: '/\\x1b[31m\\xe2\\x80\\xaegpj', status: 404 }),
  toLine({ path: `/${LONG}`, status: 404, ids: `7 ${'y'.repeat(500)}` }),
  toLine({
    referrer: 'https://www.google.com/search?q=%3C/script%3E%3Cscript%3E%1b[2J%e2%80%ae',
    bytes: 900,
  }),
  toLine({ referrer: 'https://blog.example.net/a', time: '03/Mar/2026:08:00:00', ids: '7 2' }),
  toLine({ agent: GOOGLEBOT, time: '03/Mar/2026:23:59:59', status: 304 }),
].join('');

const WIDE = { colorScheme: 'light', viewport: { width: 1280, height: 900 } } as const;
const PHONE = { colorScheme: 'light', viewport: { width: 390, height: 844 } } as const;

const SECTIONS = [
  'Statuses',
  'Referrers',
  'Search terms',
  'Browsers and robots',
  'Visitors',
  'Clients',
  'Hours',
  'Bytes',
];

const IS_TESTED = hasChromium();

let browser: Browser;
let target: Target;
let folder: string;
let report: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logtally-page-'));
  report = join(folder, 'report.html');
  [browser, target] = await Promise.all([launchChromium(), createTarget('postgres')]);
  // the first day has no summary
  await target.run(['ingest'], { input: toLine({ time: '01/Mar/2026:10:22:31' }) });
  const ingest = ['ingest', '--quiet', '--max-rejects', '100%', '--summary', ALL_SUMMARIES];
  expect(await target.run(ingest, { input: LINES })).toMatchObject({ code: 0, stderr: '' });
  expect(await target.run(['report', '--output', report])).toEqual({ code: 0, stdout: '', stderr: '' });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await target?.drop();
  await rm(folder, { recursive: true, force: true });
});

/** The rows of a table, each as the texts of its cells. */
async function readRows(page: Page, name: string): Promise<readonly (readonly string[])[]> {
  const rows = await page.getByRole('group', { name, exact: true }).locator('tbody tr').all();
  return Promise.all(rows.map((row) => row.locator('th, td').allInnerTexts()));
}

describe.skipIf(!IS_TESTED)('the summaries on the report page', () => {
  it('have a section each, with their lists and shares', async () => {
    await openPage(browser, report, {
      options: WIDE,
      work: async (page) => {
        const headings = await page.getByRole('heading', { level: 2 }).allInnerTexts();
        expect(headings.slice(4, -1)).toEqual(SECTIONS);
        expect(await readRows(page, 'Methods and statuses')).toEqual([
          ['GET', '404', '16', '1.6 kB', '80.0 %'],
          ['GET', '200', '2', '1.0 kB', '10.0 %'],
          ['GET', '304', '1', '100 bytes', '5.0 %'],
          ['GET', '500', '1', '100 bytes', '5.0 %'],
        ]);
        expect(await readRows(page, 'Where requests came from')).toEqual([
          ['none', '-', '18', '90.0 %'],
          ['other', 'blog.example.net', '1', '5.0 %'],
          ['other', 'www.google.com', '1', '5.0 %'],
        ]);
        expect(await readRows(page, 'People and robots')).toEqual([
          ['people', '19', '2.7 kB', '95.0 %'],
          ['robots', '1', '100 bytes', '5.0 %'],
        ]);
        expect((await readRows(page, 'Objects with the most bytes'))[0]).toEqual([
          '1',
          '1.1 kB',
          '3',
          '84.6 %',
        ]);
      },
    });
  });

  it('are drawn by step, with tables of the same numbers, and not of days that nothing is known of', async () => {
    await openPage(browser, report, {
      options: WIDE,
      work: async (page) => {
        const statuses = page.getByRole('region', { name: 'Statuses', exact: true });
        expect(await statuses.getByRole('img').getAttribute('aria-label')).toBe(
          'Chart of 20 requests by day; the table below has the numbers.',
        );
        await statuses.getByText('Table of each day').click();
        expect(await readRows(page, 'Statuses by day')).toEqual([
          ['2 March 2026', '18', '1', '0', '16', '1'],
          ['3 March 2026', '2', '1', '1', '0', '0'],
        ]);
        expect(await statuses.innerText()).toContain('2 March 2026 to 3 March 2026.');
        expect(await statuses.innerText()).toContain(
          '1 of 21 requests, of all sites and days, were counted without it.',
        );
        const visitors = page.getByRole('region', { name: 'Visitors', exact: true });
        await visitors.getByText('Table of each day').click();
        expect(await readRows(page, 'Visitors by day')).toEqual([
          ['2 March 2026', '15'],
          ['3 March 2026', '1'],
        ]);
        expect(await visitors.innerText()).toContain('16 visitor-days: visitors are told apart within a day');
        const hours = await readRows(page, 'Requests by weekday and hour');
        expect(hours).toHaveLength(8);
        expect(hours[0]?.slice(0, 12)).toEqual(['Monday 1 day', ...Array<string>(10).fill('0'), '18']);
        expect(hours[1]?.[24]).toBe('1');
        expect(hours[2]).toEqual(['Wednesday 0 days', ...Array<string>(24).fill('-')]);
        expect(hours[7]?.filter((text) => text !== '0')).toEqual(['all', '1', '18', '1']);
      },
    });
  });

  it('show their first rows, and all of them when they are asked for, also by keyboard', async () => {
    await openPage(browser, report, {
      options: WIDE,
      work: async (page) => {
        expect(await readRows(page, 'Paths that failed')).toHaveLength(10);
        const list = page.getByRole('region', { name: 'Paths that failed' });
        await list.getByRole('button', { name: 'Show all 17' }).focus();
        await page.keyboard.press('Enter');
        expect(await readRows(page, 'Paths that failed')).toHaveLength(17);
        expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
          'Paths that failed',
        );
        await list.getByRole('button', { name: 'path' }).click();
        expect((await readRows(page, 'Paths that failed')).slice(2, 4).map(([, path]) => path)).toEqual([
          '/gone/0',
          '/gone/1',
        ]);
      },
    });
  });

  it('are not harmed by what a log says, and show it', async () => {
    await openPage(browser, report, {
      options: WIDE,
      work: async (page) => {
        await page.getByRole('button', { name: 'Show all 17' }).click();
        const paths = (await readRows(page, 'Paths that failed')).map(([, path]) => path);
        expect(paths).toContain(`/${HARM.replaceAll(' ', '%20')}`);
        expect(paths).toContain('/\\x1b[31m\\xe2\\x80\\xaegpj');
        expect(paths).toContain(`/${'x'.repeat(198)}…`);
        const [[, terms = ''] = []] = await readRows(page, 'What people had searched for');
        expect(terms).toContain('</script><script>');
        expect(terms).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(await page.title()).toBe('Hits');
      },
    });
  });

  it('fit a phone: nothing scrolls sideways but tables within themselves', async () => {
    await openPage(browser, report, {
      options: PHONE,
      work: async (page) => {
        await page.getByRole('button', { name: 'Show all 17' }).click();
        for (const details of await page.locator('summary').all()) await details.click();
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
        const grid = page.getByRole('group', { name: 'Requests by weekday and hour' });
        expect(await grid.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(true);
      },
    });
  });

  it.each(['light', 'dark'] as const)('keep nobody out, in the %s scheme', async (colorScheme) => {
    for (const viewport of [WIDE.viewport, PHONE.viewport]) {
      await openPage(browser, report, {
        options: { colorScheme, viewport, bypassCSP: true },
        work: async (page) => {
          for (const summary of await page.locator('summary').all()) await summary.click();
          const more = page.locator('main button.more:visible');
          while ((await more.count()) > 0) await more.first().click();
          expect(await findBarriers(page)).toEqual([]);
        },
      });
    }
  });
});
