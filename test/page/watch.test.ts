// The report page that is written anew, as a web server gives it to a real Chromium: how it tells its age and refreshes itself.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { formatPage, readPageAssets } from '../../src/output/page.js';
import { createEmptyReport } from '../../src/report/report-data.js';
import type { ObjectReport, ReportData } from '../../src/report/report-shape.js';
import { hasChromium, launchChromium } from '../support/chromium.js';
import { PROJECT_FOLDER } from '../support/cli.js';
import { it } from '../support/test.js';
import { listDays } from './logs.js';
import { openPage } from './open-page.js';

const IS_TESTED = hasChromium();

const COUNTED_AT = '2026-04-14T12:32:05.250Z';
const DAYS = listDays(2026, 4, 14);
const OPTIONS = { viewport: { width: 1280, height: 700 }, timezoneId: 'Europe/Berlin', locale: 'en-GB' };

/** Thirty objects, of which the last one has as many hits as is said. */
function createReport(lastHits: number, changes: Partial<ReportData> = {}): ReportData {
  const steps = (hits: number) => [-(DAYS.length - 1), hits];
  const objects = Array.from({ length: 30 }, (_, at) => (at === 29 ? lastHits : 100 - at))
    .map((hits, at) => [`p${at}`, hits] as const)
    .toSorted(([, a], [, b]) => b - a)
    .map(([id, hits], at): ObjectReport => {
      return [id, null, at + 1, hits, null, '2026-04-01', '2026-04-14', steps(hits)];
    });
  const hits = objects.reduce((sum, object) => sum + object[3], 0);
  const period = { since: '2026-04-01', until: '2026-04-14' };
  const question = { title: 'Hits', version: '0.1.0', createdAt: COUNTED_AT, site: null };
  const type = { site: 'default', contentType: 'photo', name: null, url: null, hits, previousHits: null };
  const lists = { objectCount: 30, steps: steps(hits), objects, top: 30, rising: [], fresh: [], rest: [] };
  return {
    ...createEmptyReport({ ...question, watchSeconds: 10, period, limit: 200, leftOut: new Set() }),
    ...{ period, recent: period, lastDay: '2026-04-14', step: 'day', starts: DAYS },
    types: [{ ...type, ...lists }],
    countedAt: COUNTED_AT,
    ...changes,
  };
}

let browser: Browser;
let server: Server;
let url: string;
/** What the server answers, and what it was asked: the status of each answer. */
let served = '';
let isBroken = false;
let answers: number[] = [];
/** How often the page that is open has asked. */
let asked = 0;

beforeAll(async () => {
  browser = await launchChromium();
  server = createServer((request, response) => {
    const tag = `"${createHash('sha256').update(served).digest('hex')}"`;
    const isKnown = request.headers['if-none-match'] === tag;
    const status = request.url !== '/hits.html?a=1' ? 404 : isBroken ? 503 : isKnown ? 304 : 200;
    if (status !== 404) answers.push(status);
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', etag: tag });
    response.end(status === 200 ? served : '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  url = `http://127.0.0.1:${address.port}/hits.html?a=1`;
}, 120_000);

afterAll(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

async function writePage(report: ReportData): Promise<string> {
  return formatPage(report, await readPageAssets(join(PROJECT_FOLDER, 'dist/page/')));
}

/** Opens the page that the server has, with a clock that goes only when the test says so. */
async function visit(
  report: ReportData,
  work: (page: Page) => Promise<void>,
  options: BrowserContextOptions = OPTIONS,
): Promise<void> {
  [served, isBroken, answers, asked] = [await writePage(report), false, [], 0];
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  await page.addInitScript(countAnswers);
  try {
    await page.clock.install({ time: new Date('2026-04-14T12:32:45.250Z') });
    // before the page is there: however long it takes, no time passes for it
    await page.clock.pauseAt(new Date('2026-04-14T12:32:46.250Z'));
    await page.goto(url);
    await work(page);
    // a browser says by itself that the server is broken
    expect(faults.filter((fault) => !fault.includes('503'))).toEqual([]);
  } finally {
    await context.close();
  }
}

/** Makes the page tell how many answers it has dealt with; a message comes behind everything that an answer has set off. */
function countAnswers(): void {
  const { fetch } = globalThis;
  const { text } = Response.prototype;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    const { dataset } = document.documentElement;
    dataset['answers'] = String(Number(dataset['answers'] ?? 0) + 1);
  };
  globalThis.fetch = async (...asked) => {
    const response = await fetch(...asked);
    if (!response.ok) port2.postMessage('');
    return response;
  };
  Response.prototype.text = async function () {
    const read = await text.call(this);
    port2.postMessage('');
    return read;
  };
}

/** Lets time pass until the page has asked once more, and has dealt with the answer. @returns its status */
async function waitForAnswer(page: Page, seconds: number): Promise<number | undefined> {
  await page.clock.runFor(seconds * 1000);
  // the first one is the page itself
  const dealtWith = () => page.evaluate(() => Number(document.documentElement.dataset['answers'] ?? 0));
  asked += 1;
  await expect.poll(dealtWith, { timeout: 20_000 }).toBe(asked);
  expect(answers).toHaveLength(asked + 1);
  return answers.at(-1);
}

const readAge = (page: Page) => page.locator('.age').innerText();

const findRow = (page: Page, id: string) =>
  page.getByRole('group', { name: 'Objects of photo' }).getByRole('row', { name: ` ${id} ` });

describe.skipIf(!IS_TESTED)('the age of a page', () => {
  it('counts up, in the time zone of the reader, and the page asks for nothing if it was opened from disk', async ({
    folder,
  }) => {
    const path = join(folder, 'hits.html');
    await writeFile(path, await writePage(createReport(1)));
    await openPage(browser, path, {
      options: OPTIONS,
      async work(page) {
        await page.clock.install({ time: new Date('2026-04-14T12:32:45.250Z') });
        await page.reload();
        expect(await readAge(page)).toMatch(/^Counted until 14:32:05 (?:CEST|GMT\+2), 4\d seconds ago\.$/);
        await page.clock.runFor(20_000);
        expect(await readAge(page)).toMatch(/, 1 minute ago\.$/);
        await page.clock.runFor(24 * 3_600_000);
        expect(await readAge(page)).toMatch(
          /^Counted until 14 April 2026 (?:at|,)? ?14:32:05 (?:CEST|GMT\+2), 1 day ago\.$/,
        );
      },
    });
  });

  it('is not told by a page that is written once, which asks for nothing and may not', async () => {
    const once = createReport(1, { watch: null });
    expect(await writePage(once)).not.toContain('connect-src');
    expect(await writePage(createReport(1))).toContain("connect-src 'self'");
    await visit(once, async (page) => {
      await page.clock.runFor(3_600_000);
      expect(await page.locator('.age').count()).toBe(0);
      expect(answers).toEqual([200]);
    });
  });
});

describe.skipIf(!IS_TESTED)('a page from a web server', () => {
  it('takes new numbers in their places, and the reader keeps his', async () => {
    await visit(createReport(1), async (page) => {
      await page.evaluate(() => document.body.setAttribute('data-same', ''));
      await page.getByText('Table of each day').click();
      await page.getByRole('button', { name: 'Show all 30' }).click();
      const table = page.getByRole('group', { name: 'Objects of photo' });
      const head = table.getByRole('columnheader', { name: 'hits' });
      await head.getByRole('button').click();
      await head.getByRole('button').click();
      const search = page.getByRole('searchbox');
      await search.fill('p2');
      await search.evaluate((element) => (element as HTMLInputElement).setSelectionRange(1, 1));
      await page.evaluate(() => scrollTo(0, 700));
      const readPlace = () =>
        page.evaluate(() => [scrollY, document.querySelector('#objects')?.getBoundingClientRect().top]);
      const place = await readPlace();
      expect(await findRow(page, 'p29').innerText()).toMatch(/\t1\t/);

      served = await writePage(
        createReport(500, {
          title: 'More hits',
          countedAt: '2026-04-14T12:32:50.000Z',
        }),
      );
      expect(await waitForAnswer(page, 10)).toBe(200);
      expect(await findRow(page, 'p29').innerText()).toMatch(/\t500\t/);
      expect(await page.title()).toBe('More hits');
      expect(await readAge(page)).toMatch(/^Counted until 14:32:50 .*, \d+ seconds? ago\.$/);
      expect(await page.locator('body[data-same]').count()).toBe(1);
      expect(await page.locator('details').first().getAttribute('open')).toBe('');
      expect(await head.getAttribute('aria-sort')).toBe('ascending');
      expect(await table.locator('tbody tr').count()).toBe(11);
      expect(await table.locator('tbody tr').last().innerText()).toContain('p29');
      expect(await search.inputValue()).toBe('p2');
      expect(await page.getByRole('status').innerText()).toBe('11 objects found');
      expect(await readPlace()).toEqual(place);
      await page.keyboard.type('9');
      expect(await search.inputValue()).toBe('p92');
      await search.fill('');
      expect(await table.locator('tbody tr').count()).toBe(30);
    });
  });

  it("keeps an object's history open, with its new numbers, and gives the focus back behind it", async () => {
    await visit(createReport(1), async (page) => {
      const button = page.getByRole('button', { name: 'p0', exact: true });
      await button.click();
      const dialog = page.getByRole('dialog', { name: 'p0' });
      await dialog.getByText('Table of each day').click();
      expect(await dialog.getByRole('definition').nth(1).innerText()).toBe('1 of 30');
      served = await writePage(createReport(500));
      await waitForAnswer(page, 10);
      expect(await dialog.getByRole('definition').nth(1).innerText()).toBe('2 of 30');
      expect(await dialog.locator('tbody tr').first().isVisible()).toBe(true);
      await page.keyboard.press('Escape');
      expect(await dialog.isVisible()).toBe(false);
      expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
    });
  });

  it('asks conditionally, and is left as it is while nothing has changed or somebody marks a text', async () => {
    await visit(createReport(1), async (page) => {
      await page.evaluate(() => document.querySelector('#page')?.setAttribute('data-same', ''));
      expect(await waitForAnswer(page, 10)).toBe(304);
      expect(await waitForAnswer(page, 10)).toBe(304);
      served = await writePage(createReport(2));
      await page.evaluate(() => getSelection()?.selectAllChildren(document.querySelector('h1') ?? document));
      expect(await waitForAnswer(page, 10)).toBe(200);
      expect(await waitForAnswer(page, 10)).toBe(304);
      expect(await page.locator('#page[data-same]').count()).toBe(1);
      await page.evaluate(() => getSelection()?.removeAllRanges());
      expect(await waitForAnswer(page, 10)).toBe(304);
      expect(await page.locator('#page[data-same]').count()).toBe(0);
    });
  });

  it('asks nothing while nobody sees it, and at once when it comes to sight', async () => {
    await visit(createReport(1), async (page) => {
      const turn = (isHidden: boolean) =>
        page.evaluate((hidden) => {
          Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }, isHidden);
      await turn(true);
      await page.clock.runFor(3_600_000);
      expect(answers).toEqual([200]);
      await turn(false);
      expect(await waitForAnswer(page, 0.1)).toBe(304);
      expect(await waitForAnswer(page, 10)).toBe(304);
    });
  });

  it('asks ever more rarely while the server fails, says so, and recovers', async () => {
    await visit(createReport(1), async (page) => {
      isBroken = true;
      expect(await findRow(page, 'p0').count()).toBe(1);
      const note = 'The page could not be refreshed; it tries again.';
      expect(await waitForAnswer(page, 10)).toBe(503);
      expect(await readAge(page)).toContain(note);
      await page.clock.runFor(19_000);
      expect(answers).toEqual([200, 503]);
      expect(await waitForAnswer(page, 1)).toBe(503);
      await page.clock.runFor(39_000);
      expect(answers).toEqual([200, 503, 503]);
      isBroken = false;
      served = await writePage(createReport(700));
      expect(await waitForAnswer(page, 1)).toBe(200);
      expect(await findRow(page, 'p29').innerText()).toMatch(/\t700\t/);
      expect(await readAge(page)).not.toContain(note);
      expect(await waitForAnswer(page, 10)).toBe(304);
    });
  });

  it('is loaded anew if another version of the program has written it', async () => {
    await visit(createReport(1), async (page) => {
      const loaded = page.waitForEvent('load');
      served = await writePage(createReport(2, { version: '99.0.0' }));
      await page.clock.runFor(10_000);
      await loaded;
      expect(await page.locator('footer').innerText()).toContain('logtally 99.0.0');
    });
  });
});
