// How soon a person sees something of the report page: a month with every summary but titles, opened from disk in a real Chromium.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { formatBytes } from '../../src/output/text.js';
import { SUMMARY_NAMES } from '../../src/summaries/count-parts.js';
import { launchChromium } from '../support/chromium.js';
import { PROJECT_FOLDER } from '../support/project-folder.js';
import { runLogtally } from './contenders.js';
import { type Spread, toSpread } from './measure.js';
import type { Bench } from './part.js';
import type { Promised } from './promises.js';

export interface Paint {
  readonly bytes: number;
  /** Milliseconds from the beginning of the navigation to the first text (First Contentful Paint). */
  readonly milliseconds: Spread;
  readonly promises: readonly Promised[];
}

const LOG = `${PROJECT_FOLDER}fixtures/access.log.gz`;
// titles need a field that the log does not have
const SUMMARIES = SUMMARY_NAMES.filter((name) => name !== 'titles');
const MONTH = ['--since', '2025-10-01', '--until', '2025-10-31'];
/** The page is opened so often for each run that was asked for. */
const OPENINGS = 5;
const MAX_MILLISECONDS = 200;
/** As browsers call it (Paint Timing, W3C). */
const PAINT = 'first-contentful-paint';

export async function measurePaint({ server, folder, options: { runs } }: Bench): Promise<Paint> {
  const databaseUrl = await server.createDatabase();
  const path = join(folder, 'report.html');
  await runLogtally(['ingest', '--summary', SUMMARIES.join(','), LOG], databaseUrl);
  await runLogtally(['report', ...MONTH, '--output', path], databaseUrl);
  const browser = await launchChromium();
  try {
    const found: number[] = [];
    // the first opening is the browser's own start
    for (let opening = -1; opening < runs * OPENINGS; opening += 1) {
      const milliseconds = await measureOpening(browser, path);
      if (opening >= 0) found.push(milliseconds);
    }
    const milliseconds = toSpread(found);
    return { bytes: (await stat(path)).size, milliseconds, promises: [judge(milliseconds)] };
  } finally {
    await browser.close();
  }
}

async function measureOpening(browser: Browser, path: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    await page.goto(`file://${path}`);
    await page.waitForFunction((name) => performance.getEntriesByName(name).length > 0, PAINT);
    return await page.evaluate(
      (name) => performance.getEntriesByName(name)[0]?.startTime ?? Number.NaN,
      PAINT,
    );
  } finally {
    await context.close();
  }
}

function judge({ median }: Spread): Promised {
  return {
    promise: `the page of a month with every summary shows its first text within ${MAX_MILLISECONDS} ms`,
    found: `${median.toFixed(0)} ms`,
    holds: median <= MAX_MILLISECONDS,
  };
}

/** The part as text. */
export function formatPaint({ bytes, milliseconds: { median, min, max } }: Paint): string[] {
  return [
    '',
    `paint     a page of ${formatBytes(bytes)}: first text after ${median.toFixed(0)} ms (${min.toFixed(0)}-${max.toFixed(0)})`,
  ];
}
