// Before the tests: builds the program, which the tests start as a child process, and gets them a PostgreSQL
// server. There is no way to skip either: a test that needs a database never passes without one.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { checkServer } from './database-server.js';
import { startPostgres } from './postgres.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The maintenance database of the server that all tests share. */
    postgresUrl: string;
  }
}

/**
 * Provides `postgresUrl`: the server that LOGTALLY_TEST_DATABASE_URL names, else one started for this run.
 *
 * @throws Error that says what to do if the build fails or there is no server.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await build();
  const givenUrl = process.env.LOGTALLY_TEST_DATABASE_URL;
  if (givenUrl) {
    await checkServer(givenUrl);
    project.provide('postgresUrl', givenUrl);
    return async () => {};
  }
  const server = await startPostgres();
  project.provide('postgresUrl', server.url);
  return server.stop;
}

async function build(): Promise<void> {
  const root = join(import.meta.dirname, '..', '..');
  const npm = spawn('npm', ['run', '--silent', 'build'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(npm, 'exit');
  if (code !== 0) throw new Error('"npm run build" failed, and the tests run what it builds');
}
