import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { CITUS_TESTS, SYSTEM_FOLDERS } from './test/halves.js';

const TESTS = 'test/**/*.test.ts';
const systemTests = SYSTEM_FOLDERS.map((folder) => `test/${folder}/**/*.test.ts`);

const setup = {
  globalSetup: ['test/support/global-setup.ts'],
  setupFiles: ['test/support/end-commands.ts'],
  // the built program is loaded as it is
  server: { deps: { external: [/\/dist\//] } },
};

const RUNS_ON_CITUS = ['LOGTALLY_TEST_CITUS', 'LOGTALLY_TEST_CITUS_URL'].some((name) => process.env[name]);

/** The tests that speak of tables, on a Citus cluster: `npm run test:citus`. */
const citus = {
  extends: true as const,
  test: { name: 'citus', include: CITUS_TESTS.map((path) => `test/${path}.test.ts`), ...setup },
};

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [TESTS],
          exclude: [...systemTests, 'test/citus/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: systemTests,
          ...setup,
        },
      },
      ...(RUNS_ON_CITUS ? [citus] : []),
    ],
    pool: 'forks',
    // one more than processors, since system tests wait a good part of the time; few, since all use one server
    maxWorkers: Math.min(availableParallelism() + 1, 4),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 60_000,
  },
});
