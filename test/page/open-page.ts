// Opens report pages from disk as people do, and asks axe-core whether they keep people out.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Opens a page for `work`. Nothing must happen that should not: no complaints, and no requests beside the file. */
export async function openPage(
  browser: Browser,
  path: string,
  {
    options,
    work,
  }: { readonly options: BrowserContextOptions; readonly work: (page: Page) => Promise<void> },
): Promise<void> {
  const context = await browser.newContext(options);
  const faults: string[] = [];
  const page = await context.newPage();
  page.on('console', (message) => faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('dialog', (dialog) => faults.push(dialog.message()));
  page.on('request', (request) => request.url() === `file://${path}` || faults.push(request.url()));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  try {
    await page.goto(`file://${path}`);
    await work(page);
    expect(faults).toEqual([]);
  } finally {
    await context.close();
  }
}

/** What axe-core calls serious or critical. The page's policy would not let it in: open the page with `bypassCSP`. */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(): Promise<{
          passes: unknown[];
          violations: { id: string; impact: string; nodes: { html: string }[] }[];
        }>;
      };
    };
    const { passes, violations } = await axe.run();
    if (passes.length < 10) throw new Error('the page was not checked');
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 300)}`));
  });
}
