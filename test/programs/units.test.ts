// The units of the documentation, read and judged by systemd itself.

import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { NPM_PROGRAM, readUnits } from '../../packaging/units.js';
import { it } from '../support/folder.js';
import { hasProgram } from '../support/programs.js';
import { PROJECT_FOLDER } from '../support/project-folder.js';

const canTest = hasProgram('systemd-analyze', 'systemd');

/** The exposure, in tenths, from which systemd no longer calls a service safe is 40. */
const MAX_EXPOSURE = 20;

/** The units by name, with the program of this folder, since systemd looks whether there is one. */
const UNITS: ReadonlyMap<string, string> = new Map(
  Array.from(readUnits(), ([name, text]) => [
    name,
    text.replaceAll(NPM_PROGRAM, `${PROJECT_FOLDER}bin/logtally.js`),
  ]),
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
