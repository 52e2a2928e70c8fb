// Vitest's `it` with what many tests need and must not forget to clean up: a folder and databases of their own.

import { it as base } from './folder.js';
import { createTarget, type Target, type TargetKind } from './targets.js';

export const it = base.extend<{
  /** Creates an empty database, dropped after the test. */
  readonly openTarget: (kind: TargetKind) => Promise<Target>;
}>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants a destructured first argument
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
