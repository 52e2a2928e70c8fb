// Shows that each guard of "counted exactly once" is needed and watched: in a copy of the checkout one guard after the
// other is taken out, and each time at least one test must fail.
//
//   npm run test:guards             all of them
//   npm run test:guards -- NAME...  those of these names

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { GUARDS, type Guard } from './support/guards.js';
import { PROJECT_FOLDER } from './support/project-folder.js';

interface Outcome {
  readonly guard: Guard;
  readonly failed: readonly string[];
}

function copyCheckout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'logtally-guards-'));
  const left = new Set(['.git', 'node_modules', 'dist'].map((name) => join(PROJECT_FOLDER, name)));
  cpSync(PROJECT_FOLDER, folder, { recursive: true, filter: (path) => !left.has(path) });
  symlinkSync(join(PROJECT_FOLDER, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** @returns the titles of the tests that fail without the guard */
async function runWithout(folder: string, guard: Guard): Promise<Outcome> {
  const path = join(folder, guard.file);
  const code = readFileSync(path, 'utf8');
  if (code.split(guard.code).length !== 2) {
    throw new Error(`${guard.name}: ${guard.file} does not hold once: ${guard.code}`);
  }
  writeFileSync(
    path,
    code.replace(guard.code, () => guard.without),
  );
  try {
    // tests that fail to build would prove nothing
    execFileSync('npm', ['run', '--silent', 'build'], {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    return { guard, failed: await listFailures(folder, guard) };
  } finally {
    writeFileSync(path, code);
  }
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

async function listFailures(folder: string, { tests, titles }: Guard): Promise<readonly string[]> {
  const only = titles === undefined ? [] : ['--testNamePattern', titles];
  const vitest = spawn('npx', ['vitest', 'run', '--reporter=json', '--no-color', ...only, ...tests], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [output] = await Promise.all([text(vitest.stdout), once(vitest, 'exit')]);
  const report = JSON.parse(output.slice(output.indexOf('{"num'))) as Report;
  if (report.testResults.every(({ assertionResults }) => assertionResults.length === 0)) {
    throw new Error(`no test has run: ${output.slice(0, 1000)}`);
  }
  return report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName }) => `${relative(folder, name)}: ${fullName}`),
  );
}

const wanted = process.argv.slice(2);
const folder = copyCheckout();
const outcomes: Outcome[] = [];
try {
  for (const guard of GUARDS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const outcome = await runWithout(folder, guard);
    outcomes.push(outcome);
    const [first = 'NO TEST FAILS'] = outcome.failed;
    process.stdout.write(
      `${guard.name.padEnd(16)}${String(outcome.failed.length).padStart(3)} failed  ${first}\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (outcomes.length === 0 || outcomes.some(({ failed }) => failed.length === 0)) process.exitCode = 1;
