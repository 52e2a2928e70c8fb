// What becomes of a command whose output nobody takes: the reader has gone, or the disk is full.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { PROJECT_FOLDER } from '../support/cli.js';
import { it } from '../support/test.js';

const LOG = `${'203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET / HTTP/1.1" 200 5 "-" "-" 7 1234\n'.repeat(9)}`;
const COMMANDS = [
  'top',
  'show 7 1234 --json',
  'runs',
  'status --json',
  'report --output -',
  '--help',
  'top --help',
];

/** Runs the command in a shell; `$0` is what leads its output away. */
function run(command: string, output: string, environment: Readonly<Record<string, string>>) {
  const script = `"${process.execPath}" bin/logtally.js ${command} ${output}; exit \${PIPESTATUS[0]}`;
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], {
    ...{ cwd: PROJECT_FOLDER, encoding: 'utf8', env: { PATH: process.env['PATH'], ...environment } },
  });
  return { code: status, stdout, stderr };
}

describe('standard output', () => {
  it('whose reader has gone ends no command with an error', async ({ openTarget, folder }) => {
    const { environment } = await openTarget('postgres');
    const log = join(folder, 'a.log');
    await writeFile(log, LOG);
    await writeFile(join(folder, 'damaged.log'), `${LOG}junk\njunk\njunk\n`);
    const done = { code: 0, stdout: '', stderr: '' };
    for (const command of [`ingest ${log}`, `parse ${log}`, ...COMMANDS])
      expect({ command, ...run(command, '| true', environment) }).toEqual({ command, ...done });
    expect(run(`ingest ${join(folder, 'damaged.log')}`, '| true', environment).code).toBe(3);
    expect(run('status --json', '', environment).stdout).toContain('"lines":12');
  });

  it.skipIf(!existsSync('/dev/full'))(
    'that cannot be written is one message and exit code 1 (needs /dev/full)',
    async ({ openTarget, folder }) => {
      const { environment } = await openTarget('postgres');
      const log = join(folder, 'a.log');
      await writeFile(log, LOG);
      const stderr = 'logtally: error: standard output cannot be written: no space left on device\n';
      const stored = 'logtally: hint: what was counted is stored: logtally runs tells of it\n';
      const full = '>/dev/full';
      expect(run(`ingest --json ${log}`, full, environment)).toMatchObject({
        code: 1,
        stderr: stderr + stored,
      });
      for (const command of [`parse ${log}`, `ingest --dry-run ${log}`, ...COMMANDS])
        expect({ command, ...run(command, full, environment) }).toMatchObject({ command, code: 1, stderr });
      expect(run(`ingest ${log}`, '2>/dev/full', environment).code).toBe(0);
    },
  );
});
