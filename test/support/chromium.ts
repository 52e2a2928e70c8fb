// A real Chromium for the report page: the one that CHROMIUM names, else the system's, else Debian's package, which root
// installs. There is no way to skip it: a page that no browser has shown is not tested.

import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'] as const;

const HOW_TO_GET_IT =
  'install it (Debian, Ubuntu: apt-get install chromium), or set CHROMIUM to the path of a Chromium or Chrome';

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
  if (installed === null) throw new Error(`the report page is tested in Chromium: ${HOW_TO_GET_IT}`);
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
    if (status !== 0) throw new Error(`'${command}' failed: ${stderr ?? ''}\n${HOW_TO_GET_IT}`);
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
