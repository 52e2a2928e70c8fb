// Vitest's `it` with what many tests need and must not forget to clean up: a folder and databases of their own.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it as base } from 'vitest';
import { createTarget, type Target, type TargetKind } from './targets.js';

export interface TestFixtures {
  /** An empty folder, removed after the test. */
  readonly folder: string;
  /** Creates an empty database, dropped after the test. */
  readonly openTarget: (kind: TargetKind) => Promise<Target>;
}

export const it = base.extend<TestFixtures>({
  // vitest wants a destructured first argument
  // biome-ignore lint/correctness/noEmptyPattern: there is nothing to take from it
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'logtally-test-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
  // biome-ignore lint/correctness/noEmptyPattern: there is nothing to take from it
  openTarget: async ({}, use) => {
    const opened: Target[] = [];
    await use(async (kind) => {
      const target = await createTarget(kind);
      opened.push(target);
      return target;
    });
    await Promise.all(opened.map((target) => target.drop()));
  },
});
