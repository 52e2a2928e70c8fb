// The units of the documentation, read and judged by systemd itself.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { it } from '../support/folder.js';
import { hasProgram } from '../support/programs.js';
import { PROJECT_FOLDER } from '../support/project-folder.js';

const canTest = hasProgram('systemd-analyze', 'systemd');

/** The exposure, in tenths, from which systemd no longer calls a service safe is 40. */
const MAX_EXPOSURE = 20;

/** The pages that have units. */
const PAGES = ['systemd.md', 'systemd-timers.md', 'monitoring.md'];

const INSTALLED = '/usr/local/bin/logtally';

/** The units by name, with the program of this folder, since systemd looks whether there is one. */
const UNITS: ReadonlyMap<string, string> = new Map(
  [
    ...PAGES.map((name) => readFileSync(`${PROJECT_FOLDER}docs/${name}`, 'utf8'))
      .join('\n')
      .matchAll(/```ini\n# \/etc\/systemd\/system\/(\S+)\n(.*?)```/gs),
  ].map(
    ([, name = '', text = '']) =>
      [name, text.replaceAll(INSTALLED, `${PROJECT_FOLDER}bin/logtally.js`)] as const,
  ),
);

const SERVICES = [...UNITS.keys()].filter((name) => name.endsWith('.service'));

async function writeUnits(folder: string): Promise<void> {
  for (const [name, text] of UNITS) await writeFile(join(folder, name), text);
}

function analyze(args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', [...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe.skipIf(!canTest)('the units of the documentation', { timeout: 60_000 }, () => {
  it('are services to follow, to ingest and to check, with timers for two of them', () => {
    expect([...UNITS.keys()].toSorted()).toEqual([
      'logtally-check.service',
      'logtally-check.timer',
      'logtally-follow.service',
      'logtally-ingest.service',
      'logtally-ingest.timer',
    ]);
  });

  it('are understood by systemd, each word of them', async ({ folder }) => {
    await writeUnits(folder);
    const paths = [...UNITS.keys()].map((name) => join(folder, name));
    expect(analyze(['verify', '--man=no', ...paths])).toEqual({ status: 0, stdout: '', stderr: '' });
    const wrong = join(folder, 'wrong.service');
    await writeFile(wrong, `${UNITS.get('logtally-check.service')}ProtectEverything=yes\n`);
    expect(analyze(['verify', '--man=no', wrong]).stderr).toMatch(/Unknown key.* 'ProtectEverything'/);
  });

  it.for(SERVICES)('expose little: %s', async (name, { folder }) => {
    await writeUnits(folder);
    const judge = (path: string) =>
      analyze(['security', '--offline=true', '--no-pager', `--threshold=${MAX_EXPOSURE}`, path]);
    expect(judge(join(folder, name))).toMatchObject({ status: 0, stderr: '' });
    const open = join(folder, 'open.service');
    await writeFile(open, (UNITS.get(name) ?? '').replace(/^SystemCallFilter=.*\n/gm, ''));
    expect(judge(open).status).not.toBe(0);
  });
});
