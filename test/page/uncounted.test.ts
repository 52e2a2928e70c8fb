// The report page where the period before was not wholly counted, opened in a real Chromium.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchChromium } from '../support/chromium.js';
import { createTarget, type Target } from '../support/targets.js';
import { writeLog } from './logs.js';

const IS_TESTED = hasChromium();

let browser: Browser;
let target: Target;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logtally-page-'));
  [browser, target] = await Promise.all([launchChromium(), createTarget('postgres')]);
  const hits = writeLog([
    ['7', 'a', '2026-04-05', 5],
    ['7', 'a', '2026-04-10', 13],
    ['7', 'b', '2026-04-12', 1],
  ]);
  expect(await target.run(['ingest', '--quiet', '--site', 'young'], { input: hits })).toMatchObject({
    code: 0,
  });
}, 120_000);

afterAll(async () => {
  await Promise.all([browser?.close(), target?.drop()]);
  await rm(folder, { recursive: true, force: true });
});

async function readSections(...args: readonly string[]): Promise<readonly string[]> {
  const path = join(folder, 'report.html');
  expect(await target.run(['report', '--output', path, ...args])).toMatchObject({ code: 0, stderr: '' });
  const page = await browser.newPage();
  await page.goto(`file://${path}`);
  const texts = await page.locator('header.page-header, main > *').allInnerTexts();
  await page.close();
  return texts.flatMap((text) => text.split(/\n+/));
}

describe.skipIf(!IS_TESTED)('the page of days of which those before were not wholly counted', () => {
  it('shows no growth and nothing new, and says since when and until when it is counted', async () => {
    const lines = await readSections('--since', '2026-04-08', '--until', '2026-04-14');
    expect(lines).toContain('8 April 2026 to 14 April 2026, counted only until 12 April 2026');
    expect(lines).toContain('Site young: counted only since 5 April 2026, so it is not compared.');
    expect(lines).toContain('Site young: counted only since 5 April 2026: what rises is not known.');
    expect(lines).toContain('Site young: counted only since 5 April 2026: what is new is not known.');
    expect(lines.join('\n')).not.toMatch(/Against the period before|No object|change|\d %$.*from 0/);
    const ofSite = await readSections('--since', '2026-04-08', '--site', 'young');
    expect(ofSite).toContain('Counted only since 5 April 2026, so it is not compared.');
  });

  it('says of which days nothing was counted where there are earlier hits', async () => {
    const gap = 'othing was counted from 6 April 2026 to 9 April 2026';
    const week = ['--since', '2026-04-10', '--until', '2026-04-11'];
    const lines = await readSections(...week);
    expect(lines).toContain(`Site young: n${gap}, so it is not compared.`);
    expect(lines).toContain(`Site young: n${gap}: what rises is not known.`);
    expect(await readSections(...week, '--site', 'young')).toContain(`N${gap}: what is new is not known.`);
  });

  it('says which day is the last with hits where a period has none', async () => {
    const lines = await readSections('--since', '2027');
    expect(lines).toContain('No hit was counted in this period. The last day with hits is 12 April 2026.');
  });
});
