// Vitest's `it` with an empty folder of its own for each test that asks for one.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it as base } from 'vitest';

export interface TestFixtures {
  /** An empty folder, removed after the test. */
  readonly folder: string;
}

export const it = base.extend<TestFixtures>({
  // vitest wants a destructured first argument
  // biome-ignore lint/correctness/noEmptyPattern: there is nothing to take from it
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'logtally-test-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
});
