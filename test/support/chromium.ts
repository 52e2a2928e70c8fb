// A real Chromium for the report page: the one that CHROMIUM names, else the system's, else Debian's package, which root
// installs. Where there is none, an ordinary user is told what is not tested; in CI that is a failure.

import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { isExecutable } from './executable.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'] as const;

const HOW_TO_GET_IT =
  'install it (Debian, Ubuntu: apt-get install chromium), or set CHROMIUM to the path of a Chromium or Chrome';

/**
 * Whether there is a browser, installed if need be; says loudly where there is none.
 *
 * @throws Error in CI where there is none
 */
export function hasChromium(): boolean {
  try {
    getChromium();
    return true;
  } catch (error) {
    if (process.env['CI'] !== undefined || !(error instanceof MissingError)) throw error;
    console.warn(`\n*** NOT TESTED: ${error.message} ***\n`);
    return false;
  }
}

class MissingError extends Error {}

/**
 * Starts a headless browser.
 *
 * @throws Error that says how to get a browser where there is none
 */
export async function launchChromium(): Promise<Browser> {
  // the sandbox needs rights that root in a container does not have
  const args = isRoot() ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: getChromium(), args });
}

function getChromium(): string {
  const named = process.env['CHROMIUM'];
  if (named) {
    if (isExecutable(named)) return named;
    throw new Error(`CHROMIUM names '${named}', which cannot be run: ${HOW_TO_GET_IT}`);
  }
  const found = findInPath();
  if (found !== null) return found;
  installPackage();
  const installed = findInPath();
  if (installed === null) throw new MissingError(`the report page is tested in Chromium: ${HOW_TO_GET_IT}`);
  return installed;
}

function findInPath(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const paths = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find(isExecutable) ?? null;
}

function installPackage(): void {
  if (!isRoot()) return;
  const commands = ['apt-get update -q', 'apt-get install -yq --no-install-recommends chromium'];
  for (const command of commands) {
    const [name = '', ...args] = command.split(' ');
    const { status, stderr } = spawnSync(name, args, { encoding: 'utf8' });
    if (status !== 0) throw new MissingError(`'${command}' failed: ${stderr ?? ''}\n${HOW_TO_GET_IT}`);
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
