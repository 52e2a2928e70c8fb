// The report page as people meet it: opened from disk in a real Chromium.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatPage, readPageAssets } from '../../src/output/page.js';
import type { ReportData } from '../../src/report/report-shape.js';
import { hasChromium, launchChromium } from '../support/chromium.js';
import { PROJECT_FOLDER } from '../support/cli.js';
import { createTarget, type Target } from '../support/targets.js';
import { type DayHits, listDays, writeLog } from './logs.js';
import { findBarriers, openPage } from './open-page.js';
import { readReportData } from './report-file.js';

const MARCH = listDays(2026, 3, 31);
const LONG_ID = `${'0123456789abcdef'.repeat(31)}0123456789abcdef`;
const HOSTILE_IDS = [
  '<script>document.title="harmed"</script>',
  '</script>',
  '<img/src=x/onerror=document.title="harmed">',
  "=cmd|'/C_calc'!A0",
  '\\x1b[31mred',
  'photo\u202Egpj.exe',
  LONG_ID,
];
const LONG_TYPE = `a${'bcdefghi'.repeat(7)}.type`;

/** Three types: objects that fall from many hits to few, hostile ones, and one with a long name. */
const HITS: readonly DayHits[] = [
  ...Array.from({ length: 30 }, (_, object): readonly DayHits[] =>
    MARCH.filter((_, at) => at % 3 === object % 3).map((day) => ['photo', `p${object}`, day, 40 - object]),
  ).flat(),
  // as servers write quotes
  ...HOSTILE_IDS.map((id, at): DayHits => ['7', id.replaceAll('"', '\\x22'), '2026-03-31', 9 - at]),
  [LONG_TYPE, 'only', '2026-03-16', 1],
  // the period before is counted from its first day on
  ['before', 'only', '2026-02-28', 1],
];

const OPEN_ALL = { colorScheme: 'light', viewport: { width: 1280, height: 900 } } as const;
const PHONE = { colorScheme: 'light', viewport: { width: 390, height: 844 } } as const;

const IS_TESTED = hasChromium();

let browser: Browser;
let target: Target;
let folder: string;
let report: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logtally-page-'));
  report = join(folder, 'report.html');
  [browser, target] = await Promise.all([launchChromium(), createTarget('postgres')]);
  expect(await target.run(['ingest', '--quiet'], { input: writeLog(HITS) })).toMatchObject({
    code: 0,
    stderr: '',
  });
  const args = ['report', '--since', '2026-03-16', '--until', '2026-03-31', '--output', report];
  expect(await target.run(args)).toEqual({ code: 0, stdout: '', stderr: '' });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await target?.drop();
  await rm(folder, { recursive: true, force: true });
});

function withPage(
  path: string,
  options: BrowserContextOptions,
  work: (page: Page) => Promise<void>,
): Promise<void> {
  return openPage(browser, path, { options, work });
}

async function writePage(name: string, changes: Partial<ReportData>): Promise<string> {
  const path = join(folder, name);
  const data = readReportData(await readFile(report, 'utf8'));
  const assets = await readPageAssets(join(PROJECT_FOLDER, 'dist/page/'));
  await writeFile(path, formatPage({ ...data, ...changes }, assets));
  return path;
}

/** The texts of a column of a type's table, top down. */
function readColumn(page: Page, type: string, column: number): Promise<readonly string[]> {
  return page
    .getByRole('group', { name: `Objects of ${type}` })
    .locator(`tbody tr > :nth-child(${column})`)
    .allInnerTexts();
}

/** Whether something is drawn. */
function isDrawn(page: Page, within: string): Promise<boolean> {
  return page.locator(`${within} canvas`).evaluate((canvas) => {
    if (!(canvas instanceof HTMLCanvasElement)) return false;
    const { width, height } = canvas;
    const pixels = canvas.getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
    return pixels.some((value) => value !== 0);
  });
}

describe.skipIf(!IS_TESTED)('the report page', () => {
  it('opens from disk, asks for nothing and complains about nothing', async () => {
    await withPage(report, OPEN_ALL, async (page) => {
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Hits');
      expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
        'Hits a day',
        'Objects',
        'Rising',
        'New',
        'What the runs read',
      ]);
      await expect.poll(() => isDrawn(page, 'main')).toBe(true);
    });
  });

  it('has the numbers that top has', async () => {
    const { stdout } = await target.run([
      ...[
        'top',
        'photo',
        '--since',
        '2026-03-16',
        '--until',
        '2026-03-31',
        '--compare',
        '--limit',
        '200',
        '--json',
      ],
    ]);
    const top: readonly { objectId: string; rank: number; hits: number }[] = JSON.parse(stdout);
    await withPage(report, OPEN_ALL, async (page) => {
      await page.getByRole('button', { name: 'Show all 30' }).click();
      expect(await readColumn(page, 'photo', 1)).toEqual(top.map(({ rank }) => String(rank)));
      expect(await readColumn(page, 'photo', 2)).toEqual(top.map(({ objectId }) => objectId));
      expect(await readColumn(page, 'photo', 3)).toEqual(top.map(({ hits }) => String(hits)));
      // the focus is where the new rows begin
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(top[10]?.objectId);
    });
    expect(top).toHaveLength(30);
  });

  it('sorts by a column, first the way that is asked for most, and back', async () => {
    await withPage(report, OPEN_ALL, async (page) => {
      const table = page.getByRole('group', { name: 'Objects of photo' });
      expect(await table.getByRole('columnheader', { name: 'rank' }).getAttribute('aria-sort')).toBe(
        'ascending',
      );
      const head = table.getByRole('columnheader', { name: 'hits' });
      await head.getByRole('button').click();
      expect(await head.getAttribute('aria-sort')).toBe('descending');
      const most = (await readColumn(page, 'photo', 3)).map(Number);
      expect(most).toEqual(most.toSorted((a, b) => b - a));
      await page.keyboard.press('Enter');
      expect(await head.getAttribute('aria-sort')).toBe('ascending');
      expect(await table.getByRole('columnheader', { name: 'rank' }).getAttribute('aria-sort')).toBeNull();
      const least = (await readColumn(page, 'photo', 3)).map(Number);
      expect(least).toEqual(least.toSorted((a, b) => a - b));
      expect(least[0]).toBeLessThan(most.at(-1) ?? 0);
    });
  });

  it('searches all types, beyond the rows that are shown, and says how many it found', async () => {
    await withPage(report, OPEN_ALL, async (page) => {
      await page.getByRole('searchbox', { name: 'Search objects' }).fill('P2');
      expect(await readColumn(page, 'photo', 2)).toHaveLength(11);
      expect(await readColumn(page, '7', 2)).toEqual([]);
      expect(await page.getByRole('status').innerText()).toBe('11 objects found');
      await page.getByRole('searchbox').fill('only');
      expect(await readColumn(page, LONG_TYPE, 2)).toEqual(['only']);
      expect(await page.getByRole('status').innerText()).toBe('1 object found');
      await page.getByRole('searchbox').fill('');
      expect(await readColumn(page, 'photo', 2)).toHaveLength(10);
      expect(await page.getByRole('status').innerText()).toBe('');
    });
  });

  it("opens an object's history by click and by keyboard, and gives the focus back", async () => {
    await withPage(report, OPEN_ALL, async (page) => {
      const button = page
        .getByRole('group', { name: 'Objects of photo' })
        .getByRole('button', { name: 'p0', exact: true });
      const dialog = page.getByRole('dialog', { name: 'p0' });
      await button.click();
      await expect.poll(() => isDrawn(page, 'dialog')).toBe(true);
      expect(await dialog.getByRole('definition').allInnerTexts()).toEqual([
        '240',
        '1 of 30',
        '+20 %',
        '16 March 2026, 40 hits',
        '1 March 2026',
        '31 March 2026',
      ]);
      await dialog.getByRole('button', { name: 'Close' }).click();
      expect(await dialog.isVisible()).toBe(false);
      expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);

      await page.keyboard.press('Enter');
      await dialog.getByText('Table of each day').click();
      expect(await dialog.locator('tbody tr').count()).toBe(16);
      expect(await dialog.locator('tbody tr').first().innerText()).toMatch(/^16 March 2026\s+40$/);
      await page.keyboard.press('Escape');
      expect(await dialog.isVisible()).toBe(false);
      expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
    });
  });

  it('is worked by keyboard alone, with the focus in sight', async () => {
    await withPage(report, OPEN_ALL, async (page) => {
      const seen: string[] = [];
      for (let presses = 0; presses < 12; presses += 1) {
        await page.keyboard.press('Tab');
        seen.push(
          await page.evaluate(() => {
            const element = document.activeElement;
            if (element === null) return '';
            const isSeen = getComputedStyle(element).outlineStyle !== 'none' && element.checkVisibility();
            return `${isSeen ? '' : 'unseen '}${element.getAttribute('aria-label') ?? element.textContent}`;
          }),
        );
      }
      expect(seen.slice(0, 3)).toEqual([
        'Skip to the report',
        'Compare with the period before',
        'Table of each day',
      ]);
      expect(seen).toContain('hits');
      expect(seen).toContain('Objects of photo');
      expect(seen.filter((text) => text.startsWith('unseen'))).toEqual([]);
    });
  });

  it('is not harmed by what a log says, and shows it', async () => {
    await withPage(report, OPEN_ALL, async (page) => {
      const shown = await readColumn(page, '7', 2);
      expect(shown.toSorted()).toEqual(
        HOSTILE_IDS.map((id) => id.replaceAll('\u202E', '\\xe2\\x80\\xae')).toSorted(),
      );
      expect(await page.title()).toBe('Hits');
      await page.getByRole('button', { name: LONG_ID }).first().click();
      expect(await page.getByRole('dialog').getByRole('heading').innerText()).toBe(LONG_ID);
    });
    const [type] = readReportData(await readFile(report, 'utf8')).types;
    if (type === undefined) throw new Error('the report has no type');
    const [id, , ...rest] = type.objects[0] ?? ['', null, 1, 1, null, '2026-03-16', '2026-03-16', []];
    const label = '\u001b[31m\u202E\u0000</script><script>document.title="harmed"</script> שלום';
    const hostile = await writePage('hostile.html', {
      title: label,
      types: [{ ...type, name: label, objects: [[id, label, ...rest], ...type.objects.slice(1)] }],
    });
    await withPage(hostile, OPEN_ALL, async (page) => {
      expect(await page.title()).toContain('\\x1b[31m');
      const visible = '\\x1b[31m\\xe2\\x80\\xae\\x00</script><script>document.title="harmed"</script> שלום';
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(visible);
      expect(await page.getByRole('button', { name: visible }).first().innerText()).toContain(visible);
    });
  });

  it('fits a phone: nothing scrolls sideways but tables within themselves', async () => {
    await withPage(report, PHONE, async (page) => {
      const measure = () => page.evaluate(() => document.documentElement.scrollWidth);
      expect(await measure()).toBe(390);
      const columns = page.getByRole('group', { name: 'Objects of photo' }).locator('thead th:visible');
      expect(await columns.allInnerTexts()).toEqual(['rank', 'object', 'hits', 'change', 'history']);
      expect((await readColumn(page, 'photo', 3))[0]).toMatch(/^240\s+5\.9 %$/);
      const table = page.getByRole('group', { name: 'Objects of photo' });
      expect(await table.locator('.sparkline').first().isVisible()).toBe(true);
      expect(await table.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
      for (const details of await page.locator('summary').all()) await details.click();
      await page.getByRole('button', { name: LONG_ID }).first().click();
      await expect.poll(() => isDrawn(page, 'dialog')).toBe(true);
      expect(await measure()).toBe(390);
      const box = await page.getByRole('dialog').boundingBox();
      expect(box?.width).toBeLessThanOrEqual(390);
    });
  });

  it('is dark where the reader wants it dark, and always light on paper', async () => {
    const readBackground = (page: Page) =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await withPage(report, { ...OPEN_ALL, colorScheme: 'dark' }, async (page) => {
      expect(await readBackground(page)).toBe('rgb(20, 24, 29)');
      const series = () =>
        page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--series-1'));
      const dark = await series();
      await page.emulateMedia({ media: 'print' });
      expect(await readBackground(page)).toBe('rgb(255, 255, 255)');
      expect(await series()).not.toBe(dark);
      expect(await page.getByRole('searchbox').isVisible()).toBe(false);
      expect(await page.getByText('Table of each day').first().isVisible()).toBe(false);
      expect((await page.pdf({ format: 'A4' })).byteLength).toBeGreaterThan(10_000);
    });
    await withPage(report, OPEN_ALL, async (page) => {
      expect(await readBackground(page)).toBe('rgb(255, 255, 255)');
    });
  });

  it.each(['light', 'dark'] as const)(
    'has nothing that keeps people out, in the %s scheme',
    async (colorScheme) => {
      for (const viewport of [OPEN_ALL.viewport, PHONE.viewport]) {
        // the policy of the page would not let the checker in
        await withPage(report, { colorScheme, viewport, bypassCSP: true }, async (page) => {
          for (const summary of await page.locator('summary').all()) await summary.click();
          expect(await findBarriers(page)).toEqual([]);
          await page.getByRole('button', { name: LONG_ID }).first().click();
          expect(await findBarriers(page)).toEqual([]);
        });
      }
    },
  );

  it('makes sense with nothing, one hit and one day', async () => {
    const nothing = await writePage('nothing.html', { period: null, types: [], starts: [], runDays: [] });
    await withPage(nothing, OPEN_ALL, async (page) => {
      const text = await page.getByRole('main').innerText();
      expect(text).toContain('No hit was counted in this period.');
      expect(text).toContain('No run has read anything.');
    });
    const one = await createTarget('postgres');
    try {
      await one.run(['ingest'], { input: writeLog([['7', '1', '2026-04-14', 1]]) });
      const path = join(folder, 'one.html');
      await one.run(['report', '--output', path]);
      await withPage(path, OPEN_ALL, async (page) => {
        expect(await page.locator('.page-header').innerText()).toContain('14 April 2026');
        expect(await page.getByRole('heading', { level: 3 }).innerText()).toBe('7');
        expect(await page.getByText('1 hit of 1 object', { exact: true }).first().isVisible()).toBe(true);
        await expect.poll(() => isDrawn(page, 'main')).toBe(true);
        expect(await page.locator('body').innerText()).not.toMatch(/NaN|Infinity|undefined|null/);
      });
    } finally {
      await one.drop();
    }
  });
});
