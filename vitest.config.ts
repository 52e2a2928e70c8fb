import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { SYSTEM_FOLDERS } from './test/halves.js';

const TESTS = 'test/**/*.test.ts';
const systemTests = SYSTEM_FOLDERS.map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [TESTS],
          exclude: systemTests,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: systemTests,
          globalSetup: ['test/support/global-setup.ts'],
          setupFiles: ['test/support/end-commands.ts'],
          // the built program is loaded as it is
          server: { deps: { external: [/\/dist\//] } },
        },
      },
    ],
    pool: 'forks',
    // one more than processors, since system tests wait a good part of the time; few, since all use one server
    maxWorkers: Math.min(availableParallelism() + 1, 4),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 60_000,
  },
});
