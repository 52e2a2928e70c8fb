// Tells what this machine lacks for the tests, and what is not tested without it: npm run doctor. Exit code 1 if they cannot run.

import { existsSync } from 'node:fs';
import { freemem, platform } from 'node:os';
import { getPostgresBinaries } from './support/postgres-binaries.js';
import { findProgram } from './support/programs.js';
import { PROJECT_FOLDER } from './support/project-folder.js';
import { TOOLS } from './support/tools.js';

/** What Node.js must be at least: `engines` of package.json. */
const NODE = [20, 19] as const;

/** Bytes that servers, tests and browsers take together. */
const MEMORY_BYTES = 2_000_000_000;

interface Finding {
  readonly state: 'ok' | 'missing' | 'required';
  readonly what: string;
  /** What to do, or what is not tested; empty if all is well. */
  readonly advice: string;
}

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNew = major > NODE[0] || (major === NODE[0] && minor >= NODE[1]);
  const what = `Node.js ${process.versions.node}`;
  return isNew
    ? { state: 'ok', what, advice: '' }
    : { state: 'required', what, advice: `Node.js ${NODE.join('.')} or newer is needed` };
}

function checkPostgres(): Finding {
  if (process.env['LOGTALLY_TEST_DATABASE_URL'] !== undefined)
    return { state: 'ok', what: 'PostgreSQL that LOGTALLY_TEST_DATABASE_URL names', advice: '' };
  try {
    return { state: 'ok', what: `PostgreSQL in ${getPostgresBinaries()}`, advice: '' };
  } catch (error) {
    return {
      state: 'required',
      what: 'PostgreSQL',
      advice: error instanceof Error ? error.message : String(error),
    };
  }
}

function checkMemory(): Finding {
  const what = `${(freemem() / 1e9).toFixed(1)} GB of memory free`;
  if (freemem() >= MEMORY_BYTES) return { state: 'ok', what, advice: '' };
  return { state: 'missing', what, advice: 'the tests take about 2 GB' };
}

function checkRights(): Finding {
  const isRoot = process.getuid?.() === 0 && platform() === 'linux';
  return isRoot
    ? { state: 'ok', what: 'root on Linux', advice: '' }
    : { state: 'missing', what: 'root on Linux', advice: 'not tested: full disks, files of other users' };
}

function checkTools(): readonly Finding[] {
  return TOOLS.map(({ name, debian, tests }) => {
    const found = findProgram(name);
    return found === null
      ? { state: 'missing', what: name, advice: `apt-get install ${debian}; not tested: ${tests}` }
      : { state: 'ok', what: found, advice: '' };
  });
}

function checkLogs(): Finding {
  const what = 'real logs in ../shared/logs';
  return existsSync(`${PROJECT_FOLDER}../shared/logs`)
    ? { state: 'ok', what, advice: '' }
    : { state: 'missing', what, advice: 'not tested: real logs, counted in another way' };
}

const findings = [checkNode(), checkPostgres(), checkMemory(), checkRights(), ...checkTools(), checkLogs()];
for (const { state, what, advice } of findings)
  console.log(`${state.padEnd(8)}  ${what}${advice === '' ? '' : `: ${advice}`}`);
const isReady = findings.every(({ state }) => state !== 'required');
console.log(isReady ? 'the tests can run: npm test' : 'the tests cannot run');
process.exitCode = isReady ? 0 : 1;
